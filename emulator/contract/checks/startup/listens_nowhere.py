"""The container runs, and no port of it listens.

What:
    The program runs on, but nothing listened on any port until the window for the first ping closed.

Why it matters:
    No ping can be answered: the endpoint stays in Creating for the whole window (8 minutes, 3 on serverless) and
    fails with "The primary container for production variant AllTraffic did not pass the ping health check".

How to fix:
    See in the log what it waits for: a model that takes too long to load, a download without a network, a lock, a
    prompt. A slow model may load beside a server that answers 503 meanwhile; a longer window is
    ContainerStartupHealthCheckTimeoutInSeconds.

Source:
    Hosting contract 2.1, 2.5 and 11.1.
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.contract.cause import cause_of
from emulator.contract.check import check
from emulator.contract.log import last_lines
from emulator.contract.subject import Subject
from emulator.model.finding import Violation


@check("STA004", severity="error", stage="start")
def listens_nowhere(subject: Subject) -> Iterator[Violation]:
    """Look at why it did not become healthy."""
    trial = subject.shared
    if cause_of(subject) == "silent":
        yield Violation(
            what=f"It runs, but nothing listened on port {trial.port} within {trial.moments[-1].seconds:.0f} s.",
            probes=(trial.pings[trial.outcome],),
            log=last_lines(trial),
            facts=tuple(f"runs: {each[:200]}" for each in trial.running.running.processes()),
        )
