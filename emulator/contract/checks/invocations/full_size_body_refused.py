"""A body as large as SageMaker lets through is refused.

What:
    A body of exactly the payload limit, the sample and then filling, is posted: 6,291,456 bytes, 4 MiB for serverless,
    5 MiB to a container that gets another one's replies. The answer is 413, or the connection breaks. 400 because of
    the filling is fine: the size got through. No answer in time is a warning.

Why it matters:
    Clients may send that much, and get "Received client error (413) from primary" or "Amazon SageMaker could not get a
    response from the … endpoint" from a limit that somebody else's default has set.

How to fix:
    Raise it: nginx ``client_max_body_size 6m`` (default 1m), Flask ``MAX_CONTENT_LENGTH``, TorchServe
    ``max_request_size``, MMS ``MMS_MAX_REQUEST_SIZE``, Express ``express.raw({limit: "6mb"})`` (default 100kb). For
    asynchronous inference and batch transform, raise it to 100 MB and more.

Source:
    Hosting contract 3.12 (documented), 10.1, 4.6, 11 item 8.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from emulator import limits
from emulator.contract.answer import accepted, fate, varied
from emulator.contract.bad_requests import silent
from emulator.contract.body import is_json
from emulator.contract.check import check
from emulator.contract.sample import LINES, Sample
from emulator.contract.subject import Subject
from emulator.model.finding import Violation

LINE: Final = b"x" * 65_535 + b"\n"
"""Refused after one look; few, should each be a record to think about; shorter than what Python's csv module takes."""


@check("INV014", severity="error", stage="shared")
def full_size_body_refused(subject: Subject) -> Iterator[Violation]:
    """Post as much as the platform takes."""
    body = filled(accepted(subject).sample, limit_of(subject))
    probe = varied(subject, body)
    if silent(probe):
        yield Violation(what=f"A body of {len(body):,} bytes {fate(probe)}.", probes=(probe,), severity="warning")
    elif probe.reply is None or probe.status == 413:
        yield Violation(what=f"A body of {len(body):,} bytes {fate(probe)}.", probes=(probe,))


def limit_of(subject: Subject) -> int:
    """Most bytes of a request to this container."""
    if subject.profile == "serverless":
        return limits.SERVERLESS_PAYLOAD_BYTES
    return limits.PAYLOAD_BETWEEN_BYTES if subject.position else limits.PAYLOAD_BYTES


def filled(sample: Sample, size: int) -> bytes:
    """The sample, made as long as that by what its parser will pass over or refuse at once."""
    missing = max(0, size - len(sample.body))
    if is_json(sample.media_type):
        return sample.body + b" " * missing
    filling = LINE if sample.media_type in LINES or sample.media_type.startswith("text/") else b"\0" * 65_536
    return sample.body + (filling * (missing // len(filling) + 1))[:missing]
