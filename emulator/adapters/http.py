"""HTTP to a container over kept connections, with one deadline for the whole exchange.

Two calls of the system for a small request and two for its reply, and a parser in C: a third
of the time of a small invocation would go into a richer client.
"""

from __future__ import annotations

import select
import socket
from collections import defaultdict
from collections.abc import Callable
from threading import Lock
from typing import Final, Literal

from emulator.adapters.http_reply import BEGUN_BYTES, Replies
from emulator.adapters.http_request import written
from emulator.adapters.http_whole import Gathered
from emulator.model.launch import Address
from emulator.model.message import HttpReply, HttpRequest
from emulator.ports import Clock, HttpSender, NoReply

IDLE_SECONDS: Final = 1.0
"""A connection unused for longer is not reused: gunicorn, the most impatient server in use, hangs up after 2 s."""

READ_BYTES: Final = 65_536
"""So much is read at once of a body whose length is not known."""


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
        head, body = written(request)
        connection = self._kept(address) or _connect(address, connect_seconds, seconds, self._now)
        try:
            reply = connection.exchange(head, body, deadline=deadline, limit=limit)
        except BaseException:
            connection.close()
            raise
        if not (connection.reusable and self._keep(address, connection)):
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


class _Connection:
    """One exchange after the other."""

    def __init__(self, connected: socket.socket, address: Address, now: Callable[[], float]) -> None:
        self._socket, self._address, self._now = connected, address, now
        self._replies = Replies(address)
        self._poll = select.poll()
        self._poll.register(connected, select.POLLIN)
        self._sent = True

    @property
    def reusable(self) -> bool:
        """Whether the next exchange may begin."""
        return self._sent and self._replies.reusable

    def exchange(self, head: bytes, body: bytes, *, deadline: float, limit: int) -> HttpReply:
        """The reply to a request in one piece or two."""
        gathered = Gathered(limit)
        self._replies.expect(gathered)
        try:
            self._send(head, body, deadline)
            while gathered.outcome is None:
                if self._replies.left > BEGUN_BYTES and gathered.fits(self._replies.left):
                    self._receive_rest(gathered, deadline)
                else:
                    self._receive(deadline)
        except TimeoutError as late:
            raise NoReply("timeout", f"no reply from {self._address} before the deadline") from late
        except ConnectionError as gone:
            raise NoReply("closed", f"{self._address} closed the connection without a complete reply") from gone
        except OSError as broke:
            raise NoReply("closed", f"the connection to {self._address} broke: {broke}") from broke
        if isinstance(gathered.outcome, NoReply):
            raise gathered.outcome
        return gathered.outcome

    def ended(self) -> bool:
        """Whether the other side hung up, or sent what nobody asked for, while the connection was idle."""
        return bool(self._poll.poll(0))

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def _send(self, head: bytes, body: bytes, deadline: float) -> None:
        try:
            for piece in (head, body) if body else (head,):
                self._wait_until(deadline)
                self._socket.sendall(piece)
        except (BrokenPipeError, ConnectionResetError):
            # A server may refuse a large body by its headers and answer before it has read it.
            self._sent = False

    def _receive(self, deadline: float) -> None:
        self._wait_until(deadline)
        if data := self._socket.recv(READ_BYTES if self._replies.begun else BEGUN_BYTES):
            self._replies.feed(data)
        else:
            self._replies.hung_up()

    def _receive_rest(self, gathered: Gathered, deadline: float) -> None:
        def read(place: memoryview) -> int:
            self._wait_until(deadline)
            return self._socket.recv_into(place)

        self._replies.was_read(whole=gathered.read(self._replies.left, read))

    def _wait_until(self, deadline: float) -> None:
        """Let the next operation wait for what is left; zero would mean not to block, and raise something else."""
        self._socket.settimeout(max(deadline - self._now(), 0.000_001))


def _connect(address: Address, accept_seconds: float, seconds: float, now: Callable[[], float]) -> _Connection:
    allowed = max(min(accept_seconds, seconds), 0.001)
    try:
        plain = socket.create_connection((address.host, address.port), timeout=allowed)
    except TimeoutError as late:
        kind: Literal["refused", "timeout"] = "refused" if accept_seconds <= seconds else "timeout"
        raise NoReply(kind, f"{address} did not accept the connection within {allowed:g} s") from late
    except OSError as refused:
        raise NoReply("refused", f"nothing listens on {address}: {refused.strerror or refused}") from refused
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return _Connection(plain, address, now)


_fits: type[HttpSender] = PooledSender
