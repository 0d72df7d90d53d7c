"""The container writes to /opt/ml/model, which is read-only.

What:
    It does not become healthy with /opt/ml/model mounted read-only, and does where it may write there; or it is
    healthy, and its log tells of a read-only file system.

Why it matters:
    SageMaker mounts the model read-only. What works with ``docker run -v`` ends there with "Read-only file system",
    and the endpoint with "The primary container for production variant AllTraffic did not pass the ping health
    check".

How to fix:
    Unpack, convert and cache below /tmp. PYTHONDONTWRITEBYTECODE=1 keeps Python from writing bytecode beside code
    in the model; HF_HOME, TORCH_HOME and MPLCONFIGDIR move caches.

Source:
    Hosting contract 1.14, 1.21, 11.11.
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.contract.cause import READ_ONLY, cause_of
from emulator.contract.check import check
from emulator.contract.log import last_lines, lines_saying
from emulator.contract.subject import Subject
from emulator.model.finding import Violation

ELSEWHERE = ("/proc", "/sys", "/dev")
"""Read-only in any container; programs that try to write there know it."""


@check("STA009", severity="error", stage="last")
def writes_to_model_folder(subject: Subject) -> Iterator[Violation]:
    """Look at why it did not become healthy, and at what it wrote meanwhile."""
    cause = cause_of(subject)
    said = [line for line in lines_saying(subject, READ_ONLY) if not any(each in line for each in ELSEWHERE)]
    if cause == "model-folder":
        log = tuple(said) or last_lines(subject.shared)
        yield Violation(what="It is healthy only where /opt/ml/model can be written to.", log=log)
    elif not cause and said:
        what = "It is healthy, but something in it cannot write to a read-only file system."
        yield Violation(what=what, log=tuple(said), severity="warning")
