"""Two sides asked the same in turns, and their answers without what is new in each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from emulator.compare.exchanges import Held, held
from emulator.compare.masking import masked, steadied
from emulator.compare.side import Side
from emulator.model.comparison import Tolerance
from emulator.model.recording import Exchange, Request

MOST_AGAIN: Final = 20
"""Requests that were answered differently and are asked once more, to see what of it a side also does to itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What both said.

    Attributes:
        asked: the answers as they came, in the order of the requests.
        held: what they came to, held against each other.
        loose: whether some ids or times could only be told from the rest by asking twice.
        unsteady: for each side that does not answer the same twice, its name and an example.
    """

    asked: tuple[tuple[Exchange, Exchange], ...]
    held: tuple[Held, ...]
    loose: bool = False
    unsteady: tuple[tuple[str, str], ...] = ()

    @property
    def both_answer(self) -> Request | None:
        """The first request that both answer."""
        return next((one.request for one, other in self.asked if one.ok and other.ok), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Two sides, to be asked the same.

    Attributes:
        baseline, candidate: the two.
        tolerance: for numbers.
    """

    baseline: Side
    candidate: Side
    tolerance: Tolerance

    @property
    def recorded(self) -> str:
        """The name of the side that is a recording; empty where both can be asked anything."""
        return next((side.name for side in (self.baseline, self.candidate) if not side.live), "")

    def in_turn(self, request: Request, turn: int) -> tuple[Exchange, Exchange]:
        """The answers of baseline and candidate, of which the former is asked first in every other turn."""
        if turn % 2 == 0:
            one = self.baseline.ask(request)
            return one, self.candidate.ask(request)
        other = self.candidate.ask(request)
        return self.baseline.ask(request), other

    def once(self, request: Request, turn: int, *, twice: bool) -> tuple[Exchange, Exchange, Held]:
        """One request: both answers, and what they come to.

        Args:
            request: it.
            turn: says whom to ask first.
            twice: ask both once more, to find ids and times that do not look like such.
        """
        one, other = self.in_turn(request, turn)
        again = self.in_turn(request, turn) if twice and one.ok and other.ok else (one, other)
        ones, _ = steadied([one], [again[0]])
        others, _ = steadied([other], [again[1]])
        return one, other, held(ones[0], others[0], tolerance=self.tolerance)

    def all(self, requests: Sequence[Request], told: Callable[[int], None]) -> Answers:
        """Ask both everything, and what they answer differently once more.

        Args:
            requests: what.
            told: hears how many requests both have been asked.
        """
        asked = []
        for turn, request in enumerate(requests):
            asked.append(self.in_turn(request, turn))
            told(turn + 1)
        pairs = tuple(asked)
        ones, others = self._masked([one for one, _ in pairs], [other for _, other in pairs])
        judged = self._held(ones, others)
        answers = Answers(asked=pairs, held=judged)
        return self._again(answers) if any(each.differences for each in judged) else answers

    def _again(self, before: Answers) -> Answers:
        differing = [nth for nth, each in enumerate(before.held) if each.differences][:MOST_AGAIN]
        columns, unsteady = [], []
        for place, side in enumerate((self.baseline, self.candidate)):
            first = [pair[place] for pair in before.asked]
            if not side.live:
                columns.append(first)
                continue
            second = list(first)
            for nth in differing:
                second[nth] = side.ask(first[nth].request)
            steady, wavering = steadied(first, second)
            columns.append(list(steady))
            apart = (held(one, two, tolerance=self.tolerance) for one, two in zip(steady, masked(second), strict=True))
            if wavering and any(each.differences for each in apart):
                unsteady.append((side.name, " and ".join(wavering[0].example)))
        judged = self._held(*self._masked(*columns))
        loose = sum(bool(each.differences) for each in judged) < len(differing)
        return replace(before, held=judged, loose=loose, unsteady=tuple(unsteady))

    def _masked(
        self, ones: Sequence[Exchange], others: Sequence[Exchange]
    ) -> tuple[Sequence[Exchange], Sequence[Exchange]]:
        if not self.baseline.live:
            return masked(ones), masked(others, like=ones)
        if not self.candidate.live:
            return masked(ones, like=others), masked(others)
        return masked(ones), masked(others)

    def _held(self, ones: Sequence[Exchange], others: Sequence[Exchange]) -> tuple[Held, ...]:
        return tuple(
            held(one, other, tolerance=self.tolerance, exchange=nth)
            for nth, (one, other) in enumerate(zip(ones, others, strict=True))
        )
