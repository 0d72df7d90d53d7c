"""A container that is a real HTTP server on the loopback, and does what its script says."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import PurePosixPath
from secrets import token_hex
from threading import Condition, Event, Lock, Thread
from typing import Any

from emulator import limits
from emulator.model.launch import Address
from emulator.model.message import HttpRequest
from emulator.ports import ModelDataMissing, RunningContainer
from emulator.testing.script import Act, Answer, Behaviour, Exit, Raw, Script

BOTH_WAYS = 2
"""SHUT_RDWR: no more reads, no more writes."""

KILLED = 137

FIRST_LINE_AT = 1_767_225_600_000
"""2026-01-01 in milliseconds since 1970: when scripts begin to write."""


class ScriptedContainer:
    """Listens on a free port of the loopback until it ends; also a ``with`` for use on its own.

    Attributes:
        requests: all that came, pings too, with headers as they were written.
        connections: how many were accepted so far.
        terminated: whether SIGTERM was sent.
        removed: whether its engine-side remains are gone.
    """

    def __init__(self, script: Script | None = None) -> None:
        self.script = script or Script()
        self.container_id = token_hex(32)
        self.requests: list[HttpRequest] = []
        self.connections = 0
        self.terminated = self.removed = False
        self._log = list(self.script.log)
        self._written = Condition()
        self._turns = {limits.PING: 0, limits.INVOCATIONS: 0}
        self._exit_code: int | None = None
        self._ending, self._ended = Lock(), Event()
        # Bound in any case: a port that is taken and silent is what a program that does not listen looks like.
        self._server = _Server(self)
        if self.script.exits is not None:
            self.exit(self.script.exits.code, self.script.exits.log)
        elif self.script.listens:
            self._server.begin()

    def __enter__(self) -> ScriptedContainer:  # noqa: PYI034 - Self comes with Python 3.11
        return self

    def __exit__(self, *exception: object) -> None:
        self.remove()

    @property
    def invocations(self) -> list[HttpRequest]:
        """The requests to ``/invocations``."""
        return [each for each in self.requests if each.path == limits.INVOCATIONS]

    def address(self, port: int = limits.PORT) -> Address:  # noqa: ARG002 - named by the Protocol
        """Where it listens, whatever port the launch gave it."""
        return Address(host="127.0.0.1", port=self._server.server_address[1])

    def wait(self, seconds: float) -> int | None:
        self._ended.wait(seconds)
        return self._exit_code

    def processes(self) -> tuple[str, ...]:
        return () if self._ended.is_set() else tuple(self.script.processes)

    def listening(self) -> tuple[Address, ...] | None:
        return None if self.script.sockets is None else tuple(self.script.sockets)

    def log_tail(self, lines: int) -> tuple[str, ...]:
        return tuple(self._log[-lines:])

    def follow(self) -> Iterator[tuple[int, str]]:
        """Its lines as they are written, a millisecond apart."""
        told = 0
        while True:
            with self._written:
                while len(self._log) == told and not self._ended.is_set():
                    self._written.wait()
                lines = self._log[told:]
            if not lines:
                return
            yield from ((FIRST_LINE_AT + number, line) for number, line in enumerate(lines, start=told))
            told += len(lines)

    def write(self, *lines: str) -> None:
        """Write to its log."""
        with self._written:
            self._log += lines
            self._written.notify_all()

    def tar(self, path: str) -> Iterator[bytes]:
        folder = PurePosixPath(path)
        inside = {name: content for name, content in self.script.files.items() if folder in PurePosixPath(name).parents}
        if not inside:
            raise ModelDataMissing(f"the container has no {path}")
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w") as tar:
            for name, content in inside.items():
                member = tarfile.TarInfo(str(PurePosixPath(name).relative_to(folder.parent)))
                member.size = len(content)
                tar.addfile(member, io.BytesIO(content))
        yield buffer.getvalue()

    def terminate(self) -> None:
        self.terminated = True
        if self.script.on_terminate is not None:
            self.exit(self.script.on_terminate)

    def remove(self) -> None:
        self.exit(KILLED)
        self.removed = True

    def exit(self, code: int, log: Sequence[str] = ()) -> None:
        """End the program now, with its last words; nothing happens if it has ended."""
        with self._ending:
            if not self._ended.is_set():
                self.write(*log)
                self._exit_code = code
                self._ended.set()
                self.write()
                self._server.end()

    def stop_listening(self) -> None:
        """Close the port and all connections, and run on."""
        self._server.end()

    def act_on(self, request: HttpRequest) -> Act:
        """What the script has for this request."""
        behaviours: dict[str, Behaviour] = {
            limits.PING: self.script.ping,
            limits.INVOCATIONS: self.script.invocations,
        }
        behaviour = behaviours.get(request.path, Answer(status=404))
        if isinstance(behaviour, Answer | Raw | Exit):
            return behaviour
        if callable(behaviour):
            return behaviour(request)
        turn = self._turns[request.path]
        self._turns[request.path] += 1
        return behaviour[min(turn, len(behaviour) - 1)]

    def pause(self, seconds: float) -> bool:
        """Let time pass; whether the program still runs."""
        return not self._ended.wait(seconds) if seconds else not self._ended.is_set()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, owner: ScriptedContainer) -> None:
        super().__init__(("127.0.0.1", 0), _Handler, bind_and_activate=False)
        self.owner, self.open = owner, set[Any]()
        self._lock = Lock()
        self._loop: Thread | None = None
        self.server_bind()

    def begin(self) -> None:
        """Open the port."""
        self.server_activate()
        self._loop = Thread(target=self.serve_forever, args=(0.005,), daemon=True)
        self._loop.start()

    def end(self) -> None:
        """Close the port and all connections."""
        if self._loop is not None:
            self.shutdown()
        self.server_close()
        with self._lock:
            for connection in self.open:
                with suppress(OSError):
                    connection.shutdown(BOTH_WAYS)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self.open.add(request)
            self.owner.connections += 1
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self.open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no news."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server  # type: ignore[mutable-override]
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def _respond(self) -> None:
        owner = self.server.owner
        act = owner.script.invocations if self.path == limits.INVOCATIONS else None
        early = isinstance(act, Answer) and act.unread
        body = b"" if early else self.rfile.read(int(self.headers.get("Content-Length", 0)))
        request = HttpRequest(method=self.command, path=self.path, headers=dict(self.headers.items()), body=body)
        owner.requests.append(request)
        act = owner.act_on(request)
        if isinstance(act, Exit):
            self.close_connection = True
            owner.exit(act.code, act.log)
        elif isinstance(act, Answer):
            if owner.pause(act.delay):
                self._answer(act)
        else:
            self.close_connection = True
            for piece in act.pieces:
                if owner.pause(act.pause):
                    self.wfile.write(piece)

    do_GET = do_POST = _respond  # noqa: N815 - the names http.server looks for

    def _answer(self, answer: Answer) -> None:
        self.close_connection = self.close_connection or answer.unread
        self.send_response_only(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status != 204:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - named so by http.server
        """A container's log is what its script says."""


_fits: type[RunningContainer] = ScriptedContainer
