"""One connection from an event loop to a container."""

from __future__ import annotations

import asyncio
import select
from typing import Final, cast

from emulator.adapters.http_reply import BEGUN_BYTES, Replies, Sink
from emulator.model.launch import Address

LONG_BYTES: Final = 131_072
"""With less than this to come, to change over to what reads a body to where it stays takes longer than to copy it."""


class Connection(asyncio.Protocol):
    """One exchange after the other."""

    transport: asyncio.Transport

    def __init__(self, address: Address) -> None:
        self._loop = asyncio.get_running_loop()
        self._replies = Replies(address)
        self._poll = select.poll()
        self._timer: asyncio.TimerHandle | None = None
        self._deadline = self._fires = 0.0
        self._long: _Long | None = None

    @property
    def reusable(self) -> bool:
        """Whether the next exchange may begin."""
        # A request that is not sent to its end leaves the container waiting for the rest.
        return self._replies.reusable and self.transport.get_write_buffer_size() == 0

    def begin(self, head: bytes, body: bytes, sink: Sink, seconds: float) -> None:
        """Send a request, in one piece or two; the reply goes to ``sink``."""
        self._replies.expect(sink)
        if seconds <= 0:
            self._late()
            return
        self._deadline = self._loop.time() + seconds
        self._watch()
        self.transport.write(head)
        if body:
            self.transport.write(body)

    def ended(self) -> bool:
        """Whether the container hung up, or sent what nobody asked for; the loop may not have heard of it yet."""
        return not self._replies.reusable or bool(self._poll.poll(0))

    def leave(self) -> None:
        """Whoever waited for the reply waits no longer."""
        self._replies.leave()

    def pause(self) -> None:
        """Let the container wait."""
        if not self.transport.is_closing():
            self.transport.pause_reading()

    def resume(self) -> None:
        """Go on reading."""
        if not self.transport.is_closing():
            self.transport.resume_reading()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)  # uvloop's is none by inheritance
        self._poll.register(transport.get_extra_info("socket").fileno(), select.POLLIN)

    def data_received(self, data: bytes) -> None:
        replies = self._replies
        replies.feed(data)
        if replies.sink is None:
            self.look_over()
        elif replies.left > LONG_BYTES and replies.room() is not None:
            self._long = self._long or _Long(self, replies)
            self.hand_over(self._long)

    def look_over(self) -> None:
        """A reply is over: hang up, unless there may be another."""
        if not self._replies.reusable:
            self.transport.abort()

    def hand_over(self, protocol: asyncio.BaseProtocol) -> None:
        """Let another one read."""
        self.transport.pause_reading()  # uvloop looks at a protocol's kind where it begins to read
        self.transport.set_protocol(protocol)
        self.transport.resume_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._replies.hung_up(broken=exc is not None)

    def _watch(self) -> None:
        """See to it that a timer fires at the deadline or before; an earlier one is renewed, as most never matter."""
        if self._timer is not None and self._fires <= self._deadline:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer, self._fires = self._loop.call_at(self._deadline, self._look), self._deadline

    def _look(self) -> None:
        self._timer = None
        if self._replies.sink is None:
            return
        if self._loop.time() < self._deadline:
            self._watch()
        else:
            self._late()

    def _late(self) -> None:
        self._replies.late()
        self.transport.abort()


class _Long(asyncio.BufferedProtocol):
    """Stands in for a connection that gives long replies: reads them to where they stay.

    It stays until a reply is short: containers' replies are mostly alike.
    """

    def __init__(self, connection: Connection, replies: Replies) -> None:
        self._connection, self._replies = connection, replies
        self._scratch = memoryview(bytearray(BEGUN_BYTES))
        self._to_scratch = False

    def get_buffer(self, _sizehint: int) -> memoryview:
        room = self._replies.room()
        self._to_scratch = room is None
        return self._scratch if room is None else room

    def buffer_updated(self, nbytes: int) -> None:
        replies = self._replies
        if not self._to_scratch:
            replies.put(nbytes)
        else:
            replies.feed(bytes(self._scratch[:nbytes]))
            short = replies.sink is None or (replies.begun and (replies.left <= LONG_BYTES or replies.room() is None))
            if short and replies.reusable:
                self._connection.hand_over(self._connection)
        if replies.sink is None:
            self._connection.look_over()

    def connection_lost(self, exc: Exception | None) -> None:
        self._connection.connection_lost(exc)
