"""A container of wood that is sound, containers that each have one bug, and a run of a search on them."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, TypeAlias

from emulator.adapters.raw_http import SocketHttp
from emulator.assemble import wooden_session
from emulator.contract.sample import Sample
from emulator.fuzz.run import Fuzzing, fuzz
from emulator.model.event import Event
from emulator.model.hosting import ContainerDefinition, Model
from emulator.model.launch import ContainerLaunch
from emulator.model.message import HttpRequest
from emulator.model.report import Outcome, Report
from emulator.model.rules import HostingRules
from emulator.ports import Clock, RunningContainer
from emulator.strategies import learnt_from
from emulator.testing import Act, Answer, Script, ScriptedContainer, ScriptedRuntime

ROWS = b"M,0.5,1\nF,0.25,2\n,0.75,3\nI,0.125,4\n"
SAMPLE = Sample(body=ROWS, content_type="text/csv", path="rows.csv")
CSV = {"Content-Type": "text/csv"}
RULES = HostingRules(stop_seconds=0.2)
IMPATIENT = HostingRules(invocation_seconds=0.2, stop_seconds=0.2)


class Malformed(Exception):
    """No rows of three fields."""


@dataclass
class Wood:
    """One container: what it remembers, and how it answers. Bugs are subclasses."""

    lock: Lock = field(default_factory=Lock)
    seen: int = 0
    bad: int = 0
    refuses: str = ""

    def rows(self, body: bytes) -> list[list[str]]:
        """The records of a body."""
        try:
            read = [row for row in csv.reader(io.StringIO(body.decode(), newline=""), strict=True) if row]
            if not read or any(
                len(row) != 3 or not all(math.isfinite(float(cell)) for cell in row[1:]) for row in read
            ):
                raise Malformed
        except (ValueError, csv.Error) as wrong:
            raise Malformed from wrong
        return read

    def predicted(self, rows: list[list[str]]) -> list[object]:
        """One prediction for each row."""
        return [len(row[0]) + float(row[1]) + 10 * float(row[2]) for row in rows]

    def refused(self, request: HttpRequest) -> Act:
        """The answer to what is malformed."""
        return Answer(status=400, headers={"Content-Type": "text/plain"}, body=b"no rows")

    def valid(self, request: HttpRequest, rows: list[list[str]]) -> Act:
        """The answer to rows."""
        lines = "".join(f"{value}\n" for value in self.predicted(rows))
        return Answer(headers=CSV, body=lines.encode())

    def invocation(self, request: HttpRequest) -> Act:
        """The answer to a request."""
        with self.lock:
            self.seen += 1
        kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        try:
            rows = self.rows(request.body if kind == "text/csv" else b"")
        except Malformed:
            with self.lock:
                self.bad += 1
            return self.refused(request)
        return self.valid(request, rows)

    def ping(self, request: HttpRequest) -> Act:
        """The answer to a ping."""
        return Answer()


Make: TypeAlias = Callable[[], Wood]


class Forest(ScriptedRuntime):
    """An engine that gives each container a memory of its own."""

    def __init__(self, make: Make) -> None:
        super().__init__({"wood": Script()})
        self._make = make
        self.woods: list[Wood] = []

    def start(self, launch: ContainerLaunch, *, beside: RunningContainer | None = None) -> ScriptedContainer:
        """A container of new wood."""
        wood = self._make()
        self.woods.append(wood)
        self.images[launch.image] = Script(
            ping=wood.ping,
            invocations=wood.invocation,
            log=[f"container {len(self.woods)}"],
            refuses_start=wood.refuses,
        )
        return super().start(launch, beside=beside)


class Bench:
    """Fuzzes containers of wood; what happened stays here.

    Attributes:
        events: that the session announced.
        forest: the engine of the latest run.
    """

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.forest = Forest(Wood)

    def report(
        self,
        make: Make,
        *select: str,
        sample: Sample | None = SAMPLE,
        schema: Any = None,
        clock: Clock | None = None,
        rules: HostingRules = RULES,
        **how: Any,
    ) -> Report:
        """What a search says of such a container."""
        self.forest, self.events = Forest(make), []
        fuzzing = Fuzzing(select=select, **{"examples": 40, "seconds": 60.0, "seed": 1, **how})
        if schema is None and sample is not None:
            schema = learnt_from(sample.body, sample.content_type)
        model = Model(containers=(ContainerDefinition("wood"),))
        with wooden_session(self.forest, rules=rules, emit=self.events.append, clock=clock) as opened:
            try:
                return fuzz(opened, model, fuzzing, schema=schema, raw=SocketHttp(), sample=sample)
            finally:
                assert [] == self.forest.left, "a container was left behind"

    def outcome(self, make: Make, code: str, **how: Any) -> Outcome:
        """The outcome of one property."""
        (outcome,) = self.report(make, code, **how).outcomes
        return outcome
