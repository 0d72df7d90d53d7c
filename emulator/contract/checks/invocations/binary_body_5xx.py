"""A body of arbitrary bytes is answered with 5xx.

What:
    A kilobyte of bytes that are neither text nor an array, NUL and 0xff among them, is posted under the sample's
    Content-Type. The answer is 5xx, or the connection breaks; 400 would be right.

Why it matters:
    AWS CLI v2 decodes ``--body`` as base64 unless it is told not to, and Java clients send UTF-16: the container gets
    bytes it cannot read, and ``UnicodeDecodeError`` becomes "Received server error (500) from primary".

How to fix:
    Decode within the same ``try`` as you parse, and answer 400.

Source:
    Hosting contract 11 item 22 (observed), 3.6.
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.contract.answer import fate
from emulator.contract.bad_requests import PATIENCE, asked, failed
from emulator.contract.check import check
from emulator.contract.subject import Subject
from emulator.model.finding import Violation


@check("INV010", severity="warning", stage="shared")
def binary_body_5xx(subject: Subject, *, seconds: float = PATIENCE) -> Iterator[Violation]:
    """Post noise."""
    probe = asked(subject, "binary-body", seconds=seconds)
    if failed(probe):
        kind = probe.request.headers.get("Content-Type", "")
        yield Violation(what=f"A body of arbitrary bytes, declared as {kind}, {fate(probe)}.", probes=(probe,))
