"""A large request body on its way in: from the socket straight to where it stays."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from emulator.adapters.http_whole import writable

if TYPE_CHECKING:
    from emulator.server.protocol import GatewayProtocol


class Upload(asyncio.BufferedProtocol):
    """Stands in for a connection's protocol until a body of known length is there.

    uvicorn's way costs six copies of a body, and a stop and a start of reading for each
    64 kB; this one none.

    Args:
        protocol: whose connection it is; gets it back.
        begun: what came with the head.
        size: of the whole body, more than what has come.

    Attributes:
        body: the body; None if the client hung up before its end.
    """

    def __init__(self, protocol: GatewayProtocol, begun: bytes, size: int) -> None:
        self._protocol = protocol
        self._buffer, self._view = writable(size)
        self._view[: len(begun)] = begun
        self._filled, self._size = len(begun), size
        self.body: asyncio.Future[bytes | None] = asyncio.get_running_loop().create_future()

    def get_buffer(self, _sizehint: int) -> memoryview:
        return self._view[self._filled :]

    def buffer_updated(self, nbytes: int) -> None:
        self._filled += nbytes
        if self._filled == self._size:
            self._protocol.uploaded()
            self._settle(self._buffer.getvalue())

    def eof_received(self) -> bool | None:
        return self._protocol.eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        self._protocol.connection_lost(exc)
        self._settle(None)

    def pause_writing(self) -> None:
        self._protocol.pause_writing()

    def resume_writing(self) -> None:
        self._protocol.resume_writing()

    def _settle(self, body: bytes | None) -> None:
        if not self.body.done():
            self.body.set_result(body)
