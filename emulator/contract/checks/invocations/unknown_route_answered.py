"""A path that there is not is answered with 2xx or 5xx.

What:
    ``GET /byoc-unknown-route`` is answered with 2xx (a note), with 5xx, or the connection breaks; 404 would be right.

Why it matters:
    SageMaker asks for paths that a container need not have, and takes 404 for "no": ``GET /execution-parameters``
    before a batch transform job, for one. A 200 with something else in it is read as settings, a 5xx as a failure.

How to fix:
    Answer 404 to what you do not serve; leave out catch-all routes, and handlers that make a 500 of every exception.

Source:
    Hosting contract 8.5 (documented: 404 is fine).
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.contract.answer import fate
from emulator.contract.bad_requests import UNKNOWN_ROUTE, asked, failed
from emulator.contract.check import check
from emulator.contract.subject import Subject
from emulator.model.finding import Severity, Violation


@check("INV022", severity="warning", stage="shared")
def unknown_route_answered(subject: Subject) -> Iterator[Violation]:
    """Ask for what there is not."""
    probe = asked(subject, "unknown-route")
    if probe.ok or failed(probe):
        severity: Severity = "note" if probe.ok else "warning"
        yield Violation(what=f"GET {UNKNOWN_ROUTE} {fate(probe)}, not with 404.", probes=(probe,), severity=severity)
