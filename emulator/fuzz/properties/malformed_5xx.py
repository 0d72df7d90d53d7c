"""A malformed request is answered with 5xx, or breaks the connection.

What:
    Bodies near validity, hostile ones, and rows under other media types are sent; 2xx and 4xx are answers, 5xx is
    none.

Why it matters:
    A 5xx is InvocationModelErrors and an alarm: a client's slip looks like an outage of the model. A broken
    connection is one.

How to fix:
    Catch what parsing raises, and answer 400 or 415 with one line that says what is wrong.

Source:
    Hosting contract 3.6 (5xx is a server error of the model).
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.fuzz.case import Case
from emulator.fuzz.drawing import malformed
from emulator.fuzz.property import holds
from emulator.fuzz.reading import shown
from emulator.fuzz.target import Target
from emulator.model.finding import Violation


@holds("FUZ009", severity="warning", cases=malformed, share=2.0, apart=True)
def malformed_5xx(target: Target, case: Case) -> Iterator[Violation]:
    """Ask it."""
    for asked, answered in zip(case.questions, target.ask_all(case.questions), strict=True):
        broke = answered.reply is None and not answered.failure.startswith("timeout")
        if answered.status >= 500 or broke:
            what = f"A malformed request ({asked.label!r}) is answered with {shown(answered)}."
            yield Violation(what=what, probes=(answered,), log=target.log())
            return
