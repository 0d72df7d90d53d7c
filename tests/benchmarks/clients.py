"""The cheapest clients there are, so that what is measured is the server."""

from __future__ import annotations

import re
import socket
from time import perf_counter
from typing import Any

from emulator.adapters.aws import connect
from emulator.model.launch import Address

HOST = "model.aws.local:8080"

SIGNED = (
    "X-Amz-Date: 20260101T000000Z\r\nAuthorization: AWS4-HMAC-SHA256 Credential=byoc/20260101/us-east-1/sagemaker/"
    f"aws4_request, SignedHeaders=host;x-amz-date, Signature={'0' * 64}\r\n"
)
"""What makes a plain HTTP request one for SageMaker; the gateway looks at the form only."""

CREDENTIALS = {"aws_access_key_id": "byoc", "aws_secret_access_key": "byoc"}

PIECE = 1 << 18

HUNG_UP = "the server hung up"

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


class RawClient:
    """One connection that posts to one path."""

    def __init__(self, address: Address, path: str, extra: str = "") -> None:
        self._address = (address.host, address.port)
        self._head = f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\n{extra}"
        self._socket = self._connected()

    def post(self, body: bytes, kind: str) -> tuple[bytes, str]:
        """The reply's body and type.

        Raises:
            RuntimeError: another status than 200, or the server hung up.
        """
        status, headers, reply = self.exchange(body, kind)
        if status != 200:
            raise RuntimeError(f"{status}: {reply!r}")
        return reply, headers.get("content-type", "")

    def exchange(self, body: bytes, kind: str) -> tuple[int, dict[str, str], bytes]:
        """Status, headers with names in lower case, and body."""
        self._send(body, kind)
        data = bytearray()
        while (end := data.find(b"\r\n\r\n")) < 0:
            data += self._received()
        lines = bytes(data[:end]).decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}
        reply = self._rest(data[end + 4 :], int(headers["content-length"]))
        if headers.get("connection") == "close":  # nginx does so after 1,000 requests
            self._socket.close()
            self._socket = self._connected()
        return int(lines[0].split(" ", 2)[1]), headers, reply

    def stream(self, body: bytes, kind: str) -> tuple[float, int, bytes]:
        """Seconds until the first byte of the body was there, the status, and all that came, chunked or not."""
        began = perf_counter()
        self._send(body, kind)
        data, first = bytearray(), 0.0
        while not _whole(data):
            data += self._received()
            if not first and data.partition(b"\r\n\r\n")[2]:
                first = perf_counter() - began
        return first, int(data.split(b" ", 2)[1]), bytes(data)

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def _send(self, body: bytes, kind: str) -> None:
        head = f"{self._head}Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        if len(body) < PIECE:
            self._socket.sendall(head + body)
        else:
            self._socket.sendall(head)
            self._socket.sendall(body)

    def _rest(self, begun: bytearray, length: int) -> bytes:
        if len(begun) == length:
            return bytes(begun)
        body = bytearray(length)
        body[: len(begun)] = begun
        view, filled = memoryview(body), len(begun)
        while filled < length:
            received = self._socket.recv_into(view[filled:])
            if not received:
                raise RuntimeError(HUNG_UP)
            filled += received
        return bytes(body)

    def _received(self) -> bytes:
        data = self._socket.recv(PIECE)
        if not data:
            raise RuntimeError(HUNG_UP)
        return data

    def _connected(self) -> socket.socket:
        made = socket.create_connection(self._address, timeout=120)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return made


def _whole(data: bytearray) -> bool:
    """Whether a reply has come to its end."""
    head, ended, body = data.partition(b"\r\n\r\n")
    length = LENGTH.search(head)
    if not ended or length is None:
        return bool(ended) and body.endswith(b"0\r\n\r\n")
    return len(body) >= int(length.group(1))


def boto3_runtime(address: Address, *, path: str | None = None) -> Any:
    """boto3's client for InvokeEndpoint at an address.

    Args:
        address: of a gateway or, with ``path``, of a container.
        path: what the request's own path is replaced by, so that boto3 can ask a container itself.
    """
    url = f"http://{address}"
    client = connect("sagemaker-runtime", endpoint_url=url, region="us-east-1", credentials=CREDENTIALS)
    if path is not None:

        def to_container(request: Any, **_: Any) -> None:
            request.url = url + path

        client.meta.events.register("before-send.sagemaker-runtime.InvokeEndpoint", to_container)
    return client
