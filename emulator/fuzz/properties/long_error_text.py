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
from typing import Final

from emulator.fuzz.case import Case
from emulator.fuzz.drawing import malformed
from emulator.fuzz.property import holds
from emulator.fuzz.target import Target
from emulator.model.finding import Violation

LONG: Final = 2000
"""Bytes."""


@holds("FUZ012", severity="warning", cases=malformed, apart=True)
def long_error_text(target: Target, case: Case) -> Iterator[Violation]:
    """Ask it, and read."""
    for asked, answered in zip(case.questions, target.ask_all(case.questions), strict=True):
        kind = _kind(answered.reply.body) if answered.reply is not None and answered.status >= 400 else ""
        if kind:
            what = f"A malformed request ({asked.label!r}) is answered with {answered.status} and {kind}."
            yield Violation(what=what, probes=(answered,))
            return


def _kind(body: bytes) -> str:
    """What is wrong with the text of an error; empty for nothing."""
    if b"<html" in body[:LONG].lower():
        return "a page of HTML"
    if b"Traceback (most recent" in body:
        return "a stack trace"
    return f"more than {LONG:,} bytes" if len(body) > LONG else ""
