"""A body with a name, so that a finding can say what it was that broke the image."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """What one request carries.

    Attributes:
        label: what is particular about it.
        malformed: no careful reader makes records of it, so that it has to be refused; anything else that is odd may
            be refused or answered.
    """

    label: str
    body: bytes
    content_type: str
    malformed: bool = False
