"""moto, the stand-in for S3 and the other AWS services beside hosting."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager


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
