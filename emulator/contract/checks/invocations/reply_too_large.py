"""The reply to the sample is larger than SageMaker passes on.

What:
    The sample is answered with more bytes than the limit for replies: 6,291,456, or 4 MiB of a serverless endpoint.

Why it matters:
    Nothing in the container fails, but the caller gets a ModelError instead of the reply.

How to fix:
    Answer less: fewer digits, the best classes only, a compact type such as application/x-npy. Or use asynchronous
    inference (1 GB), a streamed response, or write the result to S3 and answer its address.

Source:
    Hosting contract 3.12 (documented for both directions), 10.1.
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator import limits
from emulator.contract.answer import BEFORE
from emulator.contract.check import NotApplicable, check
from emulator.contract.subject import Subject
from emulator.model.finding import Probe, Violation


@check("INV024", severity="error", stage="shared")
def reply_too_large(subject: Subject) -> Iterator[Violation]:
    """Look at the size of the first answer."""
    probe: Probe | None = subject.remembered.get(BEFORE)
    if subject.hands_on:
        raise NotApplicable("its replies go to another container; PIP005 tells of their size")
    if probe is None or probe.reply is None or not 200 <= probe.status < 300:
        raise NotApplicable("there is no sample that it is known to answer")
    most = limits.SERVERLESS_PAYLOAD_BYTES if subject.profile == "serverless" else limits.PAYLOAD_BYTES
    if (size := len(probe.reply.body)) > most:
        yield Violation(what=f"The reply to the sample has {size:,} bytes, and {most:,} get through.", probes=(probe,))
