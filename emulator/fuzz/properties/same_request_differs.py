"""The same request gets another reply the second time.

What:
    Valid rows, and a batch of them, are sent three times, one after the other.

Why it matters:
    Retries, canaries and regression tests compare replies. A model that draws lots, or keeps state, cannot be told
    from a broken one.

How to fix:
    Seed what is random, switch off dropout and training mode, keep nothing between requests.

Source:
    Hosting contract 3.2 (clients retry).
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.fuzz.case import Case
from emulator.fuzz.drawing import valid_batches
from emulator.fuzz.property import holds
from emulator.fuzz.reading import same, shown
from emulator.fuzz.target import Target
from emulator.model.finding import Violation


@holds("FUZ003", severity="warning", cases=valid_batches, apart=True)
def same_request_differs(target: Target, case: Case) -> Iterator[Violation]:
    """Ask it again; nothing else meanwhile."""
    for asked in case.questions:
        first, *again = target.ask_all([asked] * 3, at_once=1)
        for answered in again:
            if first.ok and not same(first, answered):
                what = f"Asked the same, it answers {shown(first)} and then {shown(answered)}."
                yield Violation(what=what, probes=(first, answered))
                return
