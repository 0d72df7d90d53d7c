"""A container's replies from the bytes of HTTP/1.1, for whoever reads them from a socket."""

from __future__ import annotations

import re
from typing import Final, Literal, Protocol

import httptools

from emulator.model.launch import Address
from emulator.ports import NoReply

HEAD_BYTES: Final = 65_536
"""A reply whose status and headers are longer is none; http.client takes no longer line."""

HEADERS: Final = 100
"""A reply with more of them is none; as many as http.client takes."""

BEGUN_BYTES: Final = 8192
"""So much is read while a head is awaited; the rest of a longer body is read to where it stays."""

FOLD: Final = re.compile(rb"(?<=[^\r\n])\r?\n[ \t]+")
"""A header value that goes on in the next line; means one space."""

BLANK: Final = re.compile(rb"\r?\n\r?\n")

QUOTED_BYTES: Final = 60
"""Of what was no HTTP, so much is told."""

NO_BODY: Final = (204, 304)


class Sink(Protocol):
    """What becomes of a reply."""

    def head(self, status: int, headers: dict[str, str]) -> None:
        """Status and headers are there."""

    def piece(self, data: bytes) -> bool:
        """A part of the body; whether more is wanted."""

    def room(self, size: int, /) -> memoryview | None:
        """Where the last so many bytes of the body may be put; None for pieces."""

    def put(self, count: int, /) -> None:
        """So many bytes more stand there."""

    def end(self, *, complete: bool) -> None:
        """The body is over."""

    def fail(self, why: NoReply) -> None:
        """Nothing more will come."""


