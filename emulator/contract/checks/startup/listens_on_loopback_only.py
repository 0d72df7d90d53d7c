"""The server listens where only the container itself can reach it.

What:
    A socket listens on the right port, but on 127.0.0.1, localhost or IPv6 only, and ``GET /ping`` from outside is
    refused.

Why it matters:
    SageMaker connects from outside the container: no ping arrives, and the endpoint fails with "The primary
    container for production variant AllTraffic did not pass the ping health check" although ``curl
    localhost:8080/ping`` inside the container works.

How to fix:
    Listen on 0.0.0.0: ``app.run(host="0.0.0.0")``, ``uvicorn --host 0.0.0.0``, ``gunicorn --bind 0.0.0.0:8080``, in
    Node ``server.listen(8080, "0.0.0.0")``.

Source:
    Hosting contract 2.1, 2.7 (observed: pings come from another address) and 11.1.
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.contract.cause import cause_of, sockets_of
from emulator.contract.check import check
from emulator.contract.subject import Subject
from emulator.model.finding import Violation


@check("STA002", severity="error", stage="start")
def listens_on_loopback_only(subject: Subject) -> Iterator[Violation]:
    """Look at why it did not become healthy."""
    trial = subject.shared
    if cause_of(subject) == "loopback":
        hosts = " and ".join(each.host for each in sockets_of(trial) if each.port == trial.port)
        yield Violation(
            what=f"Port {trial.port} listens on {hosts} only, where nothing outside the container reaches it.",
            probes=(trial.pings[trial.outcome],),
            facts=tuple(f"listens on {each}" for each in sockets_of(trial)),
        )
