"""The first healthy ping takes a good share of the time there is.

What:
    The time from the start of the container to the first 200 from ``GET /ping``, on this machine and with the model
    data in place, against the window: 8 minutes, 3 on serverless. Option ``share`` says which part of it is still
    well.

Why it matters:
    The instance may have fewer cores and a colder disk than this machine, and on serverless the download of the
    model counts, too. Past the window the endpoint fails with "The primary container for production variant
    AllTraffic did not pass the ping health check"; and every scale-out and every cold start takes that long.

How to fix:
    Load less at start, load it once rather than once per worker (``gunicorn --preload``), keep the model in a
    format that maps into memory, import late. For more time set ContainerStartupHealthCheckTimeoutInSeconds.

Source:
    Hosting contract 2.5, 10.1.
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.contract.check import check
from emulator.contract.subject import Subject
from emulator.model.finding import Violation


@check("STA006", severity="warning", stage="start")
def slow_start(subject: Subject, *, share: float = 0.5) -> Iterator[Violation]:
    """Look at how long it took."""
    took, window = subject.shared.healthy_after, subject.startup_seconds
    if took is not None and took > share * window:
        yield Violation(
            what=f"The first 200 from GET /ping came after {took:.1f} s, {took / window:.1%} of the {window:g} s.",
            facts=tuple(f"{each.seconds:.1f} s: {each.text}" for each in subject.shared.moments[:10]),
        )
