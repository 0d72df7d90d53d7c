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
    asked = case.questions[0]
    target.ask(asked)
    healthy = target.ping()
    if healthy.status != 200:
        yield Violation(what=f"After {asked.label}, GET /ping is answered with {shown(healthy)}.", probes=(healthy,))
