"""InvokeEndpoint over HTTP: every header, every limit, every way to fail."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
from botocore.exceptions import ClientError

from emulator.model.rules import HostingRules
from emulator.testing import DROPPED, Answer, Exit, Script

ECHO = Script(
    invocations=lambda request: Answer(
        body=request.body,
        headers={
            "Content-Type": request.headers.get("Content-Type", "none"),
            "X-Amzn-SageMaker-Custom-Attributes": request.headers.get("X-Amzn-SageMaker-Custom-Attributes", "none"),
            "X-Amzn-SageMaker-Session-Id": "s1; Expires=2030-01-01T00:00:00Z",
            "X-Amzn-SageMaker-Closed-Session-Id": "s0",
            "X-Own": "1",
        },
    )
)
SIGNED = {
    "Authorization": "AWS4-HMAC-SHA256 Credential=byoc/20260101/us-east-1/sagemaker/aws4_request, SignedHeaders=host, "
    "Signature=0",
    "X-Amz-Date": "20260101T000000Z",
}
SECONDS = 10


def refused(client: Any, **request: Any) -> dict[str, Any]:
    """The response with which boto3 raises."""
    with pytest.raises(ClientError) as caught:
        client.invoke_endpoint(**{"EndpointName": "iris", "Body": b"1", **request})
    response: dict[str, Any] = caught.value.response
    return response


def test_reply_has_all_members(start: Any) -> None:
    """The container's body and headers arrive under the names of the API, and no other header of it."""
    client = start(ECHO).client("sagemaker-runtime")
    reply = client.invoke_endpoint(
        EndpointName="iris", Body=b"\x00\xff", ContentType="text/csv", CustomAttributes="a=1"
    )

    assert b"\x00\xff" == reply["Body"].read()
    assert ("text/csv", "blue", "a=1") == (
        reply["ContentType"],
        reply["InvokedProductionVariant"],
        reply["CustomAttributes"],
    )
    assert ("s1; Expires=2030-01-01T00:00:00Z", "s0") == (reply["NewSessionId"], reply["ClosedSessionId"])
    assert 36 == len(reply["ResponseMetadata"]["RequestId"])
    assert "x-own" not in reply["ResponseMetadata"]["HTTPHeaders"]


def test_container_sees_what_the_api_passes_on(start: Any) -> None:
    """Headers of the API go in under their own names; signature, agent and others do not (3.14)."""
    aws = start(ECHO)
    aws.client("sagemaker-runtime").invoke_endpoint(
        EndpointName="iris",
        Body=b"1",
        ContentType="text/csv",
        Accept="a/b",
        InferenceId="i 1",
        SessionId="NEW_SESSION",
        TargetVariant="blue",
    )
    (seen,) = aws.runtime.containers[0].invocations

    assert {
        "Host": "model.aws.local:8080",
        "User-Agent": "AHC/2.0",
        "Content-Type": "text/csv",
        "Accept": "a/b",
        "X-Amzn-SageMaker-Inference-Id": "i 1",
        "X-Amzn-SageMaker-Session-Id": "NEW_SESSION",
        "Content-Length": "1",
    } == seen.headers


def test_chain_is_passed_in_order(start: Any) -> None:
    """Through the gateway a pipeline works as it does without."""
    one = Script(invocations=lambda request: Answer(body=request.body + b"1"))
    two = Script(invocations=lambda request: Answer(body=request.body + b"2"))
    reply = start(one, two).client("sagemaker-runtime").invoke_endpoint(EndpointName="iris", Body=b"0")

    assert b"012" == reply["Body"].read()


def test_largest_payload_passes(start: Any) -> None:
    """6,291,456 bytes go in and come back (3.12)."""
    body = bytes(range(256)) * 24576
    reply = start(ECHO).client("sagemaker-runtime").invoke_endpoint(EndpointName="iris", Body=body)

    assert body == reply["Body"].read()


def test_larger_payload_is_refused_before_it_is_read(start: Any) -> None:
    """One byte more is a ValidationError, and no container is asked."""
    aws = start(ECHO)
    response = refused(aws.client("sagemaker-runtime"), Body=bytes(6_291_457))

    assert {
        "Code": "ValidationError",
        "Message": "Request of 6291457 bytes to endpoint iris has oversize body.",
    } == response["Error"]
    assert [] == aws.runtime.containers[0].invocations


