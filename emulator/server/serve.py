"""The socket around an application."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from threading import Thread
from typing import Final, TypeAlias

import uvicorn

from emulator import limits
from emulator.errors import UsageError
from emulator.server.asgi import AsgiApp
from emulator.server.protocol import GatewayProtocol

ANY = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 - only to tell a client where to find it

Listener: TypeAlias = socket.socket
"""Where clients queue up until they are served."""

LAST_SECONDS: Final = 3
"""Requests under way at the end have so long to be answered."""


@contextmanager
def listening(*, host: str = "127.0.0.1", port: int = 0) -> Iterator[Listener]:
    """A socket on which clients queue up until somebody serves them.

    Args:
        host: interface to listen on.
        port: 0 lets the system choose.

    Raises:
        UsageError: the port is taken, or the interface is not this machine's.
    """
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((host, port))
            listener.listen(1024)
        except OSError as refused:
            raise UsageError(
                f"Cannot listen on {host}:{port}.",
                why=str(refused.strerror or refused),
                fix="choose another --port, or 0 for a free one",
            ) from refused
        yield listener
    finally:
        listener.close()


def address_of(listener: Listener) -> str:
    """Where a client on this machine reaches it."""
    host, port = listener.getsockname()[:2]
    if host in ANY:
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@contextmanager
def serving(app: AsgiApp, *, host: str = "127.0.0.1", port: int = 0, listener: Listener | None = None) -> Iterator[str]:
    """Serve ``app`` in a thread for as long as the ``with`` lasts; yields its address.

    Args:
        app: what answers.
        host: interface to listen on.
        port: 0 lets the system choose.
        listener: already listening; instead of ``host`` and ``port``.

    Raises:
        UsageError: the port is taken, or the interface is not this machine's.
    """
    with nullcontext(listener) if listener is not None else listening(host=host, port=port) as taken:
        server = uvicorn.Server(_config(app))
        thread = Thread(target=server.run, kwargs={"sockets": [taken]}, name="byoc-server", daemon=True)
        thread.start()
        try:
            yield address_of(taken)
        finally:
            server.should_exit = True
            thread.join()


def _config(app: AsgiApp) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=GatewayProtocol,
        ws="none",
        lifespan="on",
        log_config=None,
        log_level="critical",  # what clients do wrong is no news, and what we do wrong the application logs
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=limits.KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=LAST_SECONDS,
    )
