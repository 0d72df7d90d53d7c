"""Files that appear whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from secrets import token_hex


def write_whole(path: Path, text: str) -> None:
    """Write a file into a folder that is there; whoever reads it meanwhile reads the old one, or none."""
    draft = path.with_name(f".{path.name}.{token_hex(4)}.draft")
    try:
        draft.write_text(text, "utf-8")
        os.replace(draft, path)  # noqa: PTH105 - whole or not at all
    finally:
        draft.unlink(missing_ok=True)
