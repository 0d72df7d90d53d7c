"""The request that an image is known to answer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from emulator.errors import UsageError
from emulator.model.message import media_type

LINES: Final = frozenset({"text/csv", "application/jsonlines", "application/x-jsonlines", "application/json-lines"})
"""Types whose records are lines."""


TYPES: Final = {
    ".csv": "text/csv",
    ".json": "application/json",
    ".jsonl": "application/jsonlines",
    ".npy": "application/x-npy",
}
"""Media types that the name of a file tells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One request.

    Attributes:
        body: as it is sent.
        content_type: its media type, verbatim.
        accept: what is wanted back; None for no such header.
        path: the file it came from, for commands to copy; empty if none.
    """

    body: bytes
    content_type: str
    accept: str | None = None
    path: str = ""

    @property
    def media_type(self) -> str:
        """Without parameters, in lower case."""
        return media_type(self.content_type)

    @property
    def rows(self) -> tuple[bytes, ...]:
        """Its records as bodies of their own where they are lines, with their newline; else the whole."""
        if self.media_type not in LINES:
            return (self.body,)
        return tuple(line + b"\n" for line in self.body.splitlines() if line.strip()) or (self.body,)

    def repeated(self, at_least: int) -> bytes:
        """The same records over and over, until there are so many bytes; the body itself where it is no lines."""
        if self.media_type not in LINES:
            return self.body
        once = b"".join(self.rows)
        return once * -(-at_least // len(once))


def sample_from(path: Path, content_type: str | None, accept: str | None) -> Sample:
    """The sample in a file.

    Args:
        path: the file.
        content_type: its media type; None if its name tells.
        accept: what is wanted back; None for no such header.

    Raises:
        UsageError: it cannot be read, or its name does not tell its media type.
    """
    kind = content_type or TYPES.get(path.suffix.lower())
    if kind is None:
        raise UsageError(f"{path.name} does not tell its media type.", fix="give its content type, such as text/csv")
    try:
        body = path.read_bytes()
    except OSError as unreadable:
        raise UsageError(f"{path} cannot be read.", why=str(unreadable.strerror), fix="give a file") from unreadable
    return Sample(body=body, content_type=kind, accept=accept, path=str(path))
