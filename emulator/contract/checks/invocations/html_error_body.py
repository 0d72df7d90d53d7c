"""Errors are told in HTML.

What:
    Bad requests (an unknown and a missing type, an empty, a cut and a binary body) are refused with the right status,
    but the body of the refusal is an HTML page.

Why it matters:
    The caller reads it as one line within a ModelError: ``Received client error (415) from primary with message
    "<!doctype html> <html lang=en> …``, and of a long page the part that says what is wrong is cut off.

How to fix:
    Answer errors with one sentence as text/plain or a small JSON object. In Flask, register an ``errorhandler`` for
    ``HTTPException``; ``abort(415)`` alone gives a page. In nginx, see ``error_page``.

Source:
    Hosting contract 3.6, 3.7 (observed), 11 item 18.
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.contract.bad_requests import BAD_INVOCATIONS, all_asked
from emulator.contract.check import check
from emulator.contract.stack_trace import trace_in
from emulator.contract.subject import Subject
from emulator.model.finding import Violation
from emulator.model.message import HttpReply, media_type


@check("INV016", severity="warning", stage="shared")
def html_error_body(subject: Subject) -> Iterator[Violation]:
    """Look at what bad requests are refused with; failures and stack traces are findings of their own."""
    pages = {
        name: probe
        for name, probe in all_asked(subject)
        if name in BAD_INVOCATIONS and 400 <= probe.status < 500 and probe.reply is not None and _is_html(probe.reply)
    }
    if pages:
        names = ", ".join(f"{name} ({probe.status})" for name, probe in pages.items())
        yield Violation(what=f"The refusal is an HTML page: {names}.", probes=tuple(pages.values()))


def _is_html(reply: HttpReply) -> bool:
    page = reply.body.lstrip().lower().startswith((b"<!doctype html", b"<html"))
    return (page or media_type(reply.content_type) == "text/html") and bool(reply.body) and not trace_in(reply.body)
