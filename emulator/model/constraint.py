"""AWS's words for a value that breaks the limits of its shape."""

from __future__ import annotations

import re

from emulator.errors import ValidationException


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
    if not re.fullmatch(pattern, value):
        raise refusal(failure(member, matching(pattern), value=value))
