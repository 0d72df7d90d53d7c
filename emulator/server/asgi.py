"""What the gateway needs of ASGI: a request's body, and an answer, without a framework in between."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from http import HTTPStatus
from random import getrandbits
from typing import Any, TypeAlias, TypeVar

from emulator import limits
from emulator.server.protocol import UPLOAD, UPLOAD_BYTES, WHOLE
from emulator.server.refusal import BadRequest

Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]
AsgiApp: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]

T = TypeVar("T")


class ClientGone(Exception):
    """Whoever asked does not wait for the answer any more."""


class BodyTooLarge(Exception):
    """A request has a larger body than anybody here takes; the text says how large."""


class Call:
    """One request and the way back.

    Attributes:
        headers: names in lower case; of one that came twice, the last.
        path: as it was sent, without the query.
        query: as it was sent.
        request_id: the one that the answer will have; a random UUID, without the cost of making one.
    """

    __slots__ = ("headers", "method", "path", "query", "receive", "request_id", "scope", "send")

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope, self.receive, self.send = scope, receive, send
        self.headers: dict[bytes, bytes] = dict(scope["headers"])
        self.method: str = scope["method"]
        self.path: bytes = scope["raw_path"]
        self.query: bytes = scope["query_string"]
        random = f"{getrandbits(128):032x}"
        self.request_id = f"{random[:8]}-{random[8:12]}-4{random[13:16]}-a{random[17:20]}-{random[20:]}"

    async def body(self, most: int) -> bytes:
        """The whole body.

        Raises:
            BodyTooLarge: it has more than ``most`` bytes; told as soon as it is announced, or that much has come.
            BadRequest: it did not come in time.
            ClientGone: it will not come.
        """
        announced = int(self.headers.get(b"content-length", b"0"))
        if announced > most:
            raise BodyTooLarge(f"{announced} bytes")
        if announced >= UPLOAD_BYTES and (coming := self._upload(announced)) is not None:
            taken = await _in_time(coming)
            if taken is None:
                raise ClientGone
            return taken
        message = await self.receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        body: bytes = message.get("body", b"")
        if message.get("more_body", False):
            body = await _in_time(self._rest(bytearray(body), most))
        if len(body) > most:
            raise BodyTooLarge(f"{len(body)} bytes")
        return body

    async def answer(self, status: int, headers: Iterable[tuple[bytes, bytes]], body: bytes) -> None:
        """A whole answer."""
        whole = self.scope.get("extensions", {}).pop(WHOLE, None)
        if whole is not None and whole(status, [(b"x-amzn-RequestId", self.request_id.encode()), *headers], body):
            return
        await self.begin(status, [*headers, (b"Content-Length", str(len(body)).encode())])
        await self.send({"type": "http.response.body", "body": body})

    async def begin(self, status: int, headers: Iterable[tuple[bytes, bytes]]) -> None:
        """The status and headers of an answer."""
        named = [(b"x-amzn-RequestId", self.request_id.encode()), *headers]
        await self.send({"type": "http.response.start", "status": status, "headers": named})

    def _upload(self, size: int) -> Awaitable[bytes | None] | None:
        upload = self.scope.get("extensions", {}).get(UPLOAD)
        return None if upload is None else upload(self.scope, size)

    async def _rest(self, body: bytearray, most: int) -> bytes:
        more = True
        while more:
            message = await self.receive()
            if message["type"] == "http.disconnect":
                raise ClientGone
            body += message.get("body", b"")
            if len(body) > most:
                raise BodyTooLarge(f"more than {most} bytes")
            more = message.get("more_body", False)
        return bytes(body)


async def _in_time(body: Awaitable[T]) -> T:
    try:
        return await asyncio.wait_for(body, limits.REQUEST_BODY_SECONDS)
    except asyncio.TimeoutError as late:  # its own class before Python 3.11
        text = f"The request body did not arrive within {limits.REQUEST_BODY_SECONDS:g} s."
        raise BadRequest("RequestTimeoutException", text, http_status=HTTPStatus.REQUEST_TIMEOUT) from late


async def live(receive: Receive, send: Send, *, close: Callable[[], None]) -> None:
    """ASGI's lifespan: nothing to do at the start; ``close`` is called at the end, in the loop."""
    await receive()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    close()
    await send({"type": "lifespan.shutdown.complete"})
