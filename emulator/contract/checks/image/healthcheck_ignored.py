"""The image has a HEALTHCHECK, which nobody asks.

What:
    The image is built with a HEALTHCHECK.

Why it matters:
    SageMaker asks ``GET /ping`` alone, and AWS does not say that it looks at a HEALTHCHECK at all. A fault that only
    the HEALTHCHECK sees leaves the container in service.

How to fix:
    Let ``/ping`` tell the truth. Drop the HEALTHCHECK, or keep it for other platforms.

Source:
    Hosting contract 1.34 (unknown), 2.1.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from emulator.contract.check import check
from emulator.contract.subject import Subject
from emulator.model.finding import Violation


@check("IMG011", severity="note", stage="image")
def healthcheck_ignored(subject: Subject) -> Iterator[Violation]:
    """Look whether there is one."""
    words = subject.image.healthcheck
    if words:
        yield Violation(what="The image has a HEALTHCHECK.", facts=(f"HEALTHCHECK {shlex.join(words)}",))
