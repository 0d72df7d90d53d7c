"""Signatures: what is found wrong without knowing any secret."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import boto3
import botocore
import pytest
import requests
from botocore.config import Config
from botocore.exceptions import ClientError

from emulator.server.refusal import AccessDenied
from emulator.server.signature import require_signature, service_of

SCOPE = "byoc/20260101/eu-west-3/{}/aws4_request"
COMPLETE = f"AWS4-HMAC-SHA256 Credential={SCOPE}, SignedHeaders=host;x-amz-date, Signature=0"
DATE = {b"x-amz-date": b"20260101T000000Z"}
QUERY = (
    "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=byoc%2F20260101%2Fus-east-1%2F{}%2Faws4_request"
    "&X-Amz-Date=20260101T000000Z&X-Amz-SignedHeaders=host&X-Amz-Signature=0"
)
SECONDS = 10


def headers(authorization: str, more: Mapping[bytes, bytes] | None = None) -> dict[bytes, bytes]:
    """Headers as the server has them."""
    return {b"authorization": authorization.encode(), **(DATE if more is None else more)}


@pytest.mark.parametrize(
    ("given", "query", "service"),
    [
        (headers(COMPLETE.format("sagemaker")), "", "sagemaker"),
        (headers(COMPLETE.format("SageMaker")), "", "sagemaker"),
        (headers(COMPLETE.format("s3").replace(", ", ",")), "", "s3"),
        ({}, QUERY.format("s3"), "s3"),
        (headers(COMPLETE.format("s3")), QUERY.format("sagemaker"), "s3"),
        ({}, "", None),
        (headers("Basic Ynl0ZXM="), "", None),
        (headers("AWS4-HMAC-SHA256 Credential=byoc/20260101/s3/aws4_request"), "", None),
        ({}, "X-Amz-Credential=byoc", None),
    ],
    ids=["header", "case", "tight", "query", "both", "none", "basic", "short", "short query"],
)
def test_service_is_read_from_the_scope(given: dict[bytes, bytes], query: str, service: str | None) -> None:
    """The credential scope names the service, in the header or else in the query."""
    assert service == service_of(given, query.encode())


@pytest.mark.parametrize(
    ("given", "query"),
    [
        (headers(COMPLETE.format("sagemaker")), ""),
        (headers(COMPLETE.format("sagemaker"), {b"date": b"Thu, 01 Jan 2026 00:00:00 GMT"}), ""),
        ({}, QUERY.format("sagemaker")),
    ],
    ids=["x-amz-date", "date", "query"],
)
def test_complete_signature_passes(given: dict[bytes, bytes], query: str) -> None:
    """Whatever the key, the region and the signature itself."""
    require_signature(given, query.encode(), service="sagemaker")


@pytest.mark.parametrize(
    ("given", "query", "code", "text"),
    [
        ({}, "", "MissingAuthenticationTokenException", "Missing Authentication Token"),
        (
            headers("Bearer abc"),
            "",
            "IncompleteSignatureException",
            "Unsupported authorization type: 'Bearer'. Authorization=Bearer abc",
        ),
        (
            headers("AWS4-HMAC-SHA256 Credential=a", {}),
            "",
            "IncompleteSignatureException",
            (
                "Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' "
                "parameter. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. "
                "Authorization=AWS4-HMAC-SHA256 Credential=a"
            ),
        ),
        (
            headers("AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=0"),
            "",
            "IncompleteSignatureException",
            "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'a/b'.",
        ),
        (
            headers(COMPLETE.format("s3")),
            "",
            "InvalidSignatureException",
            "Credential should be scoped to correct service: 'sagemaker'.",
        ),
        (
            {},
            QUERY.format("sagemaker").replace("X-Amz-Date", "Date"),
            "IncompleteSignatureException",
            "AWS query-string parameters must include 'X-Amz-Date'.",
        ),
        (
            {},
            QUERY.format("sagemaker").replace("%2Faws4_request", ""),
            "IncompleteSignatureException",
            "Credential is not complete: 'byoc/20260101/us-east-1/sagemaker'.",
        ),
        (
            {},
            QUERY.format("s3"),
            "InvalidSignatureException",
            "Credential should be scoped to correct service: 'sagemaker'.",
        ),
    ],
    ids=["none", "bearer", "parts", "scope", "service", "query date", "query scope", "query service"],
)
def test_bad_signature_is_refused(given: dict[bytes, bytes], query: str, code: str, text: str) -> None:
    """Each thing that is missing or wrong has AWS's code and text, and 403."""
    with pytest.raises(AccessDenied) as caught:
        require_signature(given, query.encode(), service="sagemaker")

    assert (code, text, 403) == (caught.value.code, caught.value.message, caught.value.http_status)


def test_unsigned_client_is_refused(start: Any) -> None:
    """boto3 without a signature reads the refusal, on the control plane and at the runtime."""
    aws = start()
    unsigned = Config(signature_version=botocore.UNSIGNED, retries={"total_max_attempts": 1})
    seen = []
    for service, operation, request in (
        ("sagemaker", "list_models", {}),
        ("sagemaker-runtime", "invoke_endpoint", {"EndpointName": "iris", "Body": b"1"}),
    ):
        client = boto3.client(service, endpoint_url=aws.url, region_name="us-east-1", config=unsigned)
        with pytest.raises(ClientError) as caught:
            getattr(client, operation)(**request)
        seen.append((caught.value.response["Error"], caught.value.response["ResponseMetadata"]["HTTPStatusCode"]))
        client.close()

    missing = {"Code": "MissingAuthenticationTokenException", "Message": "Missing Authentication Token"}
    assert [(missing, 403)] * 2 == seen


def test_target_with_another_services_scope_is_refused(start: Any) -> None:
    """A SageMaker target that is signed for S3 is answered by SageMaker, not by S3."""
    given = {
        "Authorization": COMPLETE.format("s3"),
        "X-Amz-Date": "20260101T000000Z",
        "X-Amz-Target": "SageMaker.ListModels",
    }
    answer = requests.post(start().url, data=b"{}", headers=given, timeout=SECONDS)

    assert (403, "InvalidSignatureException") == (answer.status_code, answer.json()["__type"])


def test_presigned_invocation_works(start: Any) -> None:
    """A signature in the query is as good as one in the header."""
    from emulator.testing import Answer, Script

    url = start(Script(invocations=Answer(body=b"0.5"))).url
    answer = requests.post(f"{url}/endpoints/iris/invocations?{QUERY.format('sagemaker')}", data=b"1", timeout=SECONDS)

    assert (200, b"0.5") == (answer.status_code, answer.content)
