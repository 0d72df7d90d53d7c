"""A request as bytes, for a connection of one's own."""

from __future__ import annotations

from emulator.model.message import HttpRequest


def written(request: HttpRequest, *, chunked: bool = False) -> bytes:
    """The request in HTTP/1.1.

    Args:
        request: what is to be asked.
        chunked: send the body in two chunks without a Content-Length.
    """
    length = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {len(request.body)}"
    lines = [
        f"{request.method} {request.path} HTTP/1.1",
        *(f"{name}: {value}" for name, value in request.headers.items()),
        length,
    ]
    head = "\r\n".join((*lines, "", "")).encode("latin-1")
    return head + (_chunks(request.body) if chunked else request.body)


def _chunks(body: bytes) -> bytes:
    half = len(body) // 2
    parts = [each for each in (body[:half], body[half:]) if each]
    return b"".join(b"%x\r\n%b\r\n" % (len(each), each) for each in parts) + b"0\r\n\r\n"
