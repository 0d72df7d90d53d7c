"""The sample is not answered with 2xx.

What:
    The request that the image is known to answer (``--sample``) is posted to ``/invocations`` and gets another status
    than 2xx, a reply that breaks off, or none. Of later containers in a chain PIP001 tells.

Why it matters:
    Every InvokeEndpoint like it fails with ModelError 424, "Received server error (500) from primary with message …".
    All checks that vary the sample are skipped until it is answered.

How to fix:
    Look at the container's log below. If the sample is what is wrong, give the right body, ``--content-type`` and
    ``--accept``.

Source:
    Hosting contract 3.6, 3.4 (observed: any other status is ModelError).
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator import limits
from emulator.contract.answer import BEFORE, fate
from emulator.contract.bad_requests import silent
from emulator.contract.check import NotApplicable, check
from emulator.contract.subject import Subject
from emulator.model.finding import Probe, Violation


@check("INV001", severity="error", stage="shared")
def sample_refused(subject: Subject, *, log_lines: int = 10) -> Iterator[Violation]:
    """Look at the first answer; that it comes too late or is too long is another check's finding."""
    probe: Probe | None = subject.remembered.get(BEFORE)
    if subject.sample is None or probe is None:
        raise NotApplicable("there is no sample for it")
    if not (probe.ok or silent(probe) or _endless(probe)):
        log = subject.shared.log()[-log_lines:]
        yield Violation(what=f"The sample {fate(probe)}.", probes=(probe,), log=log)


def _endless(probe: Probe) -> bool:
    return probe.reply is not None and len(probe.reply.body) > limits.PAYLOAD_BYTES