def test_larger_payload_of_unknown_length_is_refused(start: Any) -> None:
    """A chunked body is read up to the limit, and then refused."""
    url = start(ECHO, rules=HostingRules(payload_bytes=1000)).url
    chunks = (bytes(400) for _ in range(4))
    answer = requests.post(f"{url}/endpoints/iris/invocations", data=chunks, headers=SIGNED, timeout=SECONDS)

    assert 400 == answer.status_code
    assert re.fullmatch(r"Request of .* bytes to endpoint iris has oversize body\.", answer.json()["Message"])


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        (
            {"EndpointName": "a_b"},
            (
                "1 validation error detected: Value 'a_b' at 'endpointName' failed to satisfy constraint: Member must "
                "satisfy regular expression pattern: ^[a-zA-Z0-9](-*[a-zA-Z0-9])*"
            ),
        ),
        (
            {"TargetVariant": "x" * 64},
            (
                f"1 validation error detected: Value '{'x' * 64}' at 'targetVariant' failed to satisfy constraint: "
                "Member must have length less than or equal to 63"
            ),
        ),
        (
            {"TargetVariant": "a_b", "InferenceId": "x" * 65},
            (
                "2 validation errors detected: Value 'a_b' at 'targetVariant' failed to satisfy constraint: Member "
                "must satisfy regular expression pattern: ^[a-zA-Z0-9](-*[a-zA-Z0-9])*; "
                f"Value '{'x' * 65}' at 'inferenceId' failed to satisfy constraint: Member must have length less than "
                "or equal to 64"
            ),
        ),
        ({"EndpointName": "nobody"}, "Endpoint nobody of account 123456789012 not found."),
        ({"EndpointName": "Iris"}, "Endpoint Iris of account 123456789012 not found."),
        ({"TargetVariant": "green"}, "Endpoint iris has no production variant green."),
        (
            {"TargetModel": "a.tar.gz"},
            "Endpoint iris is not a multi-model endpoint and does not support target model header.",
        ),
        (
            {"TargetContainerHostname": "c"},
            (
                "Endpoint iris is not a direct invocation multi-container endpoint and does not support target "
                "container hostname header."
            ),
        ),
        (
            {"InferenceComponentName": "c"},
            (
                "Inference Component Name header is not allowed for endpoints to which you dont plan to deploy "
                "inference components."
            ),
        ),
        (
            {"EnableExplanations": "`true`"},
            "Endpoint iris has no explainer and does not support enable explanations header.",
        ),
    ],
    ids=[
        "name pattern",
        "length",
        "two at once",
        "unknown endpoint",
        "exact case",
        "unknown variant",
        "target model",
        "target container",
        "inference component",
        "explanations",
    ],
)
def test_bad_parameter_is_refused(start: Any, parameters: dict[str, str], message: str) -> None:
    """What an endpoint of this kind does not take is a ValidationError in AWS's words (3.10, 3.13)."""
    response = refused(start(ECHO).client("sagemaker-runtime"), **parameters)

    assert {"Code": "ValidationError", "Message": message} == response["Error"]
    assert 400 == response["ResponseMetadata"]["HTTPStatusCode"]


def test_refused_target_model_has_an_error_code(start: Any) -> None:
    """The answer names the rule as AWS does (3.10)."""
    headers = {**SIGNED, "X-Amzn-SageMaker-Target-Model": "m"}
    answer = requests.post(f"{start(ECHO).url}/endpoints/iris/invocations", headers=headers, timeout=SECONDS)

    assert "TARGET_MODEL_HEADER_NOT_SUPPORTED" == answer.json()["ErrorCode"]


def test_header_beyond_ascii_is_refused(start: Any) -> None:
    """A header that is no ASCII is refused, not sent on."""
    headers: dict[str, Any] = {**SIGNED, "Accept": "caf\u00e9".encode("latin-1")}
    answer = requests.post(f"{start(ECHO).url}/endpoints/iris/invocations", headers=headers, timeout=SECONDS)

    assert (400, "ValidationError") == (answer.status_code, answer.headers["x-amzn-ErrorType"])
    assert (
        "at 'accept' failed to satisfy constraint: Member must satisfy regular expression pattern: \\p{ASCII}*"
        in (answer.json()["Message"])
    )


