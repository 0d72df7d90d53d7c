"""AWS's event stream: framed messages with headers and two checksums.

botocore reads them and cannot write them. Format: Smithy, "Amazon Event Stream Specification".
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from struct import pack
from typing import Final
from zlib import crc32

CONTENT_TYPE: Final = "application/vnd.amazon.eventstream"

STRING: Final = 7
"""The type of a header whose value is text."""


def payload_part(data: bytes) -> bytes:
    """A piece of a streamed reply."""
    return message(
        {":event-type": "PayloadPart", ":content-type": "application/octet-stream", ":message-type": "event"}, data
    )


def stream_exception(kind: str, members: Mapping[str, str]) -> bytes:
    """An error after the stream has begun: ``ModelStreamError`` or ``InternalStreamFailure``."""
    return message(
        {":exception-type": kind, ":content-type": "application/json", ":message-type": "exception"},
        json.dumps(members).encode(),
    )


def message(headers: Mapping[str, str], payload: bytes) -> bytes:
    """One message."""
    written = b"".join(_header(name, value) for name, value in headers.items())
    prelude = pack("!II", 16 + len(written) + len(payload), len(written))
    content = b"".join((prelude, pack("!I", crc32(prelude)), written, payload))
    return content + pack("!I", crc32(content))


def _header(name: str, value: str) -> bytes:
    text = value.encode()
    return pack("!B", len(name)) + name.encode() + pack("!BH", STRING, len(text)) + text
