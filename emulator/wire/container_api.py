"""What a container is asked, and what of its answer the client sees: all header rules live here."""

from __future__ import annotations

from emulator import limits
from emulator.model.message import HttpReply, HttpRequest, Invocation, Reply, Trace
from emulator.model.rules import HostingRules

CUSTOM_ATTRIBUTES = "X-Amzn-SageMaker-Custom-Attributes"
INFERENCE_ID = "X-Amzn-SageMaker-Inference-Id"
SESSION_ID = "X-Amzn-SageMaker-Session-Id"
CLOSED_SESSION_ID = "X-Amzn-SageMaker-Closed-Session-Id"

PLATFORM_HEADERS = {"Host": limits.HOST_HEADER, "User-Agent": limits.USER_AGENT}


def ping() -> HttpRequest:
    """``GET /ping`` as the platform sends it (hosting contract 2.1, 2.7)."""
    return HttpRequest(method="GET", path=limits.PING, headers=PLATFORM_HEADERS)


def request_for(invocation: Invocation, *, previous: HttpReply | None, last: bool, rules: HostingRules) -> HttpRequest:
    """``POST /invocations`` for the next container of a chain.

    Args:
        invocation: what the client sent.
        previous: the reply of the container before, None for the first one.
        last: whether this container's answer goes to the client.
        rules: what AWS leaves open.

    The first container gets the client's body and Content-Type; every later one the
    previous reply's, verbatim with all parameters (hosting contract 4.2, 4.3). The
    client's Accept goes to the last container only (4.4). Of all other headers only
    those that InvokeEndpoint knows are passed on (3.14, 3.15).
    """
    headers = dict(PLATFORM_HEADERS)
    if previous is None:
        body, content_type = invocation.body, invocation.content_type
        if content_type is None and rules.absent_content_type != "none":
            content_type = rules.absent_content_type
    else:
        body, content_type = previous.body, previous.content_type
    if content_type is not None:
        headers["Content-Type"] = content_type
    accept = invocation.accept if last else rules.intermediate_accept
    if accept is not None and accept != "none":
        headers["Accept"] = accept
    if previous is None or rules.attributes_to == "all":
        attributes = {
            CUSTOM_ATTRIBUTES: invocation.custom_attributes,
            INFERENCE_ID: invocation.inference_id,
            SESSION_ID: invocation.session_id,
        }
        headers |= {name: value for name, value in attributes.items() if value is not None}
    return HttpRequest(method="POST", path=limits.INVOCATIONS, headers=headers, body=body)


def reply_from(last: HttpReply, *, variant: str, trace: Trace) -> Reply:
    """What the client sees of the last container's reply; every other header is dropped (hosting contract 3.17)."""
    return Reply(
        body=last.body,
        content_type=last.content_type,
        invoked_production_variant=variant,
        custom_attributes=last.headers.get(CUSTOM_ATTRIBUTES.lower()),
        new_session_id=last.headers.get(SESSION_ID.lower()),
        closed_session_id=last.headers.get(CLOSED_SESSION_ID.lower()),
        trace=trace,
    )
