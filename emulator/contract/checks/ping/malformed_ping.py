"""GET /ping is answered with something that is not HTTP, or with a connection that breaks.

What:
    The port accepts connections, and what comes back is no HTTP/1.x reply, or nothing before it hangs up.

Why it matters:
    SageMaker speaks plain HTTP/1.1. A server that speaks TLS, gRPC or HTTP/2 only, or that dies with each request,
    is never healthy: "The primary container for production variant AllTraffic did not pass the ping health check".

How to fix:
    Serve plain HTTP/1.1 on this port (gRPC on another one), without a certificate. If a worker crashes in the
    handler, its log says where.

Source:
    Hosting contract 2.1, 2.2; 3.6 for invocations.
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.contract.cause import cause_of
from emulator.contract.check import check
from emulator.contract.log import last_lines
from emulator.contract.subject import Subject
from emulator.model.finding import Violation


@check("PNG005", severity="error", stage="start")
def malformed_ping(subject: Subject) -> Iterator[Violation]:
    """Look at why it did not become healthy."""
    trial = subject.shared
    if cause_of(subject) == "malformed":
        kind, _, detail = trial.outcome.partition(": ")
        what = "The connection breaks before" if kind == "closed" else "What comes back is no HTTP: no"
        yield Violation(
            what=f"{what} {'a reply to GET /ping' if kind == 'closed' else f'reply to GET /ping ({detail})'}.",
            probes=(trial.pings[trial.outcome],),
            log=last_lines(trial),
        )
