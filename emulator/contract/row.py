"""Records that are lines, counted."""

from __future__ import annotations

import csv
from itertools import zip_longest

from emulator.contract.sample import LINES
from emulator.model.message import media_type


def counts(body: bytes, content_type: str | None) -> frozenset[int]:
    """How many there are, empty lines not counted; two numbers where the first line may be a header.

    Empty where the type has no lines, or the body is no text.
    """
    media = media_type(content_type)
    if media not in LINES:
        return frozenset()
    try:
        lines = [line for line in body.decode("utf-8-sig").splitlines() if line.strip()]
    except UnicodeDecodeError:
        return frozenset()
    if media != "text/csv":
        return frozenset({len(lines)})
    try:
        rows = list(csv.reader(lines))
    except csv.Error:
        return frozenset()
    return frozenset({len(rows), len(rows) - has_header(rows)})


def has_header(rows: list[list[str]]) -> bool:
    """Whether the first row is names: no number in it, though there is one below it."""
    if len(rows) < 2:
        return False
    below = any(number(under) for _, under in zip_longest(rows[0], rows[1], fillvalue=""))
    return below and not any(map(number, rows[0]))


def number(field: str) -> bool:
    """Whether it is one."""
    try:
        float(field)
    except ValueError:
        return False
    return True
