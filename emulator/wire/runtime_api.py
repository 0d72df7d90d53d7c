"""InvokeEndpoint over HTTP: headers to an invocation, a reply or a fault to headers and body."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from emulator.errors import ModelError, ServiceFault
from emulator.model.message import Invocation, Reply
from emulator.wire.container_api import CLOSED_SESSION_ID, CUSTOM_ATTRIBUTES, INFERENCE_ID, SESSION_ID
from emulator.wire.runtime_request import HeaderNotSupported

INVOKED_VARIANT = "x-Amzn-Invoked-Production-Variant"
NEW_SESSION_ID = "X-Amzn-SageMaker-New-Session-Id"
ERROR_TYPE = "x-amzn-ErrorType"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An HTTP answer of the runtime service."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def invocation_from(headers: Mapping[str, str], body: bytes) -> Invocation:
    """The invocation that an HTTP request asks for; ``headers`` must not mind the case of a name."""
    return Invocation(
        body=body,
        content_type=headers.get("Content-Type"),
        accept=headers.get("Accept"),
        custom_attributes=headers.get(CUSTOM_ATTRIBUTES),
        inference_id=headers.get(INFERENCE_ID),
        session_id=headers.get(SESSION_ID),
    )


def answer_from(reply: Reply) -> Answer:
    """200 with the container's body; only the headers that AWS passes back (hosting contract 3.17)."""
    headers = {
        "Content-Type": reply.content_type,
        INVOKED_VARIANT: reply.invoked_production_variant,
        CUSTOM_ATTRIBUTES: reply.custom_attributes,
        NEW_SESSION_ID: reply.new_session_id,
        CLOSED_SESSION_ID: reply.closed_session_id,
    }
    return Answer(
        status=200, headers={name: value for name, value in headers.items() if value is not None}, body=reply.body
    )


def answer_from_fault(fault: ServiceFault) -> Answer:
    """The JSON error of a fault, with the header by which SDKs know its type (hosting contract 3.8)."""
    content: dict[str, object] = {"Message": fault.message}
    if isinstance(fault, HeaderNotSupported):
        content["ErrorCode"] = fault.error_code
    if isinstance(fault, ModelError):
        content = {
            "ErrorCode": fault.error_code,
            "LogStreamArn": fault.log_stream_arn,
            "Message": fault.message,
            "OriginalMessage": fault.original_message,
            "OriginalStatusCode": fault.original_status_code,
        }
    return Answer(
        status=int(fault.http_status),
        headers={"Content-Type": "application/json", ERROR_TYPE: fault.code},
        body=json.dumps(content).encode(),
    )
