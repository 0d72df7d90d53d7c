"""The server listens, but not on the port that is asked.

What:
    Nothing listens on port 8080 (or the one SAGEMAKER_BIND_TO_PORT names), while something listens on another port.

Why it matters:
    SageMaker asks that port only; EXPOSE and -p mean nothing to it. The endpoint fails with "The primary container
    for production variant AllTraffic did not pass the ping health check".

How to fix:
    Listen on ``SAGEMAKER_BIND_TO_PORT`` where it is set, else on 8080. 5000, 8000 and 80 are defaults of Flask, of
    uvicorn and gunicorn, and of nginx.

Source:
    Hosting contract 2.1, 4.9 and 11.1.
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.contract.cause import cause_of, sockets_of
from emulator.contract.check import check
from emulator.contract.subject import Subject
from emulator.model.finding import Violation


@check("STA003", severity="error", stage="start")
def listens_on_another_port(subject: Subject) -> Iterator[Violation]:
    """Look at why it did not become healthy."""
    trial = subject.shared
    if cause_of(subject) == "port":
        found = ", ".join(dict.fromkeys(str(each.port) for each in sockets_of(trial)))
        yield Violation(
            what=f"Nothing listens on port {trial.port}; it listens on {found}.",
            probes=(trial.pings[trial.outcome],),
            facts=tuple(f"listens on {each}" for each in sockets_of(trial)),
        )
