"""A row like those of the sample is refused.

What:
    Rows with values inside of the sample's ranges, with its categories and its missing fields, get another answer
    than 2xx.

Why it matters:
    The first such row in production is a ModelError (424) for its caller, and for all rows of its batch.

How to fix:
    Make the code take every value that the training data had: missing fields, single rows, extremes of each column.

Source:
    Hosting contract 3.6.
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.fuzz.case import Case
from emulator.fuzz.drawing import valid_batches
from emulator.fuzz.property import holds
from emulator.fuzz.reading import shown
from emulator.fuzz.target import Target
from emulator.model.finding import Violation


@holds("FUZ001", severity="error", cases=valid_batches, apart=True)
def valid_rows_refused(target: Target, case: Case) -> Iterator[Violation]:
    """Ask for each row, and for all."""
    for asked, answered in zip(case.questions, target.ask_all(case.questions), strict=True):
        if not answered.ok:
            what = f"A valid request (rows: {asked.rows}) is answered with {shown(answered)}."
            yield Violation(what=what, probes=(answered,), log=target.log())
            return
