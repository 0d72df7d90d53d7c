"""GET /ping is answered with a redirect.

What:
    ``GET /ping`` of the started container is answered with a status from 300 to 399.

Why it matters:
    SageMaker does not follow redirects: only 200 is healthy. The endpoint stays in Creating until the start-up
    window closes, and then fails with "did not pass the ping health check".

How to fix:
    Answer 200 with an empty body at ``/ping`` itself, without a trailing slash and without a login in front of it.

Source:
    Hosting contract 2.2 (inferred from logs: 200 exactly).
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.contract.cause import cause_of
from emulator.contract.check import check
from emulator.contract.subject import Subject
from emulator.model.finding import Violation


@check("PNG002", severity="error", stage="start")
def ping_redirects(subject: Subject) -> Iterator[Violation]:
    """Look at why it did not become healthy."""
    if cause_of(subject) == "redirect":
        last = subject.shared.pings[subject.shared.outcome]
        target = "" if last.reply is None else last.reply.headers.get("location", "nowhere")
        yield Violation(what=f"GET /ping is answered with {last.status} to {target}.", probes=(last,))
