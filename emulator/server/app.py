"""One endpoint behind an address of its own: the runtime unsigned, and the container's two paths for curl."""

from __future__ import annotations

from http import HTTPStatus

from emulator import limits
from emulator.errors import ValidationError
from emulator.hosting.endpoint import Endpoint
from emulator.hosting.pipeline import Chain
from emulator.hosting.relay import Relay
from emulator.server.asgi import Call, ClientGone, Receive, Scope, Send, live
from emulator.server.refusal import BadRequest
from emulator.server.runtime import PATH, Runtime, encoded
from emulator.wire.control_refusal import not_invocable
from emulator.wire.runtime_api import answer_from_fault

PING = limits.PING.encode()
INVOCATIONS = limits.INVOCATIONS.encode()


class Only:
    """Knows one endpoint."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint

    def chain_for(
        self, endpoint_name: str, target_variant: str | None = None, target_container_hostname: str | None = None
    ) -> Chain:
        """Its chain.

        Raises:
            ValidationError: another endpoint, variant or a single container is asked for.
        """
        chain = self._endpoint.chain
        if endpoint_name != chain.endpoint:
            raise not_invocable(endpoint_name, chain.account)
        if target_variant not in (None, chain.variant):
            raise ValidationError(f"Endpoint {endpoint_name} has no production variant {target_variant}.")
        if target_container_hostname is not None:
            raise ValidationError(f"Endpoint {endpoint_name} does not support target container hostname header.")
        return chain


class EndpointApp:
    """An ASGI application that passes invocations to ``endpoint`` and knows no other."""

    def __init__(self, endpoint: Endpoint, relay: Relay) -> None:
        self._name = endpoint.name
        self._runtime = Runtime(Only(endpoint), relay, payload_bytes=endpoint.chain.rules.payload_bytes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await live(receive, send, close=self._runtime.close)
            return
        call = Call(scope, receive, send)
        path = PATH.fullmatch(call.path)
        try:
            if call.path == PING and call.method == "GET":
                await call.answer(200, [], b"")
            elif call.method == "POST" and call.path == INVOCATIONS:
                await self._runtime.invoke("InvokeEndpoint", self._name, call)
            elif call.method == "POST" and path is not None:
                await self._runtime.respond(path, call)
            else:
                given = answer_from_fault(_nothing_there(call))
                await call.answer(given.status, encoded(given), given.body)
        except ClientGone:
            return


def _nothing_there(call: Call) -> BadRequest:
    known = call.path in (PING, INVOCATIONS) or PATH.fullmatch(call.path)
    return BadRequest(
        "UnknownOperationException",
        f"There is no {call.method} {call.path.decode('latin-1')} here.",
        http_status=HTTPStatus.METHOD_NOT_ALLOWED if known else HTTPStatus.NOT_FOUND,
    )
