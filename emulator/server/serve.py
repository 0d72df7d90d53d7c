"""The socket around an application."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import uvicorn
from starlette.applications import Starlette

from emulator.errors import UsageError


@contextmanager
def serving(app: Starlette, *, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """Serve ``app`` in the background for as long as the ``with`` lasts; yields its address.

    Args:
        app: what answers.
        host: interface to listen on.
        port: 0 lets the system choose.

    Raises:
        UsageError: the port is taken, or the interface is not this machine's.
    """
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except OSError as refused:
        listener.close()
        raise UsageError(
            f"Cannot listen on {host}:{port}.", why=str(refused.strerror), fix="choose another --port, or 0 for a free one"
        ) from refused
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off"))
    thread = Thread(target=server.run, kwargs={"sockets": [listener]}, name="byoc-server", daemon=True)
    thread.start()
    try:
        yield f"http://{host}:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()
