"""Of several pings in a row some are not answered with 200.

What:
    Some quick pings of the healthy container, while nothing else is asked of it. Option ``pings`` says how many,
    and they end after ``seconds``.

Why it matters:
    SageMaker asks for 200 consistently while it starts, and replaces instances that fail pings afterwards. One of
    several workers that is not ready, or a load balancer inside the container that also asks a dead one, shows as
    an endpoint that comes and goes.

How to fix:
    Answer 200 only when every worker is ready. Workers that load the model one by one need a common flag; or load
    it before they fork (``gunicorn --preload``).

Source:
    Hosting contract 2.5, 2.6 (how many are needed is unknown), 2.8.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from emulator.contract.check import check
from emulator.contract.subject import Subject
from emulator.model.finding import Probe, Violation


@check("PNG012", severity="warning", stage="shared")
def ping_flaps(subject: Subject, *, pings: int = 20, seconds: float = 3.0) -> Iterator[Violation]:
    """Ping it."""
    clock = subject.bench.world.clock
    probes: list[Probe] = []
    end = clock.now() + seconds
    while len(probes) < pings and (not probes or clock.now() < end):
        probes.append(subject.shared.ping())
    bad = [each for each in probes if each.status != 200]
    if bad:
        counts = Counter(str(each.status or each.failure) for each in bad)
        said = ", ".join(f"{count} with {answer}" for answer, count in counts.items())
        yield Violation(
            what=f"Of {len(probes)} pings in a row {len(bad)} were not answered with 200: {said}.",
            probes=tuple(bad[:3]),
        )
