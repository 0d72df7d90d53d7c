"""A body without a Content-Type is answered with 5xx.

What:
    The sample is posted without the header. The answer is 5xx, or the connection breaks; 415, 400 or a prediction
    would be right.

Why it matters:
    boto3 sends no Content-Type unless it is told one, and SageMaker adds none that one can rely on: the first call of
    many users looks like this. They get "Received server error (500) from primary" instead of a hint.

How to fix:
    Expect the header to be absent (``request.content_type`` is then None in Flask): answer 415 and name the types you
    take, or take a default.

Source:
    Hosting contract 3.16 (observed: absent, or application/octet-stream).
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.contract.answer import fate
from emulator.contract.bad_requests import PATIENCE, asked, failed
from emulator.contract.check import check
from emulator.contract.subject import Subject
from emulator.model.finding import Violation


@check("INV007", severity="warning", stage="shared")
def missing_type_5xx(subject: Subject, *, seconds: float = PATIENCE) -> Iterator[Violation]:
    """Post the sample without saying what it is."""
    probe = asked(subject, "missing-type", seconds=seconds)
    if failed(probe):
        yield Violation(what=f"A body without a Content-Type {fate(probe)}.", probes=(probe,))
