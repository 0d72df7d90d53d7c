"""Pings go unanswered while clients keep the server busy.

What:
    While 8 clients send the sample over and over, ``GET /ping`` is answered with another status than 200, or not
    within 2 s. Twice in a row is an error, once a warning.

Why it matters:
    SageMaker goes on pinging while it sends requests. It tolerates single failures; where pings keep failing it
    takes the instance for unhealthy and replaces it, in the middle of the load that needs it most.

How to fix:
    Answer pings from a thread or worker that invocations cannot occupy: more workers than computing threads, an async
    server with the model in a thread pool, or a small queue in front of the model. A ping must not predict.

Source:
    Hosting contract 2.3 (documented: 2 s), 2.8 (documented: unhealthy instances are replaced), 2.9 (documented).
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator import limits
from emulator.contract.check import check
from emulator.contract.crowd import affordable, answered_sample, crowd
from emulator.contract.subject import Subject
from emulator.contract.trial import invocation
from emulator.model.finding import Violation


@check("CON003", severity="error", stage="shared")
def ping_starved_under_load(
    subject: Subject, *, clients: int = 8, pings: int = 5, gap_seconds: float = 0.1
) -> Iterator[Violation]:
    """Ping while clients ask."""
    sample = answered_sample(subject)
    affordable(subject, clients, least=clients // 2)
    request = invocation(sample.body, sample.content_type, accept=sample.accept)
    probes = []
    with crowd(subject.shared, request, clients=clients):
        for _ in range(pings):
            subject.pause(gap_seconds)
            probes.append(subject.shared.ping())
            if [each.status == 200 for each in probes[-2:]] == [False, False]:
                break
    failed = [each for each in probes if each.status != 200]
    if failed:
        lasting = [each.status == 200 for each in probes[-2:]] == [False, False]
        yield Violation(
            what=f"{len(failed)} of {len(probes)} pings got no 200 within {limits.PING_SECONDS:g} s "
            f"while {clients} clients kept sending the sample.",
            probes=tuple(failed[:1]),
            facts=tuple(map(str, probes)),
            severity=None if lasting else "warning",
        )
