"""Members that would change how hosting behaves, and that are not emulated: refused, never ignored."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from emulator.errors import NotEmulated


def require_understood(members: Mapping[str, Any], understood: Collection[str], *, of: str) -> None:
    """Refuse a structure with members beyond those that are ``understood``; empty ones count as left out.

    Raises:
        NotEmulated: it has one.
    """
    for name, value in members.items():
        if name not in understood and value not in (None, {}, [], False):
            raise not_emulated(f"{of}.{name}")


def not_emulated(member: str, *, fix: str = "leave it out to host the rest") -> NotEmulated:
    """The refusal of a member."""
    return NotEmulated(
        f"byoc-emulator does not emulate {member}.",
        why="it would change how the endpoint behaves, and ignoring it would mislead",
        fix=fix,
    )
