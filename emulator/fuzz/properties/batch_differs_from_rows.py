"""A row's prediction depends on the rows sent with it.

What:
    Each row of a batch is also sent alone; its record must be the same, up to rounding.

Why it matters:
    Batch transform packs rows as it likes, callers too: a prediction must not depend on the company it came in.
    Scaling by the batch's own mean is the usual cause.

How to fix:
    Use statistics from training, never of the request; keep types fixed, as one odd value must not turn a whole
    column into text.

Source:
    Hosting contract 8.8 (MULTI_RECORD packs up to the payload).
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from emulator.fuzz.case import Case
from emulator.fuzz.drawing import batches_and_their_rows
from emulator.fuzz.property import holds
from emulator.fuzz.reading import equal, records
from emulator.fuzz.target import Target
from emulator.model.finding import Violation


@holds("FUZ004", severity="error", cases=batches_and_their_rows)
def batch_differs_from_rows(target: Target, case: Case) -> Iterator[Violation]:
    """Hold each record of the batch against its row's own."""
    whole, *alone = target.ask_all(case.questions)
    together = records(whole.reply) if whole.ok and whole.reply is not None else None
    if together is None or len(together) != len(alone) or not all(each.ok for each in alone):
        return
    for position, (record, each) in enumerate(zip(together, alone, strict=True), start=1):
        own = records(each.reply) if each.reply is not None else None
        if own is not None and len(own) == 1 and not equal(record, own[0]):
            said, alone_said = (json.dumps(value)[:80] for value in (record, own[0]))
            what = f"Row {position} gets {said!r} among {len(alone)}, and {alone_said!r} alone."
            yield Violation(what=what, probes=(whole, each))
            return
