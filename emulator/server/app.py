"""One endpoint as a web application: InvokeEndpoint's path, and the container's own two for curl."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from emulator import limits
from emulator.errors import ServiceFault, ValidationError
from emulator.hosting.endpoint import Endpoint
from emulator.wire.runtime_api import answer_from, answer_from_fault, invocation_from


def endpoint_app(endpoint: Endpoint) -> Starlette:
    """An ASGI application that passes invocations to ``endpoint`` and knows no other."""

    async def ping(request: Request) -> Response:
        return Response(status_code=200)

    async def invoke(request: Request) -> Response:
        invocation = invocation_from(request.headers, await request.body())
        try:
            answer = answer_from(await run_in_threadpool(endpoint.send, invocation))
        except ServiceFault as fault:
            answer = answer_from_fault(fault)
        return Response(answer.body, status_code=answer.status, headers=dict(answer.headers))

    async def unknown(request: Request) -> Response:
        name = request.path_params["name"]
        answer = answer_from_fault(ValidationError(f"Endpoint {name} of account {endpoint.account.account_id} not found."))
        return Response(answer.body, status_code=answer.status, headers=dict(answer.headers))

    return Starlette(
        routes=[
            Route(limits.PING, ping, methods=["GET"]),
            Route(limits.INVOCATIONS, invoke, methods=["POST"]),
            Route(f"/endpoints/{endpoint.name}{limits.INVOCATIONS}", invoke, methods=["POST"]),
            Route(f"/endpoints/{{name}}{limits.INVOCATIONS}", unknown, methods=["POST"]),
        ]
    )
