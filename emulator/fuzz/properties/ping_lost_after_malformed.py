"""A malformed request makes the container unhealthy.

What:
    After each malformed request, GET /ping must be answered with 200 within 2 s.

Why it matters:
    SageMaker replaces containers that are not healthy: one client's bad request takes the endpoint down for all.

How to fix:
    Let no request end a worker or hold a lock; answer /ping without the model's queue.

Source:
    Hosting contract 2.8 (unhealthy instances are replaced).
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.fuzz.case import Case
from emulator.fuzz.drawing import malformed
from emulator.fuzz.property import holds
from emulator.fuzz.reading import shown
from emulator.fuzz.target import Target
from emulator.model.finding import Violation


@holds("FUZ011", severity="error", cases=malformed)
def ping_lost_after_malformed(target: Target, case: Case) -> Iterator[Violation]:
    """Ping behind it."""
    answered = target.ask_all(case.questions)
    healthy = target.ping()
    if healthy.status != 200:
        labels = ", ".join(case.labels)
        what = f"After a malformed request ({labels!r}), GET /ping is answered with {shown(healthy)}."
        yield Violation(what=what, probes=(*answered, healthy), log=target.log())
