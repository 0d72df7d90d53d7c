"""AddTags, ListTags, DeleteTags."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.hosting.registry import Registry
from emulator.wire.tag import members, tags_from


def add(registry: Registry, request: Mapping[str, Any]) -> dict[str, Any]:
    """AddTags: answers all tags the resource has then."""
    return {"Tags": members(registry.tag(request["ResourceArn"], tags_from(request["Tags"])))}


def list_tags(registry: Registry, request: Mapping[str, Any]) -> dict[str, Any]:
    """ListTags: never more than a page, as MaxResults is 50 at least and a resource has 50 tags at most."""
    return {"Tags": members(registry.tags(request["ResourceArn"]))}


def delete(registry: Registry, request: Mapping[str, Any]) -> dict[str, Any]:
    """DeleteTags."""
    registry.untag(request["ResourceArn"], request["TagKeys"])
    return {}
