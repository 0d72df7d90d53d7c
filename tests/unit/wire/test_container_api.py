"""What each container of a chain is sent, header by header, and what the client sees of the answer."""

from __future__ import annotations

import pytest

from emulator.model.message import HttpReply, Invocation, Trace
from emulator.model.rules import HostingRules
from emulator.wire.container_api import ping, reply_from, request_for

PLATFORM = {"Host": "model.aws.local:8080", "User-Agent": "AHC/2.0"}
RULES = HostingRules()
FULL = Invocation(
    body=b"1,2",
    content_type="text/csv; header=absent",
    accept="application/json",
    custom_attributes="trace-id=7",
    inference_id="i-1",
    session_id="NEW_SESSION",
)
ATTRIBUTES = {
    "X-Amzn-SageMaker-Custom-Attributes": "trace-id=7",
    "X-Amzn-SageMaker-Inference-Id": "i-1",
    "X-Amzn-SageMaker-Session-Id": "NEW_SESSION",
}
PREVIOUS = HttpReply(
    status=200,
    headers={"content-type": "text/csv; charset=utf-8", "x-amzn-sagemaker-custom-attributes": "a=b", "x-own": "1"},
    body=b"3,4",
)


def test_ping_is_a_bare_get() -> None:
    """A ping carries the platform's Host and User-Agent, and no body (hosting contract 2.1, 2.7)."""
    request = ping()

    assert ("GET", "/ping", PLATFORM, b"") == (request.method, request.path, request.headers, request.body)


def test_lone_container_gets_everything() -> None:
    """The only container gets the client's body and every header that InvokeEndpoint knows (3.13, 3.14)."""
    request = request_for(FULL, previous=None, last=True, rules=RULES)

    assert ("POST", "/invocations", b"1,2") == (request.method, request.path, request.body)
    assert {
        **PLATFORM,
        "Content-Type": "text/csv; header=absent",
        "Accept": "application/json",
        **ATTRIBUTES,
    } == request.headers


def test_headers_not_sent_are_not_made_up() -> None:
    """Without Content-Type and Accept from the client the container sees neither (3.16)."""
    assert PLATFORM == request_for(Invocation(body=b""), previous=None, last=True, rules=RULES).headers


def test_empty_header_is_still_a_header() -> None:
    """A header that the client sent empty is passed on empty."""
    request = request_for(Invocation(body=b"", content_type="", accept=""), previous=None, last=True, rules=RULES)

    assert {**PLATFORM, "Content-Type": "", "Accept": ""} == request.headers


def test_absent_content_type_may_become_octet_stream() -> None:
    """The rule `absent_content_type` names what a container sees for no type (3.16)."""
    rules = HostingRules(absent_content_type="application/octet-stream")

    assert {**PLATFORM, "Content-Type": "application/octet-stream"} == request_for(
        Invocation(body=b""), previous=None, last=True, rules=rules
    ).headers


def test_first_of_chain_does_not_get_accept() -> None:
    """The client's Accept is kept from every container but the last (4.4)."""
    request = request_for(FULL, previous=None, last=False, rules=RULES)

    assert {**PLATFORM, "Content-Type": "text/csv; header=absent", **ATTRIBUTES} == request.headers


def test_later_container_gets_previous_reply() -> None:
    """Body and Content-Type of a reply go on verbatim with all parameters; its other headers do not (4.2, 4.3)."""
    request = request_for(FULL, previous=PREVIOUS, last=True, rules=RULES)

    assert b"3,4" == request.body
    assert {
        **PLATFORM,
        "Content-Type": "text/csv; charset=utf-8",
        "Accept": "application/json",
        **ATTRIBUTES,
    } == request.headers


def test_untyped_reply_goes_on_untyped() -> None:
    """A reply without a type makes a request without one, not with the client's."""
    rules = HostingRules(absent_content_type="application/octet-stream", attributes_to="first")

    assert {**PLATFORM, "Accept": "application/json"} == request_for(
        FULL, previous=HttpReply(status=200), last=True, rules=rules
    ).headers


def test_intermediate_accept_may_be_anything() -> None:
    """The rule `intermediate_accept` gives containers before the last `*/*` (4.4)."""
    rules = HostingRules(intermediate_accept="*/*")
    accepts = [
        request_for(FULL, previous=previous, last=last, rules=rules).headers["Accept"]
        for previous, last in ((None, False), (PREVIOUS, False), (PREVIOUS, True))
    ]

    assert ["*/*", "*/*", "application/json"] == accepts


@pytest.mark.parametrize(("rules", "seen"), [(RULES, ATTRIBUTES), (HostingRules(attributes_to="first"), {})])
def test_attributes_go_to(rules: HostingRules, seen: dict[str, str]) -> None:
    """Custom attributes, inference id and session id go to all containers, or by rule to the first only (4.5)."""
    headers = request_for(FULL, previous=PREVIOUS, last=False, rules=rules).headers

    assert {**PLATFORM, "Content-Type": "text/csv; charset=utf-8", **seen} == headers


def test_client_sees_three_headers() -> None:
    """Type, custom attributes and sessions come back; every other header of a container is dropped (3.17)."""
    last = HttpReply(
        status=201,
        headers={
            "content-type": "text/html; charset=utf-8",
            "x-amzn-sagemaker-custom-attributes": "a=b",
            "x-amzn-sagemaker-session-id": "s-1; Expires=2030-01-01T00:00:00Z",
            "x-amzn-sagemaker-closed-session-id": "s-0",
            "cache-control": "no-store",
        },
        body=b"\x00\xff",
    )
    reply = reply_from(last, variant="AllTraffic", trace=Trace())

    assert (b"\x00\xff", "text/html; charset=utf-8", "AllTraffic") == (
        reply.body,
        reply.content_type,
        reply.invoked_production_variant,
    )
    assert ("a=b", "s-1; Expires=2030-01-01T00:00:00Z", "s-0") == (
        reply.custom_attributes,
        reply.new_session_id,
        reply.closed_session_id,
    )
