"""Predictions do not come in the order of the rows.

What:
    A batch is sent, and the same rows in the opposite order and in others; the records must come in each row's place.

Why it matters:
    Nothing but the position says which prediction belongs to which row.

How to fix:
    Do not sort, group or deduplicate rows on the way, and do not let workers finish in any order.

Source:
    Hosting contract 8.8 (records stay in order).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.fuzz.case import Case
from emulator.fuzz.drawing import batches_in_orders
from emulator.fuzz.property import holds
from emulator.fuzz.reading import equal, records, shown
from emulator.fuzz.target import Target
from emulator.model.finding import Probe, Violation


@holds("FUZ005", severity="error", cases=batches_in_orders)
def order_not_kept(target: Target, case: Case) -> Iterator[Violation]:
    """Put each reply back in order."""
    first, *others = target.ask_all(case.questions)
    in_order = _records(first)
    for order, answered in zip(case.told["orders"][1:], others, strict=True):
        found = _records(answered)
        if in_order is None or found is None or not len(in_order) == len(found) == len(order):
            continue
        if not equal(found, [in_order[place] for place in order]):
            what = f"Rows in another order ({str(order)!r}) are answered {shown(answered)}, after {shown(first)}."
            yield Violation(what=what, probes=(first, answered))
            return


def _records(answered: Probe) -> list[Any] | None:
    return records(answered.reply) if answered.ok and answered.reply is not None else None
