"""HTTP to a container over kept connections, with one deadline for the whole exchange.

The standard library's client, as a third of the time of a small invocation would go
into a richer one; what it lacks, a deadline over all reads together, is added here.
"""

from __future__ import annotations

import io
import re
import select
import socket
from collections import defaultdict
from collections.abc import Callable
from http.client import (
    BadStatusLine,
    HTTPConnection,
    HTTPException,
    HTTPResponse,
    IncompleteRead,
    RemoteDisconnected,
    parse_headers,
)
from threading import Lock
from typing import Any, Literal

from emulator.errors import UsageError
from emulator.model.launch import Address
from emulator.model.message import HttpReply, HttpRequest
from emulator.ports import Clock, HttpSender, NoReply

IDLE_SECONDS = 1.0
"""A connection unused for longer is not reused: gunicorn, the most impatient server in use, hangs up after 2 s."""


CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
"""What http.client lets pass in a header value, and no server should see: folded lines, NUL and their kind."""

FOLD = re.compile(r"\r?\n[ \t]+")
"""A header value that goes on in the next line; means one space."""


class PooledSender:
    """Keeps connections per address; safe to use from many threads."""

    def __init__(self, clock: Clock) -> None:
        self._now = clock.now
        self._idle: defaultdict[Address, list[tuple[float, _Connection]]] = defaultdict(list)
        self._lock = Lock()
        self._open = True

    def send(
        self, address: Address, request: HttpRequest, *, seconds: float, connect_seconds: float, limit: int
    ) -> HttpReply:
        """The reply, read whole within ``seconds`` in all; a body over ``limit`` bytes is cut and marked.

        Raises:
            NoReply: nothing, or no complete HTTP reply, came in time.
            UsageError: a header of the request cannot be written as HTTP.
        """
        deadline = self._now() + seconds
        connection = self._kept(address) or _connect(address, connect_seconds, seconds, self._now)
        try:
            reply, reusable = connection.exchange(request, deadline=deadline, limit=limit)
        except BaseException:
            connection.close()
            raise
        if not (reusable and self._keep(address, connection)):
            connection.close()
        return reply

    def close(self, address: Address | None = None) -> None:
        """Drop kept connections, of one address, or all and keep none from then on."""
        with self._lock:
            self._open = self._open and address is not None
            addresses = list(self._idle) if address is None else [address]
            dropped = [kept for each in addresses for kept in self._idle.pop(each, [])]
        for _, connection in dropped:
            connection.close()

    def _keep(self, address: Address, connection: _Connection) -> bool:
        """Whether it was kept: a ping that is answered after the end must not leave one behind."""
        with self._lock:
            if self._open:
                self._idle[address].append((self._now(), connection))
            return self._open

    def _kept(self, address: Address) -> _Connection | None:
        while True:
            with self._lock:
                if not self._idle[address]:
                    return None
                since, connection = self._idle[address].pop()
            if self._now() - since < IDLE_SECONDS and not connection.ended():
                return connection
            connection.close()


class _DeadlineSocket(socket.socket):
    """Every read waits at most until the deadline of the exchange it belongs to."""

    deadline: float
    now: Callable[[], float]

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        self.wait_until_deadline()
        return super().recv_into(*args, **kwargs)

    def wait_until_deadline(self) -> None:
        """Let the next operation wait for what is left; zero would mean not to block, and raise something else."""
        self.settimeout(max(self.deadline - self.now(), 0.000_001))


class _Lines(io.BufferedReader):
    """Remembers whether the other side hung up inside of a line; http.client takes that for the end of the headers."""

    cut = False

    def readline(self, size: int | None = -1, /) -> bytes:
        line = super().readline(size)
        self.cut = not line
        return line


