"""An error is answered with a long text, a page of HTML or a stack trace.

What:
    The body of every 4xx and 5xx is looked at: more than 2,000 bytes, HTML, or lines of a stack trace.

Why it matters:
    It becomes OriginalMessage of the ModelError: cut, unreadable, and open to every caller.

How to fix:
    Answer errors with one line of plain text or JSON, and write the rest to the log.

Source:
    Hosting contract 3.8; section 11, row 18.
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.fuzz.case import Case
from emulator.fuzz.drawing import malformed
from emulator.fuzz.property import holds
from emulator.fuzz.target import Target
from emulator.model.finding import Violation


@holds("FUZ012", severity="warning", cases=malformed)
def long_error_text(target: Target, case: Case) -> Iterator[Violation]:
    """Ask it."""
    answered = target.ask(case.questions[0])
    if answered.reply is None or answered.status < 400:
        return
    body = answered.reply.body
    kinds = {"a page of HTML": b"<html" in body[:2000].lower(), "a stack trace": b"Traceback (most recent" in body}
    kind = next((name for name, is_it in kinds.items() if is_it), "more than 2,000 bytes" if len(body) > 2000 else "")
    if kind:
        yield Violation(what=f"{answered.status} comes with {kind}.", probes=(answered,))
