"""moto, the stand-in for S3 and the other AWS services beside hosting."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeAlias

WsgiApp: TypeAlias = "Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]"

SENT_HEADERS: Final = "byoc.headers"


@contextmanager
def moto_server() -> Iterator[str]:
    """A moto server on a free loopback port for as long as the ``with`` lasts; yields its address.

    Its state is moto's own, one for the whole process.
    """
    from moto.server import ThreadedMotoServer

    # Its web server writes a line per request to the root logger's default stream.
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield f"http://{host}:{port}"
    finally:
        server.stop()


def moto_application() -> WsgiApp:
    """moto's WSGI application: S3 and all other services, told apart by signature, as its server does it.

    Its state is moto's own, one for the whole process. An environ should hold the
    request's headers as they were sent, as pairs of text, under :data:`SENT_HEADERS`.
    """
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

    dispatch: WsgiApp = DomainDispatcherApplication(create_backend_app)
    try:
        from moto.core.request import (
            PRESERVED_HEADER_NAMES_ENVIRON_KEY,
            environ_key_for_header,
            should_preserve_original_header_name,
        )
    except ImportError:  # a moto that does not tell X_Foo from X-Foo
        return dispatch

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        # Metadata of S3 objects may have names with an underscore, which WSGI cannot express.
        environ[PRESERVED_HEADER_NAMES_ENVIRON_KEY] = {
            environ_key_for_header(name): name
            for name, _ in environ.get(SENT_HEADERS, ())
            if should_preserve_original_header_name(name)
        }
        return dispatch(environ, start_response)

    return application
