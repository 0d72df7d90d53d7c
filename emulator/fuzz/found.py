"""What a search found: the smallest case of each cause, and what two of one cause have in common."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from emulator.fuzz.case import Case
from emulator.model.finding import Violation

VARIABLE: Final = re.compile(r"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|\s+""")
"""What differs between two texts of one cause: quoted words, numbers, spaces."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The smallest case of one cause.

    Attributes:
        cause: see :func:`cause_of`.
        times: how many cases of that cause were met on the way.
        labels: what was special about them.
        tries: how often the smallest was tried again.
        again: how often it broke the property again.
    """

    violation: Violation
    case: Case
    cause: str
    times: int = 1
    labels: tuple[str, ...] = ()
    tries: int = 0
    again: int = 0

    @property
    def steady(self) -> bool:
        """Whether it broke the property each time."""
        return self.again == self.tries


def cause_of(violation: Violation) -> str:
    """What two violations of one cause have in common: the words but for numbers and quotations, and how it ended."""
    words = VARIABLE.sub(" ", violation.what).strip()
    if not violation.probes:
        return words
    last = violation.probes[-1]
    return f"{words} [{last.status or last.failure.partition(':')[0]}]"
