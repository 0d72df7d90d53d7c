"""A reply gathered to one piece, with no more copies than it needs."""

from __future__ import annotations

from collections.abc import Callable
from io import BufferedReader, BytesIO, RawIOBase

from emulator.adapters.http_reply import Sink
from emulator.model.message import HttpReply
from emulator.ports import NoReply


class Gathered:
    """A reply in one piece.

    Attributes:
        outcome: what became of it; None while it is on its way.
    """

    def __init__(self, limit: int) -> None:
        self.outcome: HttpReply | NoReply | None = None
        self._pieces: list[bytes] = []
        self._limit, self._size, self._status = limit, 0, 0
        self._whole: BytesIO | None = None

    def head(self, status: int, headers: dict[str, str]) -> None:
        self._status, self._headers = status, headers

    def piece(self, data: bytes) -> bool:
        self._pieces.append(data)
        self._size += len(data)
        return self._size <= self._limit

    def room(self, size: int) -> memoryview | None:
        if not self.fits(size):
            return None
        begun = self._size
        self._whole, view = writable(begun + size)
        view[:begun] = b"".join(self._pieces)
        return view[begun:]

    def fits(self, size: int) -> bool:
        """Whether so many bytes more are within the limit."""
        return self._size + size <= self._limit

    def read(self, size: int, read: Callable[[memoryview], int]) -> bool:
        """Have the last so many bytes of the body read, by what fills a place as far as it can; whether all came."""
        begun, whole = b"".join(self._pieces), self._size + size
        body = BufferedReader(_Rest(begun, size, read)).read(whole)
        self._pieces, self._size = [body], len(body)
        return self._size == whole

    def put(self, count: int) -> None:
        self._size += count

    def end(self, *, complete: bool) -> None:
        body = b"".join(self._pieces) if self._whole is None else self._whole.getvalue()
        body = body[: min(self._size, self._limit)]
        self.settle(HttpReply(status=self._status, headers=self._headers, body=body, complete=complete))

    def fail(self, why: NoReply) -> None:
        self.settle(why)

    def settle(self, outcome: HttpReply | NoReply) -> None:
        """It is over."""
        self.outcome = outcome


class _Rest(RawIOBase):
    """A body from what came with its head and from what reads the rest.

    A BufferedReader has the one way to read to ``bytes`` that are neither cleared before nor copied after.
    """

    def __init__(self, begun: bytes, left: int, read: Callable[[memoryview], int]) -> None:
        self._begun, self._left, self._read = begun, left, read

    def readable(self) -> bool:
        return True

    def readinto(self, place: memoryview, /) -> int:  # type: ignore[override]
        if self._begun:
            now, self._begun = self._begun[: len(place)], self._begun[len(place) :]
            place[: len(now)] = now
            return len(now)
        count = self._read(place[: self._left]) if self._left else 0
        self._left -= count
        return count


def writable(size: int) -> tuple[BytesIO, memoryview]:
    """So many bytes that can be written to, and what gives them as ``bytes`` without a copy."""
    buffer = BytesIO(bytes(size))
    return buffer, buffer.getbuffer()


_fits: type[Sink] = Gathered
