"""HTTP byte by byte: for questions that a well-behaved client does not ask."""

from __future__ import annotations

from typing import Protocol

from emulator.model.launch import Address
from emulator.model.message import HttpReply


class RawConnection(Protocol):
    """One TCP connection to a container."""

    def send(self, data: bytes) -> None:
        """Send bytes, whatever they mean; no error if the other side has hung up, :meth:`reply` tells."""

    def reply(self, seconds: float) -> HttpReply:
        """Read one reply, whole, within ``seconds``.

        Raises:
            NoReply: none, or no complete one, came.
        """

    def hung_up(self, seconds: float) -> bool:
        """Whether the other side closes the connection within ``seconds``."""

    def close(self) -> None:
        """Close it; no error if it is closed already."""


class RawHttp(Protocol):
    """Opens such connections."""

    def connect(self, address: Address, seconds: float) -> RawConnection:
        """A new connection.

        Raises:
            NoReply: nothing accepts it.
        """
