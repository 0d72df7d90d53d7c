"""The container installs packages while it starts.

What:
    Lines that pip, apt, conda, npm and uv write when they install, and their processes, while the container starts.

Why it matters:
    Every instance, every scale-out and every restart installs anew: slower by minutes, another version each time,
    and not at all under network isolation or when the index is down. On AWS that is an endpoint that worked for
    weeks and then "did not pass the ping health check" when an instance was replaced.

How to fix:
    Install in the Dockerfile, with pinned versions. A requirements.txt inside the model archive that a toolkit
    installs at start belongs into the image, too.

Source:
    Hosting contract 1.7, 2.12, 11.14.
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.contract.check import check
from emulator.contract.installing import installing
from emulator.contract.subject import Subject
from emulator.model.finding import Violation


@check("STA012", severity="warning", stage="start", severities={"marketplace": "error"})
def installs_at_start(subject: Subject) -> Iterator[Violation]:
    """Look at what it wrote and at what ran in it."""
    lines, programs = installing(subject)
    if lines or programs:
        shown = (lines or programs)[0].strip()
        yield Violation(
            what=f'It installs packages while it starts: "{shown[:120]}".',
            log=lines,
            facts=tuple(f"ran: {each}" for each in programs),
        )
