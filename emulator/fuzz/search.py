"""The search for a case that breaks a property, and its way to the smallest."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis.database import DirectoryBasedExampleDatabase, ExampleDatabase, InMemoryExampleDatabase
from hypothesis.errors import Flaky, Unsatisfiable
from hypothesis.stateful import run_state_machine_as_test

from emulator.fuzz.case import Case
from emulator.fuzz.property import Property
from emulator.fuzz.target import Target
from emulator.model.finding import Violation
from emulator.model.record import RecordSchema
from emulator.ports import Clock

EXAMPLES: Final = 10_000
"""More than there is ever time for."""

VARIABLE: Final = re.compile(r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|'[^']*'|\"[^\"]*\"|\s+")
"""What differs between two texts of one cause: numbers, quoted words, spaces."""


class TimeIsUp(BaseException):
    """Ends a search from within; no Exception, as Hypothesis would take that for a failure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The smallest case of one cause.

    Attributes:
        times: how many cases of that cause were met on the way.
        steady: whether it broke the property again when it was tried again.
    """

    violation: Violation
    case: Case
    cause: str
    times: int = 1
    steady: bool = True


@dataclass(kw_only=True)
class Search:
    """One search.

    Attributes:
        schema: of the records that are drawn.
        target: what is asked.
        clock: ends it.
        seconds: for each share of a property.
        folder: keeps what broke a property, so that it is tried first next time; None keeps nothing.
        seed: None draws other cases each time.
        examples: most cases of one property.
        on_case: hears of each.
    """

    schema: RecordSchema
    target: Target
    clock: Clock
    seconds: float
    folder: Path | None = None
    seed: int | None = None
    examples: int = EXAMPLES
    on_case: Callable[[], None] = lambda: None
    _causes: dict[str, type[AssertionError]] = field(default_factory=dict)

    def run(self, searched: Property) -> tuple[Found, ...]:
        """The smallest case of each cause by which a property breaks; the first met comes first.

        A search without a finding ends when its time is up; one with a finding gets as much
        time again to make it smaller.
        """
        found: dict[str, Found] = {}
        now, deadline = self.clock.now, self.clock.now() + self.seconds * searched.share

        def judged(case: Case) -> None:
            if now() > deadline + (self.seconds * searched.share if found else 0.0):
                raise TimeIsUp
            self.on_case()
            for violation in searched.judge(self.target, case):
                cause = cause_of(violation)
                before = found.get(cause)
                if before is None or case.size <= before.case.size:
                    found[cause] = Found(violation=violation, case=case, cause=cause)
                found[cause] = replace(found[cause], times=(before.times if before else 0) + 1)
                raise self._exception(cause)

        self._explore(searched, judged)
        return tuple(self._again(searched, each) for each in found.values())

    def _explore(self, searched: Property, judged: Callable[[Case], None]) -> None:
        told = settings(
            max_examples=self.examples,
            deadline=None,
            database=self._database(searched),
            derandomize=False,
            phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
            report_multiple_bugs=True,
            print_blob=False,
            verbosity=Verbosity.quiet,
        )
        try:
            self._test(searched, judged, told)()
        except (TimeIsUp, AssertionError, Flaky, Unsatisfiable):
            return
        except BaseException as several:
            if not _only_ours(several):
                raise

    def _test(self, searched: Property, judged: Callable[[Case], None], told: settings) -> Callable[[], None]:
        if searched.machine is not None:
            made: Any = searched.machine(self.schema, judged)
            if self.seed is not None:
                made = seed(self.seed)(made)
            return lambda: run_state_machine_as_test(made, settings=told)
        if searched.cases is None:
            raise ValueError(f"{searched.rule.code} has no cases")
        test: Any = told(given(searched.cases(self.schema))(judged))
        return test if self.seed is None else seed(self.seed)(test)  # type: ignore[no-any-return]

    def _database(self, searched: Property) -> ExampleDatabase:
        if self.folder is None:
            return InMemoryExampleDatabase()
        # A folder for each, as Hypothesis files what it keeps under the test, and all tests are this one.
        return DirectoryBasedExampleDatabase(self.folder / "examples" / searched.rule.code)

    def _again(self, searched: Property, found: Found) -> Found:
        """Whether it breaks again tells a rule from an accident."""
        again = [cause_of(each) for each in searched.judge(self.target, found.case)]
        return replace(found, steady=found.cause in again)

    def _exception(self, cause: str) -> AssertionError:
        """An exception of a class of its own for each cause: so Hypothesis makes each of them small."""
        if cause not in self._causes:
            self._causes[cause] = type("Broken", (AssertionError,), {})
        return self._causes[cause](cause)


def cause_of(violation: Violation) -> str:
    """What two violations of one cause have in common: the sentence without its numbers and quoted words."""
    return VARIABLE.sub(" ", violation.what).strip()


def _only_ours(several: BaseException) -> bool:
    parts = getattr(several, "exceptions", None)
    return parts is not None and all(isinstance(each, AssertionError | Flaky) or _only_ours(each) for each in parts)
