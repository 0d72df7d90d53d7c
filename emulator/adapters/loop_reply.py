"""What becomes of a reply that comes over a :class:`~emulator.adapters.loop_connection.Connection`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

from emulator.adapters.http_whole import Gathered
from emulator.adapters.loop_connection import Connection
from emulator.model.message import HttpReply
from emulator.ports import NoReply, StreamedReply

AHEAD_BYTES = 65_536
"""A container is read so far ahead of whoever takes its stream."""


class Whole(Gathered):
    """A reply in one piece, to be waited for."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.reply: asyncio.Future[HttpReply] = asyncio.get_running_loop().create_future()

    def settle(self, outcome: HttpReply | NoReply) -> None:
        if self.reply.done():
            return
        if isinstance(outcome, NoReply):
            self.reply.set_exception(outcome)
        else:
            self.reply.set_result(outcome)


class Streamed:
    """A reply as it comes."""

    status: int
    headers: dict[str, str]
    flow: Connection
    give_back: Callable[[], None]

    def __init__(self) -> None:
        self.begun: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._news = asyncio.Event()
        self._waiting, self._over = bytearray(), False
        self._broken: NoReply | None = None

    async def pieces(self) -> AsyncIterator[bytes]:
        while True:
            await self._news.wait()
            self._news.clear()
            if self._waiting:
                piece, self._waiting = bytes(self._waiting), bytearray()
                self.flow.resume()
                yield piece
            if self._over and not self._waiting:
                break
        if self._broken is not None:
            raise self._broken

    def close(self) -> None:
        self.give_back()

    def head(self, status: int, headers: dict[str, str]) -> None:
        self.status, self.headers = status, headers
        if not self.begun.done():
            self.begun.set_result(None)

    def piece(self, data: bytes) -> bool:
        self._waiting += data
        if len(self._waiting) > AHEAD_BYTES:
            self.flow.pause()
        self._news.set()
        return True

    def room(self, _: int, /) -> memoryview | None:
        return None

    def put(self, _: int, /) -> None:
        raise AssertionError("there was no room")

    def end(self, *, complete: bool) -> None:
        self.fail(None if complete else NoReply("closed", "its reply ended early"))

    def fail(self, why: NoReply | None) -> None:
        self._broken, self._over = why, True
        if why is not None and not self.begun.done():
            self.begun.set_exception(why)
        self._news.set()


_fits: type[StreamedReply] = Streamed
