"""An empty body is answered with 5xx.

What:
    Nothing is posted, under the sample's Content-Type. The answer is 5xx, or the connection breaks; 400, or 204 as
    AWS's XGBoost image has it, would be right.

Why it matters:
    Clients do send empty bodies: a file that was not found, a filter that left no rows. SageMaker reports a 5xx as
    ``Received server error (500) from primary``, and the search begins at the wrong end.

How to fix:
    Look whether there is a body before parsing it, and answer 400 with a sentence.

Source:
    Hosting contract 3.6, 3.19 (code), 11 item 21.
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.contract.answer import fate
from emulator.contract.bad_requests import PATIENCE, asked, failed
from emulator.contract.check import check
from emulator.contract.subject import Subject
from emulator.model.finding import Violation


@check("INV008", severity="warning", stage="shared")
def empty_body_5xx(subject: Subject, *, seconds: float = PATIENCE) -> Iterator[Violation]:
    """Post nothing."""
    probe = asked(subject, "empty-body", seconds=seconds)
    if failed(probe):
        yield Violation(what=f"An empty body {fate(probe)}.", probes=(probe,))
