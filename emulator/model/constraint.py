"""AWS's words for a value that breaks the limits of its shape."""

from __future__ import annotations

import re
from functools import cache

from emulator.errors import ValidationException

CATEGORIES = {r"\p{L}": r"\w", r"\p{N}": r"\d", r"\p{Z}": r" \xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"}
"""Java's words for Unicode's letters, numbers and separators, where numbers and ``_`` are allowed beside letters."""

ANYTHING = re.compile(".*", re.DOTALL)


def failure(member: str, rule: str, *, value: str | None = None) -> str:
    """AWS's words for one broken constraint: ``Value 'X' at 'image' failed to satisfy constraint: Member must …``.

    Without a ``value`` none is quoted, as AWS does for lists and maps. Source: hosting contract 6.10.
    """
    shown = "Value" if value is None else f"Value '{value}'"
    return f"{shown} at '{member}' failed to satisfy constraint: Member must {rule}"


def absence(member: str) -> str:
    """AWS's words for a required member that is not there."""
    return f"Value null at '{member}' failed to satisfy constraint: Member must not be null"


def map_failure(member: str, side: str, rule: str) -> str:
    """AWS's words for a bad key or value (``side``: ``keys`` or ``values``) of a map."""
    return f"Value at '{member}' failed to satisfy constraint: Map {side} must satisfy constraint: [Member must {rule}]"


def refusal(*failures: str) -> ValidationException:
    """The exception for one or more broken constraints, counted as AWS counts them."""
    errors = "error" if len(failures) == 1 else "errors"
    return ValidationException(f"{len(failures)} validation {errors} detected: {'; '.join(failures)}")


def at_most(length: int) -> str:
    """The rule for a string or list that is too long."""
    return f"have length less than or equal to {length}"


def matching(pattern: str) -> str:
    """The rule for a string of another form."""
    return f"satisfy regular expression pattern: {pattern}"


def matches(pattern: str, value: str) -> bool:
    r"""Whether the whole of a value has the form, as Java reads it: ``\s``, ``\d`` and ``\w`` are ASCII."""
    return _form(pattern).fullmatch(value) is not None


def require_length(value: str, member: str, most: int) -> None:
    """Refuse a value of more than ``most`` characters.

    Raises:
        ValidationException: it is longer.
    """
    if len(value) > most:
        raise refusal(failure(member, at_most(most), value=value))


def require_pattern(value: str, member: str, pattern: str) -> None:
    """Refuse a value that the whole of ``pattern`` does not match.

    Raises:
        ValidationException: it does not match.
    """
    if not matches(pattern, value):
        raise refusal(failure(member, matching(pattern), value=value))


@cache
def _form(pattern: str) -> re.Pattern[str]:
    unicode = r"\p{" in pattern
    for java, python in CATEGORIES.items():
        pattern = pattern.replace(java, python)
    try:
        return re.compile(pattern, 0 if unicode else re.ASCII)
    except re.error:  # no word of Python's for one of Java's: no reason to refuse a request
        return ANYTHING
