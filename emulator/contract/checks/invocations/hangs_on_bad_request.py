"""A bad request gets no answer.

What:
    One of: the sample under an unknown type, or under none; an empty, a cut and a binary body; a path that there is
    not; GET instead of POST. It is not answered within ``seconds`` and three times what the sample takes.

Why it matters:
    One such request blocks a worker, and its caller for 60 s: "Your invocation timed out while waiting for a response
    from container primary". A few of them, and pings go unanswered and the instance is replaced.

How to fix:
    Read no more than Content-Length bytes, also if that is 0. Answer in every branch, in ``except`` as well: handlers
    that log and return nothing leave an asynchronous server waiting.

Source:
    Hosting contract 3.2, 3.3 (observed).
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.contract.bad_requests import PATIENCE, all_asked, silent
from emulator.contract.check import check
from emulator.contract.subject import Subject
from emulator.model.finding import Violation


@check("INV025", severity="error", stage="shared")
def hangs_on_bad_request(subject: Subject, *, seconds: float = PATIENCE) -> Iterator[Violation]:
    """Look for those that were given up; ``seconds`` is for those that no check has asked before."""
    hanging = {name: probe for name, probe in all_asked(subject, seconds=seconds) if silent(probe)}
    if hanging:
        waited = max(probe.seconds for probe in hanging.values())
        what = f"{', '.join(hanging)}: no answer within {waited:.1f} s."
        yield Violation(what=what, probes=tuple(hanging.values()))