class _Response(HTTPResponse):
    def __init__(self, sock: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = self._lines = _Lines(self.fp.detach())

    def begin(self) -> None:
        super().begin()
        if self._lines.cut:
            raise RemoteDisconnected("it hung up inside of its headers")

    def _read_status(self) -> tuple[str, int, str]:
        """Of the reply itself; of those that may go before it, http.client passes over 100 only."""
        while True:
            version, status, reason = super()._read_status()  # type: ignore[misc]  # not in its stubs
            if status == 101:
                raise BadStatusLine("101, and nobody asked for another protocol")
            if not 101 < status < 200:
                return version, status, reason
            parse_headers(self.fp)


class _Connection(HTTPConnection):
    sock: Any
    response_class = _Response  # type: ignore[mutable-override]

    def exchange(self, request: HttpRequest, *, deadline: float, limit: int) -> tuple[HttpReply, bool]:
        """The reply, and whether the connection may be kept."""
        self.sock.deadline = deadline
        try:
            broken = self._send(request)
            return self._receive(limit, broken)
        except TimeoutError as late:
            raise NoReply("timeout", f"no reply from {self.host}:{self.port} before the deadline") from late
        except (RemoteDisconnected, ConnectionError) as gone:
            raise NoReply("closed", f"{self.host}:{self.port} closed the connection without a complete reply") from gone
        except (HTTPException, ValueError) as garbled:
            raise NoReply("malformed", f"{self.host}:{self.port} did not answer in HTTP: {garbled!r}") from garbled
        except OSError as broke:
            raise NoReply("closed", f"the connection to {self.host}:{self.port} broke: {broke}") from broke

    def ended(self) -> bool:
        """Whether the other side hung up, or sent what nobody asked for, while the connection was idle."""
        poll = select.poll()
        poll.register(self.sock, select.POLLIN)
        return bool(poll.poll(0))

    def _send(self, request: HttpRequest) -> bool:
        """Write the request; whether the container hung up before it had read all of it."""
        try:
            self.putrequest(request.method, request.path, skip_host=True, skip_accept_encoding=True)
            for name, value in request.headers.items():
                if found := CONTROL.search(value):
                    raise ValueError(f"Invalid header value {value!r}: {found.group()!r}")  # noqa: TRY301
                self.putheader(name, value)
            if request.method != "GET":
                self.putheader("Content-Length", str(len(request.body)))
        except (ValueError, UnicodeError) as unsendable:
            raise UsageError(
                "A header of the request cannot be sent.",
                why=str(unsendable),
                fix="headers are one line of Latin-1 text",
            ) from unsendable
        self.sock.wait_until_deadline()
        try:
            self.endheaders(request.body or None)
        except (BrokenPipeError, ConnectionResetError):
            # A server may refuse a large body by its headers and answer before it has read it.
            return True
        return False

    def _receive(self, limit: int, broken: bool) -> tuple[HttpReply, bool]:
        response = self.getresponse()
        try:
            body = response.read(limit + 1 if response.length is None else min(limit, response.length))
            unread = response.length or len(body) - limit
        except IncompleteRead as cut:  # only chunked bodies tell so; one shorter than its Content-Length leaves a rest
            body, unread = cut.partial, 1
        reply = HttpReply(
            status=response.status,
            headers={name.lower(): FOLD.sub(" ", value) for name, value in response.getheaders()},
            body=body[:limit],
            complete=unread <= 0,
        )
        reusable = reply.complete and response.isclosed() and not response.will_close and not broken
        response.close()
        return reply, reusable


def _connect(address: Address, accept_seconds: float, seconds: float, now: Callable[[], float]) -> _Connection:
    allowed = max(min(accept_seconds, seconds), 0.001)
    try:
        plain = socket.create_connection((address.host, address.port), timeout=allowed)
    except TimeoutError as late:
        kind: Literal["refused", "timeout"] = "refused" if accept_seconds <= seconds else "timeout"
        raise NoReply(kind, f"{address} did not accept the connection within {allowed:g} s") from late
    except OSError as refused:
        raise NoReply("refused", f"nothing listens on {address}: {refused.strerror or refused}") from refused
    connection = _Connection(address.host, address.port)
    connection.sock = _DeadlineSocket(fileno=plain.detach())
    connection.sock.now = now
    connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


_fits: type[HttpSender] = PooledSender
