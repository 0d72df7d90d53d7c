"""What is in a model folder, as one number: equal files give equal digests, however they were packed."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

PIECE: Final = 1024 * 1024
"""Bytes read at once."""


def content_digest(folder: Path) -> str:
    """``sha256:…`` of the names and contents of all files of a folder; owners, times and modes do not count."""
    whole = hashlib.sha256()
    files = sorted((path.relative_to(folder).as_posix(), path) for path in folder.rglob("*") if path.is_file())
    for name, path in files:
        whole.update(f"{name}\0{_digest(path)}\n".encode("utf-8", "surrogateescape"))
    return f"sha256:{whole.hexdigest()}"


def _digest(path: Path) -> str:
    one = hashlib.sha256()
    with path.open("rb") as content:
        while piece := content.read(PIECE):
            one.update(piece)
    return one.hexdigest()
