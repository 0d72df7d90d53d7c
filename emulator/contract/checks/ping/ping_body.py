"""GET /ping is answered with 200 and a body that says something else.

What:
    The body of a healthy ping: one that calls itself unhealthy, not ready or an error is a warning, one of more
    than ``bytes`` is a note. Any other body is well, though SageMaker asks for an empty one.

Why it matters:
    SageMaker reads the status only. A server that says ``200 {"status": "Unhealthy"}`` goes InService and gets
    requests that it cannot serve; nothing replaces it.

How to fix:
    Let the status tell: 200 when requests can be served, 503 otherwise; and leave the body empty. A large body is
    made and sent every 5 seconds for nothing.

Source:
    Hosting contract 2.1 (observed: a 200 that says Unhealthy went InService), 2.4.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final

from emulator.contract.check import check
from emulator.contract.subject import Subject
from emulator.model.finding import Violation

ILL: Final = re.compile(
    r"(?:un|not[ _-]?)(?:healthy|ready|available)|unavailable|down|dead|errors?|fail(?:ed|ing|ure|s)?|loading|starting"
    r"|out[ _-]of[ _-]service|degraded|critical",
    re.IGNORECASE,
)
MEMBERS: Final = ("status", "state", "health", "ping", "result")


@check("PNG003", severity="warning", stage="shared")
def ping_body(subject: Subject, *, bytes: int = 1024) -> Iterator[Violation]:  # noqa: A002 - the name of the option
    """Read it."""
    ping = subject.shared.ping()
    if ping.reply is None or ping.status != 200:
        return
    said = ill_word(ping.reply.body)
    if said:
        yield Violation(what=f'GET /ping is answered with 200 and says "{said}".', probes=(ping,))
    elif len(ping.reply.body) > bytes:
        what = f"GET /ping is answered with a body of {len(ping.reply.body):,} bytes."
        yield Violation(what=what, probes=(ping,), severity="note")


def ill_word(body: bytes) -> str:
    """What a body calls itself, if that is nothing good: a text of one word, or a member of a JSON object."""
    text = body.decode(errors="replace").strip()
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = text
    words = [value] if isinstance(value, str) else []
    if isinstance(value, dict):
        words = [each for name, each in value.items() if name.lower() in MEMBERS and isinstance(each, str)]
    return next((each for each in words if ILL.fullmatch(each.strip(" .!\"'"))), "")
