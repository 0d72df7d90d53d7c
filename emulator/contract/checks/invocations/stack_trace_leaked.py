"""An error's body shows a stack trace.

What:
    The answer to a bad request (an unknown or missing type, an empty, cut or binary body) holds a traceback.

Why it matters:
    Callers of the endpoint learn file names, versions and values of the program. And the sentence they need is in its
    last line, which is what SageMaker cuts off.

How to fix:
    Write the trace to stderr, where CloudWatch has it, and answer one sentence. Switch the debug mode of your
    framework off.

Source:
    Hosting contract 3.6, 3.7 (observed), 5 (stderr is logged), 11 item 18.
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.contract.bad_requests import BAD_INVOCATIONS, all_asked
from emulator.contract.check import check
from emulator.contract.stack_trace import trace_in
from emulator.contract.subject import Subject
from emulator.model.finding import Violation


@check("INV017", severity="warning", stage="shared")
def stack_trace_leaked(subject: Subject) -> Iterator[Violation]:
    """Look for traces in what bad requests are answered with."""
    leaks = {
        name: probe
        for name, probe in all_asked(subject)
        if name in BAD_INVOCATIONS and probe.reply is not None and probe.status >= 400 and trace_in(probe.reply.body)
    }
    if leaks:
        signs = {trace_in(probe.reply.body): None for probe in leaks.values() if probe.reply is not None}
        yield Violation(
            what=f"The answer to {', '.join(leaks)} shows a stack trace.",
            probes=tuple(leaks.values()),
            facts=tuple(f"in the body: {sign}" for sign in signs),
        )
