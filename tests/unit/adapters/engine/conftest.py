"""A wooden engine: it answers what Docker and Podman answer, on a socket of its own."""

from __future__ import annotations

import json
import shutil
import socketserver
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from emulator.model.engine import Engine

DOCKER = {"Version": "20.10.24", "ApiVersion": "1.41", "Platform": {"Name": ""}, "Components": [{"Name": "Engine"}]}
PODMAN = {"Version": "4.3.1", "ApiVersion": "1.41", "Components": [{"Name": "Podman Engine"}]}


@dataclass
class WoodenEngine:
    """What it answers, and what it was asked.

    Attributes:
        version: the answer to /version.
        security: the SecurityOptions of /info.
        images: labels by image name.
        pulls: lines answered to a pull; ``None`` never answers.
        imports: the query and body of each import that was completed.
        asked: method and path of every request.
        gone: it hangs up without an answer.
    """

    path: Path
    version: dict[str, Any] = field(default_factory=lambda: dict(DOCKER))
    security: list[str] = field(default_factory=list)
    images: dict[str, dict[str, str]] = field(default_factory=dict)
    pulls: list[dict[str, Any]] | None = field(default_factory=list)
    imports: list[tuple[dict[str, list[str]], bytes]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    gone: bool = False
    closed: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"unix://{self.path}"

    @property
    def engine(self) -> Engine:
        return Engine(
            url=self.url, found_by="", kind="docker", version="", api_version="1.41", rootless=False, local=True
        )

    def answer(self, method: str, path: str, query: dict[str, list[str]], body: bytes) -> tuple[int, bytes]:
        self.asked.append(f"{method} {path}")
        if path.endswith("/version"):
            return 200, json.dumps(self.version).encode()
        if path.endswith("/info"):
            return 200, json.dumps({"SecurityOptions": self.security}).encode()
        if path.endswith("/images/create") and "fromSrc" in query:
            self.imports.append((query, body))
            return 200, b'{"status": "sha256:0"}\n'
        if path.endswith("/images/create"):
            if self.pulls is None:
                self.closed.wait(30)
            return 200, b"".join(json.dumps(line).encode() + b"\n" for line in self.pulls or [])
        if method == "GET" and "/images/" in path:
            name = path.split("/images/")[1].removesuffix("/json")
            if name in self.images:
                config = {"Id": f"sha256:{name}", "RepoTags": [name], "Config": {"Labels": self.images[name]}}
                return 200, json.dumps(config).encode()
        return 404, b'{"message": "no such thing"}'


class _Handler(BaseHTTPRequestHandler):
    wooden: WoodenEngine
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        try:
            body = self._body()
        except (ValueError, ConnectionError):
            self.close_connection = True  # the sender broke off: nothing was imported
            return
        if self.wooden.gone:
            self.close_connection = True
            return
        parts = urlsplit(self.path)
        status, answer = self.wooden.answer(self.command, parts.path, parse_qs(parts.query), body)
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Transfer-Encoding", "chunked")  # as engines do, and docker-py expects of a stream
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(b"%x\r\n%b\r\n0\r\n\r\n" % (len(answer), answer))
            self.close_connection = True
        except ConnectionError:
            pass

    do_POST = do_GET  # noqa: N815 - http.server's name

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b""
        while size := int(self.rfile.readline(), 16):  # an end without a last chunk is no number
            body += self.rfile.read(size)
            self.rfile.readline()
        return body

    def address_string(self) -> str:
        return "unix"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        pass


class _Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True


@pytest.fixture
def short_path() -> Iterator[Path]:
    """A directory whose path leaves room for the 107 characters of a socket address."""
    path = Path(tempfile.mkdtemp(prefix="byoc-"))
    yield path
    shutil.rmtree(path)


@pytest.fixture
def wooden_engine(short_path: Path) -> Iterator[Callable[[str], WoodenEngine]]:
    """Start a wooden engine at a path below ``short_path``."""
    servers: list[tuple[_Server, WoodenEngine]] = []

    def start(where: str = "engine.sock") -> WoodenEngine:
        path = short_path / where
        path.parent.mkdir(parents=True, exist_ok=True)
        wooden = WoodenEngine(path=path)
        server = _Server(str(path), type("Handler", (_Handler,), {"wooden": wooden}))
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        servers.append((server, wooden))
        return wooden

    yield start
    for server, wooden in servers:
        wooden.closed.set()
        server.shutdown()
        server.server_close()


@pytest.fixture
def program(tmp_path: Path) -> Callable[[str, str], Path]:
    """Write a shell script of that name into a directory ``bin``, and name its path."""

    def write(name: str, script: str) -> Path:
        path = tmp_path / "bin" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        return path

    return write


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """An environment in which only the programs of the test come first, and no engine is named."""
    return {"HOME": str(tmp_path / "home"), "PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin"}


@pytest.fixture
def told() -> list[str]:
    """What was said about progress; pass ``told.append``."""
    return []
