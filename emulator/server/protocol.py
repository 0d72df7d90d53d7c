"""HTTP as the gateway takes it from a socket: uvicorn's protocol, less patient and with answers in AWS's form."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from functools import partial
from http import HTTPStatus
from typing import Any, Final

import httptools
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from emulator import limits
from emulator.adapters.http_request import JOINED_BYTES
from emulator.server.upload import Upload

WHOLE: Final = "byoc.whole"
"""The ASGI extension with which an application gives head and body of an answer at once: see :func:`write_whole`."""

UPLOAD: Final = "byoc.upload"
"""The ASGI extension with which an application takes a large body: see :meth:`GatewayProtocol.upload`."""

UPLOAD_BYTES: Final = 131_072
"""An upload is for bodies of which at least so much is still to come."""

CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"


class GatewayProtocol(HttpToolsProtocol):
    """One client's connection.

    What is no HTTP, too long a head, or a head that does not come, ends in one answer and
    a closed connection. A client that only sends no more still gets its answer.

    Timers are dear: one watches over an idle connection and is renewed when it fires, not
    with each request, and one over a head only where it does not come at once.
    """

    _head_bytes, _in_head, _idle_since = 0, False, 0.0
    _patience: asyncio.TimerHandle | None = None
    _idle: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)  # type: ignore[arg-type]
        self._patience = self.loop.call_later(limits.REQUEST_HEAD_SECONDS, self._too_slow)

    def connection_lost(self, exc: Exception | None) -> None:
        self._calm()
        if self._idle is not None:
            self._idle.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._in_head:
            self._head_bytes += len(data)
            if self._patience is None:
                self._patience = self.loop.call_later(limits.REQUEST_HEAD_SECONDS, self._too_slow)
            if self._head_bytes > limits.REQUEST_HEAD_BYTES:
                text = f"The request line and headers are longer than {limits.REQUEST_HEAD_BYTES} bytes."
                self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "RequestHeaderFieldsTooLarge", text)

    def eof_received(self) -> bool | None:  # type: ignore[override]
        cycle: RequestResponseCycle | None = self.cycle
        if cycle is None or cycle.response_started or cycle.more_body:
            return False
        cycle.keep_alive = False
        return True

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head_bytes, self._in_head = 0, True

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._calm()
        super().on_headers_complete()
        cycle: RequestResponseCycle = self.cycle
        extensions: dict[str, Any] = {WHOLE: partial(write_whole, cycle), UPLOAD: self.upload}
        cycle.scope["extensions"] = extensions

    def upload(self, scope: Any, size: int) -> asyncio.Future[bytes | None] | None:
        """The body of a request, if it is worth a way of its own; None if it has to be received as ASGI has it.

        The future has None where the client hung up; whoever waits no longer cancels it.

        Args:
            scope: the request's.
            size: its Content-Length.
        """
        cycle: RequestResponseCycle = self.cycle
        left = size - len(cycle.body)
        gone = cycle.disconnected or self.transport.is_closing()
        if cycle.scope is not scope or not cycle.more_body or gone or left < UPLOAD_BYTES:
            return None
        begun = bytes(cycle.body)
        if cycle.waiting_for_100_continue:
            cycle.waiting_for_100_continue = False
            self.transport.write(CONTINUE)
        taking = Upload(self, begun, size)
        taking.body.add_done_callback(partial(self._left_alone, cycle))
        self.flow.pause_reading()
        self.transport.set_protocol(taking)
        self.flow.resume_reading()
        return taking.body

    def uploaded(self) -> None:
        """The upload is at its end: the connection is ours again, and its parser has to forget that body."""
        self.flow.pause_reading()
        self.transport.set_protocol(self)
        self.parser = httptools.HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)  # as uvicorn's
        self.flow.resume_reading()
        self.on_message_complete()
        cycle: RequestResponseCycle = self.cycle
        cycle.body = bytearray()
        cycle.message_event.clear()  # as if it had been received: who receives again waits for the client to hang up

    def _left_alone(self, cycle: RequestResponseCycle, body: asyncio.Future[bytes | None]) -> None:
        if body.cancelled():
            cycle.keep_alive = False  # where the next request begins, nobody knows

    def on_response_complete(self) -> None:
        """As uvicorn's, but for the timer."""
        if self.pipeline or self.transport.is_closing():
            super().on_response_complete()
            return
        self.server_state.total_requests += 1
        self.flow.resume_reading()
        self._idle_since = self.loop.time()
        if self._idle is None:
            self._idle = self.loop.call_later(self.timeout_keep_alive, self._look_if_idle)

    def _look_if_idle(self) -> None:
        self._idle = None
        if self._in_head or not self.cycle.response_complete:
            return  # the end of that request looks again
        left = self._idle_since + self.timeout_keep_alive - self.loop.time()
        if left <= 0:
            self.transport.close()
        else:
            self._idle = self.loop.call_later(left, self._look_if_idle)

    def send_400_response(self, msg: str) -> None:
        """What uvicorn calls when it cannot parse a request."""
        self._refuse(HTTPStatus.BAD_REQUEST, "BadRequest", msg)

    def _too_slow(self) -> None:
        text = f"The request's headers did not arrive within {limits.REQUEST_HEAD_SECONDS:g} s."
        self._refuse(HTTPStatus.REQUEST_TIMEOUT, "RequestTimeout", text)

    def _refuse(self, status: HTTPStatus, code: str, text: str) -> None:
        self._in_head = False
        if self.transport.is_closing():
            return
        cycle: RequestResponseCycle | None = self.cycle
        if cycle is None or cycle.response_complete:  # else it would land inside of another answer
            body = json.dumps({"__type": code, "message": text}).encode()
            head = (
                f"HTTP/1.1 {status.value} {status.phrase}\r\nContent-Type: application/json\r\n"
                f"Content-Length: {len(body)}\r\nx-amzn-ErrorType: {code}\r\nConnection: close\r\n\r\n"
            )
            self.transport.write(head.encode() + body)
        self.transport.close()

    def _calm(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None


def write_whole(cycle: RequestResponseCycle, status: int, headers: Iterable[tuple[bytes, bytes]], body: bytes) -> bool:
    """Write an answer with one call of the system, unless it is long: two would wake up the client for the head alone.

    Args:
        cycle: the request that is answered.
        status: as of ``http.response.start``.
        headers: without control characters.
        body: all of it; its length is announced here.

    Returns:
        Whether it was written; if not, it has to go the long way.
    """
    if cycle.response_started or cycle.disconnected or cycle.flow.write_paused or cycle.scope["method"] == "HEAD":
        return False
    cycle.response_started = cycle.response_complete = True
    cycle.waiting_for_100_continue = False
    lines = [STATUS_LINE[status]]
    for name, value in (*cycle.default_headers, *headers):
        lines += (name, b": ", value, b"\r\n")
    if not cycle.keep_alive:
        lines.append(b"connection: close\r\n")
    lines.append(b"content-length: %d\r\n\r\n" % len(body))
    if len(body) <= JOINED_BYTES:
        lines.append(body)
    cycle.transport.write(b"".join(lines))
    if len(body) > JOINED_BYTES:
        cycle.transport.write(body)
    cycle.message_event.set()
    if not cycle.keep_alive:
        cycle.transport.close()
    cycle.on_response()
    return True
