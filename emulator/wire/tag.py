"""Tags: from AWS's list of pairs to a mapping, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from emulator import limits
from emulator.errors import ValidationException

RESERVED = "aws:"


def tags_from(members: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """The tags of a request, by key.

    Raises:
        ValidationException: a key occurs twice (the words are ours).
    """
    tags: dict[str, str] = {}
    for each in members:
        if each["Key"] in tags:
            raise ValidationException(f"Tag key {each['Key']} is used more than once.")
        tags[each["Key"]] = each["Value"]
    return tags


def members(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """The same in AWS's words."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def require_tags(tags: Mapping[str, str]) -> None:
    """Refuse tags that a resource cannot have.

    Raises:
        ValidationException: more than 50, or a key that AWS keeps for itself (the words are ours).
    """
    if len(tags) > limits.TAGS:
        raise ValidationException(f"A resource can have {limits.TAGS} tags at most, not {len(tags)}.")
    for key in tags:
        if key.lower().startswith(RESERVED):
            raise ValidationException(f"Tag key {key} begins with {RESERVED}, which is reserved.")
