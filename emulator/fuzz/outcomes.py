"""Outcomes of properties, one after the other: of a search, or of saved cases."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from emulator.contract.check import NotApplicable
from emulator.contract.sample import Sample
from emulator.errors import EmulatorError, UsageError
from emulator.fuzz.case import Case, Question, read_case
from emulator.fuzz.found import Found
from emulator.fuzz.hunt import replayed
from emulator.fuzz.property import Property
from emulator.fuzz.reading import shown
from emulator.fuzz.search import Search
from emulator.fuzz.target import Target
from emulator.fuzz.telling import CASES, Teller
from emulator.hosting.session import Session
from emulator.model.event import CheckFinished, Notice, Searching
from emulator.model.report import Outcome, Status

TOLD_EVERY: Final = 0.2
"""Seconds between two words on progress."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """Makes them.

    Attributes:
        session: hears of progress.
        target: what is asked.
        teller: writes the findings.
    """

    session: Session
    target: Target
    teller: Teller

    def greet(self, sample: Sample | None) -> None:
        """Ask the sample itself, and say so if it is refused: whatever is like it will be, too."""
        if sample is not None:
            question = Question(body=sample.body, content_type=sample.content_type, accept=sample.accept)
            answered = self.target.ask(question)
            if answered.ok:
                self.target.remember(question)
            else:
                self._notice(f"the sample itself is answered with {shown(answered)}; what is drawn is like it")

    def searched(self, chosen: Sequence[Property], search: Search, *, seconds: float) -> Iterator[Outcome]:
        """One for each property; saved cases are tried first.

        Args:
            chosen: the properties.
            search: how to search.
            seconds: for all of them together, if none is broken.
        """
        now, shares = self.session.world.clock.now, sum(each.share for each in chosen)
        over, least = now() + seconds, seconds / shares
        for done, each in enumerate(chosen, start=1):
            # What others have left of their time is shared, too.
            its_own = each.share * max(least, (over - now()) / shares)
            shares -= each.share
            told = replace(search, on_case=self._on_case(each))
            saved = tuple(self._saved(each, search))
            outcome = self._outcome(each, partial(told.run, each, seconds=its_own, saved=saved))
            self._tell(outcome, done=done, of=len(chosen))
            yield outcome

    def replayed(self, searched: Property, cases: Sequence[Case]) -> Outcome:
        """That of saved cases alone."""
        return self._outcome(
            searched, lambda: [found for case in cases for found in replayed(searched, case, self.target)]
        )

    def _outcome(self, searched: Property, found_by: Callable[[], Sequence[Found]]) -> Outcome:
        """How a search or a replay ended; a fault of ours says nothing about the image, and does not end the run."""
        now = self.session.world.clock.now
        began, before = now(), self.target.asked
        outcome = partial(Outcome, rule=searched.rule, container=self.teller.name)
        try:
            findings = tuple(self.teller.finding(searched, each) for each in found_by())
        except NotApplicable as because:
            return outcome(status="skipped", reason=str(because), seconds=now() - began)
        except EmulatorError:
            raise
        except Exception as bug:  # noqa: BLE001 - whatever it was
            return outcome(status="errored", reason=f"{type(bug).__name__}: {bug}", seconds=now() - began)
        status: Status = "failed" if findings else "passed"
        reason = f"{self.target.asked - before:,} requests"
        return outcome(status=status, findings=findings, reason=reason, seconds=now() - began)

    def _saved(self, searched: Property, search: Search) -> Iterator[Case]:
        if search.folder is not None:
            for path in sorted((search.folder / CASES).glob(f"{searched.rule.code}-*.json")):
                try:
                    yield read_case(path)[1]
                except UsageError as broken:
                    self._notice(f"{broken.what} It is passed over.")

    def _on_case(self, searched: Property) -> Callable[[], None]:
        """Tells of progress, now and then."""
        now, told = self.session.world.clock.now, 0.0

        def on_case() -> None:
            nonlocal told
            if now() - told > TOLD_EVERY:
                told = now()
                name, asked = searched.rule.name, self.target.asked
                self.session.emit(Searching(subject=self.teller.name, name=name, asked=asked))

        return on_case

    def _notice(self, text: str) -> None:
        self.session.emit(Notice(subject=self.teller.name, text=text))

    def _tell(self, outcome: Outcome, *, done: int, of: int) -> None:
        name, rule, status = self.teller.name, outcome.rule, outcome.status
        self.session.emit(CheckFinished(subject=name, code=rule.code, name=rule.name, status=status, done=done, of=of))
