"""A body that ends too early is answered with 5xx.

What:
    The sample is posted without the second half of its last record, as a complete request. The answer is 5xx, or the
    connection breaks; 400, or an answer to what is there, would be right.

Why it matters:
    Exports break off and rows lack columns. SageMaker reports a 5xx as ``Received server error (500) from primary``,
    which clients retry and alarms count as a fault of the model; a 400 says whose fault it is.

How to fix:
    Catch what your parser and your model raise on such input, and answer 400 with the number of the row.

Source:
    Hosting contract 3.6, 3.19 (code: AWS's XGBoost image answers 400 when a prediction fails).
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.contract.answer import fate
from emulator.contract.bad_requests import PATIENCE, asked, failed
from emulator.contract.check import check
from emulator.contract.subject import Subject
from emulator.model.finding import Violation


@check("INV009", severity="warning", stage="shared")
def truncated_body_5xx(subject: Subject, *, seconds: float = PATIENCE) -> Iterator[Violation]:
    """Cut the sample in its last record."""
    probe = asked(subject, "truncated-body", seconds=seconds)
    if failed(probe):
        yield Violation(
            what=f"The sample, cut after {len(probe.request.body):,} bytes, {fate(probe)}.", probes=(probe,)
        )
