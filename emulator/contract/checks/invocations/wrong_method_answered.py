"""GET /invocations is answered with 2xx or 5xx.

What:
    ``/invocations`` is asked for with GET. The answer is 2xx, 5xx, or the connection breaks; 405, or 404, would be
    right.

Why it matters:
    SageMaker always posts, so no endpoint fails by it. But a load test or health check that asks with GET by mistake
    is told that all is well, or counts as a failure of the model.

How to fix:
    Take only POST: ``methods=["POST"]`` in Flask, ``app.post`` in FastAPI and Express.

Source:
    Hosting contract 3.1 (documented: POST).
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.contract.answer import fate
from emulator.contract.bad_requests import asked, failed
from emulator.contract.check import check
from emulator.contract.subject import Subject
from emulator.model.finding import Violation


@check("INV023", severity="note", stage="shared")
def wrong_method_answered(subject: Subject) -> Iterator[Violation]:
    """Ask with GET."""
    probe = asked(subject, "wrong-method")
    if probe.ok or failed(probe):
        yield Violation(what=f"GET /invocations {fate(probe)}, not with 405.", probes=(probe,))
