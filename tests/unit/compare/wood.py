"""Sides of wood: functions of a request, with a clock of their own."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from emulator.compare.comparing import Comparing
from emulator.compare.side import Side
from emulator.compare.versus import compared
from emulator.model.comparison import Comparison, Tolerance
from emulator.model.event import Event
from emulator.model.recording import Exchange, Origin, Request, Stage
from emulator.testing import FakeClock

ROWS = Request(body=b"M,0.5,1\nF,0.25,2\nI,0.125,4\n", content_type="text/csv")
QUICK = Comparing(search_seconds=0, latency_pairs=0)

Predict: TypeAlias = Callable[[str, float, float], Any]


def sound(sex: str, length: float, rings: float) -> float:
    """What the baseline predicts."""
    return length + rings + (sex == "M")


def reply(request: Request, body: bytes | str, content_type: str | None = "text/csv", *, status: int = 200) -> Exchange:
    """An exchange."""
    given = body.encode() if isinstance(body, str) else body
    return Exchange(request=request, status=status, content_type=content_type, body=given)


def predictions(predict: Predict) -> Callable[[Request], Exchange]:
    """Answers rows of a category and two numbers; 400 to anything else."""

    def answer(request: Request) -> Exchange:
        try:
            rows = [row for row in csv.reader(io.StringIO(request.body.decode())) if row]
            result = [predict(sex, float(length), float(rings)) for sex, length, rings in rows]
        except ValueError as wrong:
            return reply(request, str(wrong), "text/plain", status=400)
        return reply(request, json.dumps({"result": result}), "application/json")

    return answer


@dataclass
class WoodenSide:
    """A side that answers as a function does.

    Attributes:
        asked: what it was asked.
    """

    answer: Callable[[Request], Exchange] = field(default_factory=lambda: predictions(sound))
    name: str = "wood"
    origin: Origin = "image"
    live: bool = True
    startup_seconds: float | None = 1.5
    known: tuple[Stage, ...] = ()
    asked: list[Request] = field(default_factory=list)

    def ask(self, request: Request) -> Exchange:
        self.asked.append(request)
        return self.answer(request)

    def stages(self) -> tuple[Stage, ...]:
        return self.known


def against(
    candidate: Callable[[Request], Exchange] | Side,
    *,
    baseline: Callable[[Request], Exchange] | Side | None = None,
    requests: Sequence[Request] = (ROWS,),
    how: Comparing = QUICK,
    events: list[Event] | None = None,
    clock: FakeClock | None = None,
) -> Comparison:
    """A candidate against a baseline, the sound one unless another is given."""
    sides = [
        WoodenSide(each, name=name) if callable(each) else each
        for each, name in ((baseline or predictions(sound), "good"), (candidate, "new"))
    ]
    heard = [] if events is None else events
    return compared(sides[0], sides[1], requests, how, clock=clock or FakeClock(step=0.001), emit=heard.append)


def answers(*bodies: bytes | str, content_type: str | None = "text/csv") -> tuple[Exchange, Exchange]:
    """Two exchanges with these bodies of one type."""
    one, other = (reply(ROWS, each, content_type) for each in bodies)
    return one, other


EXACT = Tolerance(absolute=0, relative=0, ulps=0)

_fits_side: type[Side] = WoodenSide
