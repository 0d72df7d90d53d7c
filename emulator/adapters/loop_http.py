"""HTTP to a container from an event loop: as :mod:`emulator.adapters.http`, for whoever forwards many requests at once.

Two wake-ups an exchange and a parser in C: half of the processor time of a thread
that blocks, and that time is taken from containers on the same machine.
"""

from __future__ import annotations

import asyncio
import os
from collections import defaultdict
from typing import Literal

from emulator.adapters.http import IDLE_SECONDS
from emulator.adapters.http_reply import Sink
from emulator.adapters.http_request import written
from emulator.adapters.loop_connection import Connection
from emulator.adapters.loop_reply import Streamed, Whole
from emulator.model.launch import Address
from emulator.model.message import HttpReply, HttpRequest
from emulator.ports import AsyncHttpSender, Clock, NoReply, StreamedReply

CATCHING_UP = (0.01,) * 5
"""Seconds: a connection may have been accepted in time while the loop was too busy to hear of it."""


class LoopSender:
    """Keeps connections per address."""

    def __init__(self, clock: Clock) -> None:
        self._now = clock.now
        self._idle: defaultdict[Address, list[tuple[float, Connection]]] = defaultdict(list)

    async def send(
        self, address: Address, request: HttpRequest, *, seconds: float, connect_seconds: float, limit: int
    ) -> HttpReply:
        """The reply, read whole within ``seconds`` in all; a body over ``limit`` bytes is cut and marked.

        Raises:
            NoReply: nothing, or no complete HTTP reply, came in time.
            UsageError: a header of the request cannot be written as HTTP.
        """
        whole = Whole(limit)
        connection = await self._exchange(address, request, whole, seconds, connect_seconds)
        try:
            return await whole.reply
        finally:
            self._give_back(address, connection)

    async def stream(
        self, address: Address, request: HttpRequest, *, seconds: float, connect_seconds: float
    ) -> StreamedReply:
        """The reply as soon as its headers are there; ``seconds`` are for its end.

        Raises:
            NoReply: no reply began.
            UsageError: a header of the request cannot be written as HTTP.
        """
        streamed = Streamed()
        connection = await self._exchange(address, request, streamed, seconds, connect_seconds)
        streamed.flow, streamed.give_back = connection, lambda: self._give_back(address, connection)
        try:
            await streamed.begun
        except BaseException:
            streamed.close()
            raise
        return streamed

    def close(self) -> None:
        """Drop kept connections."""
        for kept in self._idle.values():
            for _, connection in kept:
                connection.transport.abort()
        self._idle.clear()

    async def _exchange(
        self, address: Address, request: HttpRequest, sink: Sink, seconds: float, connect_seconds: float
    ) -> Connection:
        deadline = self._now() + seconds
        head, body = written(request)
        connection = self._kept(address) or await _connect(address, connect_seconds, seconds)
        connection.begin(head, body, sink, deadline - self._now())
        return connection

    def _kept(self, address: Address) -> Connection | None:
        kept = self._idle[address]
        while kept:
            since, connection = kept.pop()
            if self._now() - since < IDLE_SECONDS and not connection.ended():
                return connection
            connection.transport.abort()
        return None

    def _give_back(self, address: Address, connection: Connection) -> None:
        connection.leave()
        if connection.reusable:
            self._idle[address].append((self._now(), connection))
        else:
            connection.transport.abort()


async def _connect(address: Address, accept_seconds: float, seconds: float) -> Connection:
    allowed = max(min(accept_seconds, seconds), 0.001)
    create = asyncio.get_running_loop().create_connection(lambda: Connection(address), address.host, address.port)
    connecting = asyncio.ensure_future(create)
    try:
        for patience in (allowed, *CATCHING_UP):
            if not connecting.done():
                await asyncio.wait({connecting}, timeout=patience)
        if not connecting.done():
            kind: Literal["refused", "timeout"] = "refused" if accept_seconds <= seconds else "timeout"
            raise NoReply(kind, f"{address} did not accept the connection within {allowed:g} s")
        return connecting.result()[1]
    except OSError as refused:
        reason = os.strerror(refused.errno) if refused.errno and refused.errno > 0 else str(refused)
        raise NoReply("refused", f"nothing listens on {address}: {reason}") from refused
    finally:
        connecting.cancel()


_fits: type[AsyncHttpSender] = LoopSender
