"""GET /ping is answered with another status than 200.

What:
    ``GET /ping`` of the started container got a status from 400 on, or another 2xx, until it stayed so or the
    window closed.

Why it matters:
    Only 200 is healthy: not 204, not 404, not 503 for ever. The endpoint stays in Creating and fails with "The
    primary container for production variant AllTraffic did not pass the ping health check".

How to fix:
    Answer 200 with an empty body at ``GET /ping`` as soon as the model is loaded, 503 before, without a login and
    for any Host header (SageMaker sends ``model.aws.local:8080``).

Source:
    Hosting contract 2.1, 2.2, 2.7 (observed), 2.11.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from emulator.contract.cause import cause_of
from emulator.contract.check import check
from emulator.contract.log import last_lines
from emulator.contract.subject import Subject
from emulator.model.finding import Violation

HINTS: Final = {
    400: "the Host header may be refused (Django: ALLOWED_HOSTS)",
    401: "there is a login in front of it",
    403: "there is a login in front of it, or a list of allowed hosts",
    404: "there is no route /ping",
    405: "the route does not take GET",
}


@check("PNG001", severity="error", stage="start")
def ping_status(subject: Subject) -> Iterator[Violation]:
    """Look at why it did not become healthy."""
    trial = subject.shared
    if cause_of(subject) == "status":
        last, seconds = trial.pings[trial.outcome], trial.moments[-1].seconds
        hint = HINTS.get(last.status, "")
        if last.status >= 500:
            hint = "the handler fails, or the model never comes: see the log"
        yield Violation(
            what=f"GET /ping is answered with {last.status}, still after {seconds:.1f} s{hint and f': {hint}'}.",
            probes=(last,),
            log=last_lines(trial),
        )
