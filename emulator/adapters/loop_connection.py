"""One connection from an event loop to a container."""

from __future__ import annotations

import asyncio
import select
from typing import Protocol, cast

import httptools

from emulator.model.launch import Address
from emulator.ports import NoReply

HEAD_BYTES = 65_536
"""A reply whose status and headers are longer is none, as for http.client."""


class Sink(Protocol):
    """What becomes of a reply."""

    def head(self, status: int, headers: dict[str, str]) -> None:
        """Status and headers are there."""

    def piece(self, data: bytes) -> bool:
        """A part of the body; whether more is wanted."""

    def end(self, *, complete: bool) -> None:
        """The body is over."""

    def fail(self, why: NoReply) -> None:
        """Nothing more will come."""


class Connection(asyncio.Protocol):
    """One exchange after the other.

    Attributes:
        reusable: whether the next exchange may begin.
    """

    transport: asyncio.Transport

    def __init__(self, address: Address) -> None:
        self._address = address
        self._loop = asyncio.get_running_loop()
        self._parser = httptools.HttpResponseParser(self)
        # As generous as http.client is, so that a container is not judged by who calls it.
        self._parser.set_dangerous_leniencies(lenient_headers=True, lenient_optional_cr_before_lf=True)
        self._poll = select.poll()
        self._sink: Sink | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._deadline = self._fires = 0.0
        self._headers: dict[str, str] = {}
        self._head_bytes, self._in_body, self._interim = 0, False, False
        self.reusable = True

    def begin(self, written: bytes, sink: Sink, seconds: float) -> None:
        """Send a request; the reply goes to ``sink``."""
        self._sink, self._headers, self._head_bytes, self._in_body = sink, {}, 0, False
        if seconds <= 0:
            self._late()
            return
        self._deadline = self._loop.time() + seconds
        self._watch()
        self.transport.write(written)

    def ended(self) -> bool:
        """Whether the container hung up, or sent what nobody asked for; the loop may not have heard of it yet."""
        return not self.reusable or bool(self._poll.poll(0))

    def leave(self) -> None:
        """Whoever waited for the reply waits no longer."""
        if self._sink is not None:  # it is still coming
            self._finished(reusable=False)

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
        if self._sink is None:  # nobody asked
            self.reusable = False
            self.transport.abort()
            return
        if not self._in_body:
            self._head_bytes += len(data)
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as garbled:
            self._garbled(repr(garbled))
        if not self._in_body and self._head_bytes > HEAD_BYTES:
            self._garbled("its headers are too long")

    def connection_lost(self, exc: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self.reusable = False
        sink = self._finished(reusable=False)
        if sink is None:
            return
        if not self._in_body:
            text = f"{self._address} closed the connection without a complete reply"
            sink.fail(NoReply("closed", text))
            return
        until_close = "content-length" not in self._headers and "transfer-encoding" not in self._headers
        sink.end(complete=until_close and exc is None)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Called by the parser, as the next four."""
        self._headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        status = self._parser.get_status_code()
        self._interim = 100 <= status < 200
        if status < 100:
            self._garbled(f"status {status}")
        elif self._interim:
            self._headers = {}
        elif self._sink is not None:
            self._in_body = True
            self._sink.head(status, self._headers)

    def on_body(self, body: bytes) -> None:
        if self._sink is not None and not self._sink.piece(body):
            self._ended(complete=False)

    def on_message_complete(self) -> None:
        if not self._interim:
            self._ended(complete=True)

    def _ended(self, *, complete: bool) -> None:
        # A request that is not sent to its end leaves the container waiting for the rest.
        sent = self.transport.get_write_buffer_size() == 0
        sink = self._finished(reusable=complete and sent and self._parser.should_keep_alive())
        if sink is not None:
            sink.end(complete=complete)

    def _garbled(self, how: str) -> None:
        sink = self._finished(reusable=False)
        self.transport.abort()
        if sink is not None and self._in_body:
            sink.end(complete=False)
        elif sink is not None:
            sink.fail(NoReply("malformed", f"{self._address} did not answer in HTTP: {how}"))

    def _watch(self) -> None:
        """See to it that a timer fires at the deadline or before; an earlier one is renewed, as most never matter."""
        if self._timer is not None and self._fires <= self._deadline:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer, self._fires = self._loop.call_at(self._deadline, self._look), self._deadline

    def _look(self) -> None:
        self._timer = None
        if self._sink is None:
            return
        if self._loop.time() < self._deadline:
            self._watch()
        else:
            self._late()

    def _late(self) -> None:
        sink = self._finished(reusable=False)
        self.transport.abort()
        if sink is not None:
            sink.fail(NoReply("timeout", f"no reply from {self._address} before the deadline"))

    def _finished(self, *, reusable: bool) -> Sink | None:
        sink, self._sink = self._sink, None
        self.reusable = self.reusable and reusable
        return sink
