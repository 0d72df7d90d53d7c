"""A request as the bytes of HTTP/1.1, for whoever writes them to a socket."""

from __future__ import annotations

import re
from typing import Final

from emulator.errors import UsageError
from emulator.model.message import HttpRequest

JOINED_BYTES: Final = 65_536
"""A longer body is written after the head, not joined to it: the copy would cost more than the second call."""

CONTROL: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
"""What no server should see in a header value: line breaks, folded lines, NUL and their kind."""


def written(request: HttpRequest) -> tuple[bytes, bytes]:
    """A request as it goes over the wire: the head, with a short body, and the body if it is a long one.

    Raises:
        UsageError: it cannot be written as HTTP.
    """
    lines = [f"{request.method} {request.path} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in request.headers.items()]
    if CONTROL.search("".join(lines)):
        raise _unsendable(f"Invalid header {next(filter(CONTROL.search, lines))!r}")
    if request.method != "GET":
        lines.append(f"Content-Length: {len(request.body)}")
    try:
        head = "\r\n".join((*lines, "\r\n")).encode("latin-1")
    except UnicodeError as foreign:
        raise _unsendable(str(foreign)) from foreign
    return (head, request.body) if len(request.body) > JOINED_BYTES else (head + request.body, b"")


def _unsendable(why: str) -> UsageError:
    return UsageError("A header of the request cannot be sent.", why=why, fix="headers are one line of Latin-1 text")
