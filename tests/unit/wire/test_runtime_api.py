"""InvokeEndpoint over HTTP, without a socket."""

from __future__ import annotations

import json

from emulator.errors import ModelError, ValidationError
from emulator.model.message import Invocation, Reply
from emulator.wire.runtime_api import answer_from, answer_from_fault, invocation_from


def test_known_headers_make_the_invocation() -> None:
    """Of a request only what InvokeEndpoint knows is taken (3.13, 3.14)."""
    headers = {
        "Content-Type": "text/csv",
        "Accept": "application/json",
        "X-Amzn-SageMaker-Custom-Attributes": "a",
        "X-Amzn-SageMaker-Inference-Id": "b",
        "X-Amzn-SageMaker-Session-Id": "c",
        "Authorization": "AWS4-HMAC-SHA256 …",
        "X-Own": "1",
    }

    assert Invocation(
        body=b"1",
        content_type="text/csv",
        accept="application/json",
        custom_attributes="a",
        inference_id="b",
        session_id="c",
    ) == invocation_from(headers, b"1")


def test_full_reply_has_all_headers() -> None:
    """A reply is 200 with the variant and what the container may tell the client (3.17)."""
    answer = answer_from(
        Reply(
            body=b"1",
            content_type="text/csv",
            invoked_production_variant="v",
            custom_attributes="a",
            new_session_id="s; Expires=2030-01-01T00:00:00Z",
            closed_session_id="t",
        )
    )

    assert (200, b"1") == (answer.status, answer.body)
    assert {
        "Content-Type": "text/csv",
        "x-Amzn-Invoked-Production-Variant": "v",
        "X-Amzn-SageMaker-Custom-Attributes": "a",
        "X-Amzn-SageMaker-New-Session-Id": "s; Expires=2030-01-01T00:00:00Z",
        "X-Amzn-SageMaker-Closed-Session-Id": "t",
    } == answer.headers


def test_bare_reply_has_one_header() -> None:
    """A header that the container did not set is not made up."""
    answer = answer_from(Reply(body=b"", content_type=None, invoked_production_variant="v"))

    assert {"x-Amzn-Invoked-Production-Variant": "v"} == answer.headers


def test_fault_is_json_with_its_type_in_a_header() -> None:
    """SDKs read a fault's type from a header and its text from the body (3.8)."""
    answer = answer_from_fault(ValidationError("Endpoint e of account 1 not found.", why="ours", fix="ours"))

    assert (400, {"Content-Type": "application/json", "x-amzn-ErrorType": "ValidationError"}) == (
        answer.status,
        answer.headers,
    )
    assert {"Message": "Endpoint e of account 1 not found."} == json.loads(answer.body)


def test_model_error_has_five_members() -> None:
    """A ModelError is 424 with the five members of AWS's JSON (3.8)."""
    error = ModelError(
        "Received …",
        error_code="CLIENT_ERROR_FROM_MODEL",
        original_status_code=415,
        original_message="no",
        log_stream_arn="arn",
        container="primary",
    )
    answer = answer_from_fault(error)

    assert (424, "ModelError") == (answer.status, answer.headers["x-amzn-ErrorType"])
    assert {
        "ErrorCode": "CLIENT_ERROR_FROM_MODEL",
        "LogStreamArn": "arn",
        "Message": "Received …",
        "OriginalMessage": "no",
        "OriginalStatusCode": 415,
    } == json.loads(answer.body)
