"""How an image is built: ``docker build`` as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageBuild:
    """A build from a folder.

    Attributes:
        context: the folder whose files a Dockerfile can copy.
        tag: the name the image gets.
        dockerfile: its path inside of ``context``.
        arguments: build arguments, such as ``BASE_IMAGE`` or ``SKLEARN_VERSION``.
    """

    context: Path
    tag: str
    dockerfile: str = "Dockerfile"
    arguments: Mapping[str, str] = field(default_factory=dict)