def test_unknown_header_is_passed_over(start: Any) -> None:
    """A header that the API does not know changes nothing."""
    headers = {**SIGNED, "X-Amzn-SageMaker-New-Fashion": "a ,;", "X-Own": "1"}
    answer = requests.post(f"{start(ECHO).url}/endpoints/iris/invocations", data=b"1", headers=headers, timeout=SECONDS)

    assert (200, b"1") == (answer.status_code, answer.content)


def test_model_error_has_all_members(start: Any) -> None:
    """A container's error is 424 with every member of ModelError (3.6, 3.8)."""
    client = start(ECHO, Script(invocations=Answer(status=415, body=b"not csv"))).client("sagemaker-runtime")
    response = refused(client)

    assert (424, "ModelError") == (response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Code"])
    assert 'Received client error (415) from container-2 with message "not csv".' in response["Error"]["Message"]
    assert (415, "not csv", "arn:aws:logs:us-east-1:123456789012:log-group:/aws/sagemaker/Endpoints/iris") == (
        response["OriginalStatusCode"],
        response["OriginalMessage"],
        response["LogStreamArn"],
    )


def test_model_error_as_it_is_on_the_wire(start: Any) -> None:
    """The type stands in a header, the code in the body."""
    url = start(Script(invocations=Answer(status=500))).url
    answer = requests.post(f"{url}/endpoints/iris/invocations", data=b"1", headers=SIGNED, timeout=SECONDS)

    assert ("ModelError", "INTERNAL_FAILURE_FROM_MODEL") == (
        answer.headers["x-amzn-ErrorType"],
        json.loads(answer.content)["ErrorCode"],
    )


@pytest.mark.parametrize(
    ("act", "text"),
    [
        (DROPPED, "Amazon SageMaker could not get a response from the iris endpoint."),
        (Exit(code=1), "Amazon SageMaker could not get a response from the iris endpoint."),
        (Answer(delay=30), "Your invocation timed out while waiting for a response from container primary."),
    ],
    ids=["dropped", "exit", "slow"],
)
def test_silent_container_is_a_model_error(start: Any, act: Any, text: str) -> None:
    """No answer, or one too late, is a ModelError of status 0 (3.3, 3.4)."""
    rules = HostingRules(invocation_seconds=0.3)
    response = refused(start(Script(invocations=act), rules=rules).client("sagemaker-runtime"))

    assert 0 == response["OriginalStatusCode"]
    assert text in response["OriginalMessage"]


def test_hostile_reply_header_is_tamed(start: Any) -> None:
    """Control characters in a container's header do not reach the client."""
    kind = b"HTTP/1.1 200 OK\r\nContent-Type: a\x01b\r\nContent-Length: 1\r\n\r\n1"
    from emulator.testing import Raw

    reply = (
        start(Script(invocations=Raw(pieces=[kind])))
        .client("sagemaker-runtime")
        .invoke_endpoint(EndpointName="iris", Body=b"")
    )

    assert "ab" == reply["ContentType"]


def test_async_invocation_is_refused(start: Any) -> None:
    """InvokeEndpointAsync is not emulated, and says so."""
    client = start(ECHO).client("sagemaker-runtime")
    with pytest.raises(ClientError) as caught:
        client.invoke_endpoint_async(EndpointName="iris", InputLocation="s3://b/k")

    assert "NotImplemented" == caught.value.response["Error"]["Code"]
    assert "byoc-emulator does not emulate InvokeEndpointAsync." in str(caught.value)


def test_fifty_clients_lose_nothing(start: Any) -> None:
    """Fifty clients at once each get their own answers through a pipeline."""
    aws = start(ECHO, ECHO)
    client = aws.client("sagemaker-runtime")

    def ask(n: int) -> bytes:
        body: bytes = client.invoke_endpoint(EndpointName="iris", Body=b"%d" % n)["Body"].read()
        return body

    with ThreadPoolExecutor(50) as pool:
        assert [b"%d" % n for n in range(500)] == list(pool.map(ask, range(500)))
