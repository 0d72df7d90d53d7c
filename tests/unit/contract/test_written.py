"""A request in bytes says how long its body is, one way or the other."""

from __future__ import annotations

from emulator.contract.written import written
from emulator.model.message import HttpRequest

REQUEST = HttpRequest(method="POST", path="/invocations", headers={"Content-Type": "text/csv"}, body=b"1,2,3")
HEAD = b"POST /invocations HTTP/1.1\r\nContent-Type: text/csv\r\n"


def test_in_one_piece() -> None:
    """With a Content-Length."""
    assert HEAD + b"Content-Length: 5\r\n\r\n1,2,3" == written(REQUEST)


def test_in_chunks() -> None:
    """Without one, in two chunks and the last one, of no bytes."""
    chunks = b"2\r\n1,\r\n3\r\n2,3\r\n0\r\n\r\n"

    assert HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunks == written(REQUEST, chunked=True)


def test_empty_body_has_no_chunk_but_the_last() -> None:
    """A chunk of no bytes would end the body too early, here it is the end."""
    request = HttpRequest(method="POST", path="/invocations")

    assert written(request, chunked=True).endswith(b"\r\n\r\n0\r\n\r\n")
