"""A search for the smallest request on which two sides disagree, and for what in it brings that about."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from math import inf
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final
from warnings import catch_warnings, simplefilter

from hypothesis import HealthCheck, Phase, Verbosity, find, settings
from hypothesis.configuration import set_hypothesis_home_dir
from hypothesis.database import InMemoryExampleDatabase
from hypothesis.errors import Flaky, HypothesisWarning, NoSuchExample, Unsatisfiable

from emulator.compare.asking import Asking
from emulator.compare.cause import Cause, counterexample, worst
from emulator.compare.comparing import Comparing
from emulator.compare.oddities import Drawn, drawn
from emulator.errors import ServiceFault, UsageError
from emulator.model.comparison import Counterexample, Difference
from emulator.model.record import RecordSchema
from emulator.model.recording import Request
from emulator.ports import Clock
from emulator.strategies import learnt_from

EXAMPLES: Final = 100_000
"""More than there is ever time for."""


class TimeIsUp(BaseException):
    """Ends a search from within; no Exception, as Hypothesis would take that for a failure."""


class Aborted(BaseException):
    """Ends a search for a reason that is no disagreement, its cause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """What a search came to.

    Attributes:
        counterexample: None where both agreed on all that was asked.
        asked: so many requests.
        note: why there was no search, or why it ended early; empty otherwise.
    """

    counterexample: Counterexample | None = None
    asked: int = 0
    note: str = ""


@dataclass(slots=True, kw_only=True)
class Differential:
    """One search.

    Args:
        asking: both sides.
        how: for how long, and from which seed.
        clock: measures.
        on_asked: hears how many requests were compared.
        twice: whether it takes a second answer to tell what is new in each.
    """

    asking: Asking
    how: Comparing
    clock: Clock
    on_asked: Callable[[int], None]
    twice: bool = False
    asked: int = 0
    _until: float = inf
    _dead: str = ""
    _best: tuple[Drawn, Difference] | None = field(default=None)

    def searched(self, sample: Request | None) -> Searched:
        """Search, beginning with rows like those of a sample that both sides answer.

        Raises:
            EngineUnavailable: the engine went away.
        """
        note, schema = self._obstacle(sample), None
        if sample is not None and not note:
            try:
                schema = learnt_from(sample.body, sample.content_type or "")
            except UsageError as unreadable:
                note = f"{unreadable.what.rstrip('.')}{unreadable.why and f': {unreadable.why}'}"
        if schema is None or sample is None:
            return Searched(note=f"There was no search for a disagreement: {note}")
        with _homeless():
            self._search(schema, sample)
        if self._best is None:
            return Searched(asked=self.asked)
        self._until = self.clock.now() + max(self.how.search_seconds, 1.0)
        found = counterexample(*self._best, self._cause(schema, sample))
        return Searched(counterexample=found, asked=self.asked, note=self._dead)

    def _obstacle(self, sample: Request | None) -> str:
        if self.asking.recorded:
            return f"{self.asking.recorded} is a recording, which answers nothing new"
        return "" if sample is not None else "there is no request that both answer, to learn from"

    def _search(self, schema: RecordSchema, sample: Request) -> None:
        self._until = self.clock.now() + self.how.search_seconds

        def disagree(rows: Drawn) -> bool:
            try:
                return self._disagree(rows, _request(rows, schema, sample), sample)
            except Exception as unexpected:
                raise Aborted from unexpected

        random = Random() if self.how.seed is None else Random(self.how.seed)  # noqa: S311 - draws rows, guards nothing
        try:
            with catch_warnings():
                simplefilter("ignore", HypothesisWarning)
                find(drawn(schema), disagree, settings=SETTINGS, random=random)
        except (TimeIsUp, NoSuchExample, Flaky, Unsatisfiable):
            pass
        except Aborted as aborted:
            raise (aborted.__cause__ or aborted) from None

    def _disagree(self, rows: Drawn, request: Request, sample: Request) -> bool:
        difference = self.difference(request)
        if difference is None:
            return False
        if self._best is None:  # as much time again, to make it small
            self._until = self.clock.now() + self.how.search_seconds
        if self._best is None or _size(rows) <= _size(self._best[0]):
            self._best = rows, difference
        if difference.aspect == "status":
            self._dead = self._ended(sample)
        if self._dead:
            raise TimeIsUp
        return True

    def difference(self, request: Request) -> Difference | None:
        """The worst in which both disagree; None where both refuse, in whatever words, and where AWS would.

        Raises:
            TimeIsUp: there is no time left.
        """
        if self.clock.now() > self._until:
            raise TimeIsUp
        self.asked += 1
        self.on_asked(self.asked)
        try:
            one, other, found = self.asking.once(request, self.asked, twice=self.twice)
        except ServiceFault:
            return None
        return None if not one.ok and one.status == other.status else worst(found.differences)

    def _ended(self, sample: Request) -> str:
        """That a side no longer answers what it did: then what it did not answer is the finding, and all there is."""
        for side in (self.asking.baseline, self.asking.candidate):
            if not side.ask(sample).ok:
                return f"{side.name} answers nothing any longer, so that the search ended with what did that"
        return ""

    def _cause(self, schema: RecordSchema, sample: Request) -> Cause:
        def disagreement(rows: Drawn) -> Difference | None:
            if self._dead:
                return None
            try:
                return self.difference(_request(rows, schema, sample))
            except TimeIsUp:
                return None

        return Cause(
            schema=schema,
            sample=sample,
            disagreement=disagreement,
            may_ask=lambda: not self._dead and self.clock.now() < self._until,
            asked=lambda rows: _request(rows, schema, sample),
        )


SETTINGS: Final = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=InMemoryExampleDatabase(),
    derandomize=False,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
    report_multiple_bugs=False,
    print_blob=False,
    verbosity=Verbosity.quiet,
    backend="hypothesis",
)
"""Hypothesis', all of them given, so that no profile of the surrounding process counts."""


def _request(rows: Drawn, schema: RecordSchema, sample: Request) -> Request:
    return replace(sample, body=rows.body(schema))


def _size(rows: Drawn) -> tuple[bool, int]:
    """Plausible rows are worth more than others, and few more than many."""
    return rows.odd is not None, len(rows.rows)


@contextmanager
def _homeless() -> Iterator[None]:
    """Hypothesis keeps its own things in a folder that is gone afterwards, not in the working directory."""
    with TemporaryDirectory(prefix="byoc-", ignore_cleanup_errors=True) as folder:
        set_hypothesis_home_dir(Path(folder))
        try:
            yield
        finally:
            set_hypothesis_home_dir(None)
