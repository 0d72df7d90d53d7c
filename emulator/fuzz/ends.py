"""How a search by Hypothesis ends from within."""

from __future__ import annotations

from collections.abc import Iterator

from emulator.fuzz.case import Case
from emulator.model.finding import Violation


class Aborted(BaseException):
    """Ends a search for a reason that is no finding, its cause; Hypothesis would make an Exception small."""


class Broken(AssertionError):
    """A case broke the property; each cause has a class of its own, so that Hypothesis makes each of them small."""

    def __init__(self, case: Case, violation: Violation) -> None:
        super().__init__(violation.what)
        self.case, self.violation = case, violation


def leaves(raised: BaseException) -> Iterator[BaseException]:
    """The exceptions of a group, of groups in it too, or the one that is none."""
    parts, inner = getattr(raised, "exceptions", None), raised.__cause__
    if parts is not None:
        for each in parts:
            yield from leaves(each)
    elif isinstance(raised, Exception) and inner is not None and not isinstance(inner, Exception):
        yield from leaves(inner)  # Hypothesis wraps what a group may not hold
    else:
        yield raised
