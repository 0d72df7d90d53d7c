"""Predictions do not come in the order of the rows.

What:
    A batch is sent, and then the same rows in the opposite order; the records must come in the opposite order too.

Why it matters:
    Nothing but the position says which prediction belongs to which row.

How to fix:
    Do not sort, group or deduplicate rows on the way, and do not let workers finish in any order.

Source:
    Hosting contract 8.8 (records stay in order).
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.fuzz.case import Case
from emulator.fuzz.drawing import batches_both_ways
from emulator.fuzz.property import holds
from emulator.fuzz.reading import equal, records, shown
from emulator.fuzz.target import Target
from emulator.model.finding import Violation


@holds("FUZ005", severity="error", cases=batches_both_ways)
def order_not_kept(target: Target, case: Case) -> Iterator[Violation]:
    """Turn the second reply around."""
    there, back = (target.ask(each) for each in case.questions)
    forward = records(there.reply) if there.ok and there.reply is not None else None
    backward = records(back.reply) if back.ok and back.reply is not None else None
    if forward is None or backward is None or len(forward) != len(backward):
        return
    if not equal(forward, backward[::-1]):
        yield Violation(
            what=f"Rows the other way round are answered {shown(back)}, after {shown(there)}.", probes=(there, back)
        )
