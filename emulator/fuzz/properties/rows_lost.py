"""A batch of n rows gets another number of records than n.

What:
    The reply to a batch of valid rows is counted by its declared type: lines of CSV and JSON Lines, the list of a
    JSON reply.

Why it matters:
    Callers put predictions beside rows by position: one row lost or added, and every prediction behind it is
    another's.

How to fix:
    Look for a first row read as a header, for blank or last lines without a newline that are dropped, and for
    squeezed arrays of one row.

Source:
    Hosting contract 3.13, 8.8 (records stay in order).
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.fuzz.case import Case
from emulator.fuzz.drawing import valid_batches
from emulator.fuzz.property import holds
from emulator.fuzz.reading import records, shown
from emulator.fuzz.target import Target
from emulator.model.finding import Violation


@holds("FUZ002", severity="error", cases=valid_batches, apart=True)
def rows_lost(target: Target, case: Case) -> Iterator[Violation]:
    """Count what comes back."""
    for asked, answered in zip(case.questions, target.ask_all(case.questions), strict=True):
        found = records(answered.reply) if answered.ok and answered.reply is not None else None
        if found is not None and asked.rows is not None and len(found) != asked.rows:
            what = f"Rows in: {asked.rows}, records out: {len(found)}; the reply is {shown(answered)}."
            yield Violation(what=what, probes=(answered,))
            return
