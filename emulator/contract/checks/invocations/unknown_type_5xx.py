"""A body of an unknown type is answered with 5xx.

What:
    The sample is posted with a Content-Type that no server knows. The answer is 5xx, or the connection breaks; 415
    would be right. A 2xx is a note: then the header is not looked at, and a JSON body may be read as CSV.

Why it matters:
    SageMaker reports 5xx as ``Received server error (500) from primary``: the client looks for a fault in the model,
    retries, and alarms on Invocation5XXErrors ring. With 415 it would read what to send instead.

How to fix:
    Look at the Content-Type before the body, and answer 415 with a sentence that names the types you take.

Source:
    Hosting contract 3.6, 3.19 (code: AWS's own images answer 415).
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.contract.answer import fate
from emulator.contract.bad_requests import PATIENCE, UNKNOWN_TYPE, asked, failed
from emulator.contract.check import check
from emulator.contract.subject import Subject
from emulator.model.finding import Violation


@check("INV005", severity="warning", stage="shared")
def unknown_type_5xx(subject: Subject, *, seconds: float = PATIENCE) -> Iterator[Violation]:
    """Post the sample as something else."""
    probe = asked(subject, "unknown-type", seconds=seconds)
    if failed(probe):
        yield Violation(what=f"A body of type {UNKNOWN_TYPE} {fate(probe)}, not with 415.", probes=(probe,))
    elif probe.ok:
        yield Violation(
            what=f"A body of type {UNKNOWN_TYPE} {fate(probe)}: the Content-Type is not looked at.",
            probes=(probe,),
            severity="note",
        )
