"""InvokeEndpoint and its kin over HTTP: one path from the client's bytes to the container's and back."""

from __future__ import annotations

import asyncio
import logging
import re
from typing import Any, Final, Protocol
from urllib.parse import unquote_to_bytes

from emulator.adapters.http_request import CONTROL
from emulator.errors import NotEmulated, ServiceFault, ValidationError
from emulator.hosting.pipeline import Chain
from emulator.hosting.relay import Relay, ReplyStream
from emulator.model.message import Invocation
from emulator.ports import NoReply
from emulator.server.asgi import BodyTooLarge, Call, Send
from emulator.wire import event_stream
from emulator.wire.runtime_api import Answer, answer_from, answer_from_fault
from emulator.wire.runtime_request import parse

PATH: Final = re.compile(rb"/endpoints/([^/]+)/(invocations(?:-response-stream)?|async-invocations)")

OPERATIONS: Final = {
    b"invocations": "InvokeEndpoint",
    b"invocations-response-stream": "InvokeEndpointWithResponseStream",
    b"async-invocations": "InvokeEndpointAsync",
}

STREAM_TYPE: Final = "X-Amzn-SageMaker-Content-Type"


logger = logging.getLogger(__name__)


class Endpoints(Protocol):
    """What knows the endpoints."""

    def chain_for(
        self, endpoint_name: str, target_variant: str | None = None, target_container_hostname: str | None = None
    ) -> Chain:
        """The containers that one invocation passes through; or a ServiceFault."""


class Runtime:
    """Answers invocations.

    Args:
        endpoints: where chains come from.
        relay: sends through them.
        payload_bytes: the most that a request may have.
    """

    def __init__(self, endpoints: Endpoints, relay: Relay, *, payload_bytes: int) -> None:
        self._endpoints, self._relay, self._most = endpoints, relay, payload_bytes

    async def respond(self, path: re.Match[bytes], call: Call) -> None:
        """Answer the request of a path that :data:`PATH` matches, whatever becomes of it.

        Raises:
            ClientGone: nobody waits for the answer.
        """
        name = unquote_to_bytes(path.group(1)).decode("utf-8", "replace")
        await self.invoke(OPERATIONS[path.group(2)], name, call)

    async def invoke(self, operation: str, endpoint_name: str, call: Call) -> None:
        """The same where operation and endpoint are known already."""
        try:
            if operation == "InvokeEndpointAsync":
                raise NotEmulated(
                    "byoc-emulator does not emulate InvokeEndpointAsync.",
                    fix="use InvokeEndpoint, for which the container sees the same request",
                )
            request = parse(operation, endpoint_name, call.scope["headers"])
            invocation = request.invocation(await call.body(self._most))
            member = request.members.get
            chain = self._endpoints.chain_for(endpoint_name, member("TargetVariant"), member("TargetContainerHostname"))
            if operation == "InvokeEndpoint":
                given = answer_from(await self._relay.send(chain, invocation))
            else:
                await self._stream(chain, invocation, call)
                return
        except BodyTooLarge as large:
            fault = ValidationError(f"Request of {large} to endpoint {endpoint_name} has oversize body.")
            given = answer_from_fault(fault)
        except ServiceFault as fault:
            given = answer_from_fault(fault)
        await call.answer(given.status, encoded(given), given.body)

    def close(self) -> None:
        """Drop the connections to containers."""
        self._relay.sender.close()

    async def _stream(self, chain: Chain, invocation: Invocation, call: Call) -> None:
        """Stream the answer, and stop reading from the container when the client hangs up."""
        pumping = asyncio.ensure_future(self._pump(chain, invocation, call))
        hung_up = asyncio.ensure_future(call.receive())  # the body was read to its end: nothing else can come
        try:
            await asyncio.wait({pumping, hung_up}, return_when=asyncio.FIRST_COMPLETED)
            if pumping.done():
                pumping.result()
        finally:
            for each in (pumping, hung_up):
                each.cancel()
            await asyncio.gather(pumping, hung_up, return_exceptions=True)

    async def _pump(self, chain: Chain, invocation: Invocation, call: Call) -> None:
        with chain.traffic:
            stream = await self._relay.stream(chain, invocation)
            try:
                await self._send(stream, chain, call)
            finally:
                stream.close()

    async def _send(self, stream: ReplyStream, chain: Chain, call: Call) -> None:
        headers = dict(answer_from(stream.reply).headers)
        if (kind := headers.pop("Content-Type", None)) is not None:
            headers[STREAM_TYPE] = kind
        headers["Content-Type"] = event_stream.CONTENT_TYPE
        await call.begin(200, encoded(Answer(status=200, headers=headers, body=b"")))
        await self._parts(stream, chain, call.send)
        await call.send({"type": "http.response.body", "body": b""})

    async def _parts(self, stream: ReplyStream, chain: Chain, send: Send) -> None:
        try:
            async for piece in stream.pieces():
                await send(_part(event_stream.payload_part(piece)))
        except NoReply as broken:
            last = chain.containers[-1].name
            await send(_part(event_stream.stream_exception("ModelStreamError", _stream_error(broken, last))))
        except Exception as bug:
            logger.error("the stream of %s failed: %r", chain.endpoint, bug)  # noqa: TRY400 - one line
            logger.debug("its traceback", exc_info=bug)
            text = f"byoc-emulator failed: {bug!r}"
            await send(_part(event_stream.stream_exception("InternalStreamFailure", {"Message": text})))


def encoded(given: Answer) -> list[tuple[bytes, bytes]]:
    """An answer's headers as bytes; what a container put into one is cut down to what may stand there."""
    headers = []
    for name, value in given.headers.items():
        clean = CONTROL.sub("", value) if CONTROL.search(value) else value
        headers.append((name.encode(), clean.encode("latin-1", "replace")))
    return headers


def _part(data: bytes) -> dict[str, Any]:
    return {"type": "http.response.body", "body": data, "more_body": True}


def _stream_error(broken: NoReply, container: str) -> dict[str, str]:
    """ErrorCodes as documented (hosting contract 9.2); the texts are ours."""
    if broken.kind == "timeout":
        text = f"Your model stream took longer than it may; container {container} was cut off."
        return {"Message": text, "ErrorCode": "ModelInvocationTimeExceeded"}
    return {"Message": f"The stream of container {container} broke: {broken}.", "ErrorCode": "StreamBroken"}
