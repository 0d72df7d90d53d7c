"""The container ignores SIGTERM.

What:
    A container of its own, healthy, gets SIGTERM and still runs 30 s later.

Why it matters:
    SageMaker stops containers with SIGTERM at every scale-in, update and deletion, and kills them after 30 s: requests
    and logs in hand are lost, buffers are not flushed, and each deployment waits for the whole grace.

How to fix:
    Process 1 gets no default handlers: the kernel drops SIGTERM unless the program asks for it. Use a server that
    handles it (gunicorn, uvicorn), or add signal.signal(SIGTERM, …), process.on('SIGTERM', …).

Source:
    Hosting contract 1.3 (documented: receiving SIGTERM is a requirement), 1.4 (documented: SIGKILL after 30 s).
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.contract.check import check
from emulator.contract.stop import stop_of
from emulator.contract.subject import Subject
from emulator.model.finding import Violation


@check("END001", severity="error", stage="fresh")
def ignores_sigterm(subject: Subject) -> Iterator[Violation]:
    """Stop one; where a shell is process 1, END004 tells."""
    stop = stop_of(subject)
    if stop.exit_code is None and not stop.by_shell:
        yield Violation(
            what=f"It still ran {stop.grace:g} s after SIGTERM.",
            facts=(f"process 1: {stop.process or 'unknown'}",),
            log=stop.log[-5:],
            launch=stop.launch,
        )
