"""The search for a case that breaks a property, and its way to the smallest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import Final

from hypothesis import HealthCheck, Phase, Verbosity, settings
from hypothesis.database import DirectoryBasedExampleDatabase, ExampleDatabase, InMemoryExampleDatabase

from emulator.contract.check import NotApplicable
from emulator.errors import EndpointFailed
from emulator.fuzz.case import Case
from emulator.fuzz.found import Found
from emulator.fuzz.hunt import Hunt
from emulator.fuzz.property import Property
from emulator.fuzz.target import Target, TimeIsUp
from emulator.model.record import RecordSchema
from emulator.ports import Clock

EXAMPLES: Final = 10_000
"""More than there is ever time for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """How to search.

    Attributes:
        schema: of the records that are drawn.
        target: what is asked.
        clock: the target's.
        folder: keeps what broke a property, so that it is tried first next time; None keeps nothing.
        seed: to draw the same cases again, and none that were kept; None draws others each time.
        examples: most cases of one property.
        accept: media type wanted back.
        on_case: hears of each.
    """

    schema: RecordSchema
    target: Target
    clock: Clock
    folder: Path | None = None
    seed: int | None = None
    examples: int = EXAMPLES
    accept: str | None = None
    on_case: Callable[[], None] = lambda: None

    def run(self, searched: Property, *, seconds: float = inf, saved: Sequence[Case] = ()) -> tuple[Found, ...]:
        """The smallest case of each cause by which a property breaks; the first met comes first.

        Args:
            searched: the property.
            seconds: a search without a finding ends then; one with a finding gets as much again to make it smaller.
            saved: cases that are tried before any other.

        Raises:
            NotApplicable: it says nothing about such records, or there was no time for a single case.
            EndpointFailed: a container ended, does not come into service again, and nothing else is wrong.
        """
        hunt = Hunt(self, searched, seconds)
        try:
            self.target.until = self.clock.now() + seconds
            self.target.refresh()
            for case in saved:
                hunt.tried(case)
            hunt.explore()
        except TimeIsUp:
            pass
        except EndpointFailed:
            if not hunt.found:
                raise
        finally:
            self.target.until = inf
        if not hunt.cases:
            raise NotApplicable("no such case came up: the time is too short, or the records leave no choice")
        return tuple(hunt.again(each) for each in hunt.found.values())

    def settings(self, searched: Property) -> settings:
        """Hypothesis', all of them given, so that no profile of the surrounding process counts."""
        return settings(
            max_examples=self.examples,
            stateful_step_count=50,
            deadline=None,
            database=self._database(searched),
            derandomize=False,
            phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
            report_multiple_bugs=searched.machine is None,
            print_blob=False,
            verbosity=Verbosity.quiet,
            backend="hypothesis",
        )

    def _database(self, searched: Property) -> ExampleDatabase:
        if self.folder is None or self.seed is not None:
            return InMemoryExampleDatabase()
        # A folder for each, as Hypothesis files what it keeps under the test, and all tests are this one.
        return DirectoryBasedExampleDatabase(self.folder / "examples" / searched.rule.code)
