"""The request that an image is known to answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

LINES: Final = frozenset({"text/csv", "application/jsonlines", "application/x-jsonlines", "application/json-lines"})
"""Types whose records are lines."""


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
        return self.content_type.partition(";")[0].strip().lower()

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