class Replies:
    """One reply after the other, from the bytes of one connection.

    The parser sees heads, and bodies whose length is not told; of a body with a
    Content-Length what comes after the head's own packet needs none, and is not copied.

    Attributes:
        sink: what becomes of the reply that is on its way; None between exchanges.
        reusable: whether the connection may have another exchange.
        left: bytes of the body that are still to come, where that is known; else 0.
    """

    def __init__(self, address: Address) -> None:
        self._address = address
        self._parser = self._new_parser()
        self.sink: Sink | None = None
        self._headers: dict[str, str] = {}
        self._status, self._head_bytes, self._lines, self._read = 0, 0, 0, 0
        self._in_body, self._interim, self._keeps = False, False, False
        self._first = self._before = b""
        self._room: memoryview | None = None
        self.left, self.reusable = 0, True

    def expect(self, sink: Sink) -> None:
        """Another reply is asked for, and goes there."""
        self.sink, self._headers, self._before = sink, {}, b""
        self._head_bytes = self._lines = self._read = self.left = 0
        self._in_body, self._room = False, None

    @property
    def begun(self) -> bool:
        """Whether its head is there."""
        return self._in_body

    def feed(self, data: bytes) -> None:
        """Take what the container sent."""
        if self.sink is None:  # nobody asked
            self.reusable = False
        elif self.left:
            self._take(data)
        else:
            self._parse(data)

    def room(self) -> memoryview | None:
        """Where what the container sends next may be put instead; :meth:`put` says how much it was."""
        if self._room is None and self.left > BEGUN_BYTES and self.sink is not None:
            self._room = self.sink.room(self.left)
        return None if self._room is None else self._room[-self.left :]

    def put(self, count: int) -> None:
        """So many bytes were put there."""
        if self.sink is None:
            return
        self.left -= count
        self.sink.put(count)
        if not self.left:
            self._over(complete=True)

    def was_read(self, *, whole: bool) -> None:
        """The sink has got what was left of the body; ``whole`` unless the container hung up before its end."""
        if whole:
            self._over(complete=True)
        else:
            self.hung_up()

    def hung_up(self, *, broken: bool = False) -> None:
        """The container sends no more; ``broken`` if the connection did not end as it should."""
        self.reusable = False
        if not self._in_body:
            self.fail("closed", f"{self._address} closed the connection without a complete reply")
            return
        until_close = "content-length" not in self._headers and "transfer-encoding" not in self._headers
        self._over(complete=until_close and not broken)

    def fail(self, kind: Literal["refused", "timeout", "closed", "malformed"], text: str) -> None:
        """There will be no reply."""
        if (sink := self.leave()) is not None:
            sink.fail(NoReply(kind, text))

    def late(self) -> None:
        """There was no reply in time."""
        self.fail("timeout", f"no reply from {self._address} before the deadline")

    def leave(self) -> Sink | None:
        """Nobody waits for the reply any more; who did, if it was still on its way."""
        sink, self.sink, self._room = self.sink, None, None
        if sink is not None:
            self.reusable = False
        return sink

    def on_header(self, name: bytes, value: bytes) -> None:
        """Called by the parser, as the next three."""
        if self._in_body:  # a trailer
            return
        self._headers[name.decode("latin-1").lower()] = value.decode("latin-1")
        self._lines += 1
        if self._lines > HEADERS:
            self._garbled(f"got more than {HEADERS} headers")

    def on_headers_complete(self) -> None:
        status = self._parser.get_status_code()
        self._interim = 100 <= status < 200
        if status < 100:
            self._garbled(f"status {status}")
        elif self._interim:
            self._headers, self._lines = {}, 0
        elif self.sink is not None:
            self._status, self._in_body, self._keeps = status, True, self._parser.should_keep_alive()
            self.sink.head(status, self._headers)

    def on_body(self, body: bytes) -> None:
        self._read += len(body)
        if self.sink is not None and not self.sink.piece(body):
            self._over(complete=False)

    def on_message_complete(self) -> None:
        if not self._interim:
            self._over(complete=True)

    def _parse(self, data: bytes) -> None:
        if not self._in_body:
            if not self._head_bytes:
                self._first = data
            self._head_bytes += len(data)
            end = data.find(b"\r\n\r\n")  # before the body, which may be long
            end = len(data) if end < 0 else end
            if data.find(b"\n ", 0, end) >= 0 or data.find(b"\n\t", 0, end) >= 0:
                data = _unfolded(self._before, data)
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as garbled:
            self._garbled(repr(garbled))
        if self.sink is None:
            return
        if self._in_body:
            self._pass_by_the_parser()
        elif self._head_bytes > HEAD_BYTES:
            self._garbled("its headers are too long")
        else:
            self._before = data[-3:]

    def _pass_by_the_parser(self) -> None:
        length = self._headers.get("content-length")
        if length is not None and "transfer-encoding" not in self._headers and self._status not in NO_BODY:
            self.left = int(length) - self._read
            self._parser = self._new_parser()

    def _take(self, data: bytes) -> None:
        surplus = len(data) > self.left
        if surplus:
            data = data[: self.left]
        self.left -= len(data)
        if self.sink is not None and not self.sink.piece(data):
            self._over(complete=False)
        if not self.left:
            self._over(complete=True)
        if surplus:
            self.reusable = False

    def _over(self, *, complete: bool) -> None:
        sink, self.sink, self._room, self._first = self.sink, None, None, b""
        if sink is not None:
            self.reusable = self.reusable and complete and self._keeps
            sink.end(complete=complete)

    def _garbled(self, how: str) -> None:
        self.reusable = False
        if self._in_body:
            self._over(complete=False)
        else:
            self.fail("malformed", f"{self._address} did not answer in HTTP: {how} at {self._first[:QUOTED_BYTES]!r}")

    def _new_parser(self) -> httptools.HttpResponseParser:
        parser = httptools.HttpResponseParser(self)
        # As generous as http.client is, so that a container is not judged by who calls it.
        parser.set_dangerous_leniencies(
            lenient_headers=True,
            lenient_chunked_length=True,
            lenient_optional_cr_before_lf=True,
            lenient_spaces_after_chunk_size=True,
        )
        return parser


def _unfolded(before: bytes, data: bytes) -> bytes:
    """Bytes of a head, and maybe of the body behind it, with one space for each fold in the head.

    Args:
        before: the last bytes that came before, as the blank line may have begun there.
        data: what came now.
    """
    blank = BLANK.search(before + data)
    end = len(data) if blank is None else max(blank.end() - len(before), 0)
    return FOLD.sub(b" ", data[:end]) + data[end:]
