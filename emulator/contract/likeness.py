"""Whether two answers say the same, though the last digit of a number or the time of day may differ."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Collection
from typing import Final

VOLATILE: Final = "id created created_at date duration elapsed latency request_id time timestamp uuid"
"""Members of a JSON answer that are another each time in sound servers."""

NUMBER: Final = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")


def readable(body: bytes) -> bool:
    """Whether it is text, so that small differences can be told from large ones."""
    try:
        return "\0" not in body.decode()
    except UnicodeDecodeError:
        return False


def numbers_apart(one: bytes, other: bytes) -> bool:
    """Whether two texts are the same but for their numbers."""
    return readable(one) and readable(other) and NUMBER.split(one.decode()) == NUMBER.split(other.decode())


def alike(one: bytes, other: bytes, *, tolerance: float, volatile: Collection[str] = ()) -> bool:
    """Whether two bodies are equal, or equal texts but for numbers as close as that.

    Args:
        one: a body.
        other: another.
        tolerance: greatest share by which two numbers may differ; a hundredth of it may be between two near zero.
        volatile: names of JSON members that do not count.
    """
    if one == other:
        return True
    if not readable(one) or not readable(other):
        return False
    left, right = _lines(one), _lines(other)
    return len(left) == len(right) and all(
        _alike(each, that, tolerance, frozenset(volatile)) for each, that in zip(left, right, strict=True)
    )


def _lines(body: bytes) -> list[object]:
    """A JSON value as the only one, or each line: a JSON object or array as its value, all else as text."""
    text = body.decode()
    whole = _value(text)
    return [whole] if not isinstance(whole, str) else [_value(line) for line in text.splitlines()]


def _value(text: str) -> object:
    if text.lstrip()[:1] not in ("{", "["):
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _alike(one: object, other: object, tolerance: float, volatile: frozenset[str]) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(
            key in volatile or _alike(one[key], other[key], tolerance, volatile) for key in one
        )
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(
            _alike(each, that, tolerance, volatile) for each, that in zip(one, other, strict=True)
        )
    if isinstance(one, str) and isinstance(other, str):
        return _alike_texts(one, other, tolerance)
    if isinstance(one, int | float) and isinstance(other, int | float):
        return one == other or _close(one, other, tolerance)
    return one == other


def _alike_texts(one: str, other: str, tolerance: float) -> bool:
    if one == other:
        return True
    if NUMBER.split(one) != NUMBER.split(other):
        return False
    pairs = zip(NUMBER.findall(one), NUMBER.findall(other), strict=True)
    return all(_close(float(left), float(right), tolerance) for left, right in pairs)


def _close(one: float, other: float, tolerance: float) -> bool:
    return math.isclose(one, other, rel_tol=tolerance, abs_tol=tolerance / 100)
