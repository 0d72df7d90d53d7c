"""A malformed request is never answered.

What:
    Bodies near validity and hostile ones must be answered within 10 s, whatever the answer.

Why it matters:
    The caller waits for 60 s, and the worker is lost for others: a few such requests are an outage.

How to fix:
    Bound what parsing may take; do not wait for more of a body than was announced.

Source:
    Hosting contract 3.2 (60 s).
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.fuzz.case import Case
from emulator.fuzz.drawing import malformed
from emulator.fuzz.property import holds
from emulator.fuzz.target import Target
from emulator.model.finding import Violation


@holds("FUZ010", severity="error", cases=malformed, apart=True)
def malformed_hangs(target: Target, case: Case) -> Iterator[Violation]:
    """Ask it, with patience."""
    for asked, answered in zip(case.questions, target.ask_all(case.questions), strict=True):
        if answered.failure.startswith("timeout"):
            what = f"A malformed request ({asked.label!r}) is not answered within {target.patience:g} s."
            yield Violation(what=what, probes=(answered,), log=target.log())
            return
