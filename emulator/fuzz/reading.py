"""The records of a reply, and whether two replies say the same."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any, Final

from emulator.contract.body import is_json
from emulator.contract.likeness import VOLATILE, alike
from emulator.contract.sample import LINES
from emulator.model.finding import Probe
from emulator.model.message import HttpReply, media_type

TOLERANCE: Final = 1e-5
"""Two numbers that differ by this share are the same: a batch may be summed up in another order than its rows."""

WRAPPED: Final = re.compile(
    r"(?:np\.)?\w*(?:float|int|bool)\d*\(.*\)|\[.*\]|tensor\(.*\)|\d+,\d+|[-+]?\d+(?:[.,]\d{3})+,\d+", re.IGNORECASE
)
"""Numbers as NumPy, PyTorch, Python's lists and other countries' conventions write them."""

SHOWN: Final = 80
"""Characters of a body in a sentence."""


def records(reply: HttpReply) -> list[Any] | None:
    """One value for each record; None where the type has none, or the body is not of its type."""
    media = media_type(reply.content_type)
    try:
        text = reply.body.decode()
        if media == "text/csv":
            return [row for row in csv.reader(io.StringIO(text, newline="")) if row]
        if media in LINES:
            return [json.loads(line) for line in text.splitlines() if line.strip()]
        return _listed(json.loads(text)) if is_json(media) else None
    except (ValueError, RecursionError, csv.Error):
        return None


def same(one: Probe, other: Probe, *, tolerance: float = TOLERANCE) -> bool:
    """Whether two answers have one status and, where that is 2xx, say the same in the same type."""
    if one.reply is None or other.reply is None:
        return one.reply is other.reply
    if one.status != other.status:
        return False
    return not one.ok or (
        media_type(one.reply.content_type) == media_type(other.reply.content_type)
        and alike(one.reply.body, other.reply.body, tolerance=tolerance, volatile=VOLATILE.split())
    )


def equal(one: Any, other: Any, *, tolerance: float = TOLERANCE) -> bool:
    """The same for two records."""
    left, right = json.dumps(one).encode(), json.dumps(other).encode()
    return alike(left, right, tolerance=tolerance)


def shown(probe: Probe) -> str:
    """An answer in a few words."""
    if probe.reply is None:
        return f"no answer ({probe.failure.partition(':')[0]})"
    body = probe.reply.body[: SHOWN + 1].decode(errors="replace").strip()
    text = body if len(body) <= SHOWN else f"{body[:SHOWN]}…"
    return f"{probe.status} {text!r}"


def _listed(value: Any) -> list[Any] | None:
    """A list, or the one list in an object."""
    if isinstance(value, list):
        return value
    lists = [each for each in value.values() if isinstance(each, list)] if isinstance(value, dict) else []
    return lists[0] if len(lists) == 1 else None


def odd_number(reply: HttpReply) -> str:
    """A field that was meant to be a number and is written as no other program reads it; empty if there is none."""
    for record in records(reply) or ():
        for field in record if isinstance(record, list) else (record,):
            if isinstance(field, str) and WRAPPED.fullmatch(field.strip()):
                return f"a number in it is written {field[:40]!r}"
    return ""
