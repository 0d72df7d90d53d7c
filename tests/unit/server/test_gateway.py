"""One address for AWS: whose a request is, and the control plane in AWS JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from threading import Event
from typing import Any

import pytest
import requests
from botocore.exceptions import ClientError

from emulator.adapters.clock import MonotonicClock
from emulator.testing import Answer, Script

SECONDS = 10
SIGNATURE = (
    "AWS4-HMAC-SHA256 Credential=byoc/20260101/us-east-1/{}/aws4_request, SignedHeaders=host, Signature=" + "0" * 64
)


def signed(service: str = "sagemaker", **more: str) -> dict[str, str]:
    """Headers of a request that is signed for a service."""
    return {"Authorization": SIGNATURE.format(service), "X-Amz-Date": "20260101T000000Z", **more}


def post(url: str, target: str, body: bytes, headers: Mapping[str, str] | None = None) -> requests.Response:
    """A control plane request."""
    given = {**signed(), "X-Amz-Target": target, **(headers or {})}
    return requests.post(url, data=body, headers=given, timeout=SECONDS)


def code_of(client: Any, operation: str, **request: Any) -> tuple[str, int]:
    """The error code and status that boto3 raises."""
    with pytest.raises(ClientError) as caught:
        getattr(client, operation)(**request)
    return caught.value.response["Error"]["Code"], caught.value.response["ResponseMetadata"]["HTTPStatusCode"]


def test_services_beside_sagemaker_answer(start: Any) -> None:
    """S3, STS, ECR, IAM and CloudWatch Logs work at the same address."""
    aws = start()
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="models")
    s3.put_object(Bucket="models", Key="a/b%2Fc d.bin", Body=bytes(100_000), Metadata={"my_key": "1"})
    found = s3.get_object(Bucket="models", Key="a/b%2Fc d.bin")

    assert (bytes(100_000), {"my_key": "1"}) == (found["Body"].read(), found["Metadata"])
    assert "123456789012" == aws.client("sts").get_caller_identity()["Account"]
    assert [] == aws.client("ecr").describe_repositories()["repositories"]
    assert [] == aws.client("iam").list_groups()["Groups"]
    assert [] == aws.client("logs").describe_log_groups(logGroupNamePrefix="/none")["logGroups"]


def test_error_of_another_service_is_its_own(start: Any) -> None:
    """What moto refuses is answered as moto answers it."""
    assert ("NoSuchBucket", 404) == code_of(start().client("s3"), "list_objects_v2", Bucket="nobody-has-it")


@pytest.mark.parametrize(
    ("service", "operation", "request_"),
    [
        ("iam", "simulate_principal_policy", {"PolicySourceArn": "arn:aws:iam::1:role/a", "ActionNames": ["a:b"]}),
        ("logs", "get_log_fields", {"dataSourceName": "a", "dataSourceType": "b"}),
    ],
    ids=["query", "JSON"],
)
def test_what_another_service_lacks_is_an_error_boto3_reads(
    start: Any, service: str, operation: str, request_: dict[str, Any]
) -> None:
    """An operation that moto does not have is NotImplemented, in the service's own protocol."""
    assert ("NotImplemented", 501) == code_of(start().client(service), operation, **request_)


def test_upload_of_unknown_length_arrives(start: Any) -> None:
    """A chunked body reaches the other services whole."""
    url = start().url
    requests.put(f"{url}/chunks", headers=signed("s3"), timeout=SECONDS)
    requests.put(f"{url}/chunks/x", data=iter([b"one ", b"two"]), headers=signed("s3"), timeout=SECONDS)

    assert b"one two" == requests.get(f"{url}/chunks/x", headers=signed("s3"), timeout=SECONDS).content


def test_answer_is_aws_json(start: Any) -> None:
    """A result has the protocol's content type, a request id, and times as seconds since 1970."""
    aws = start(Script())
    answer = post(aws.url, "SageMaker.DescribeEndpoint", b'{"EndpointName": "iris"}')
    created = datetime.fromtimestamp(answer.json()["CreationTime"], timezone.utc)

    assert (200, "application/x-amz-json-1.1") == (answer.status_code, answer.headers["Content-Type"])
    assert 36 == len(answer.headers["x-amzn-RequestId"])
    assert abs(datetime.now(timezone.utc) - created) < timedelta(minutes=1)


def test_boto3_reads_times(start: Any) -> None:
    """boto3 makes datetimes of them."""
    model = start(Script()).client("sagemaker").describe_model(ModelName="iris")

    assert isinstance(model["CreationTime"], datetime)


def test_fault_is_aws_json(start: Any) -> None:
    """A fault has its type and text in the body, and its status."""
    answer = post(start().url, "SageMaker.DescribeModel", b'{"ModelName": "nobody"}')

    assert (400, "application/x-amz-json-1.1") == (answer.status_code, answer.headers["Content-Type"])
    assert {
        "__type": "ValidationException",
        "message": 'Could not find model "arn:aws:sagemaker:us-east-1:123456789012:model/nobody".',
    } == answer.json()


@pytest.mark.parametrize(
    ("operation", "request_", "code", "status"),
    [
        ("describe_endpoint", {"EndpointName": "nobody"}, "ValidationException", 400),
        ("list_apps", {}, "NotImplemented", 501),
    ],
    ids=["unknown endpoint", "not emulated"],
)
def test_boto3_reads_a_fault(start: Any, operation: str, request_: dict[str, str], code: str, status: int) -> None:
    """boto3 raises ClientError with AWS's code; what moto would make up is refused."""
    assert (code, status) == code_of(start().client("sagemaker"), operation, **request_)


@pytest.mark.parametrize(
    ("target", "body", "code"),
    [
        ("SageMaker.CreateModle", b"{}", "UnknownOperationException"),
        ("SageMaker.", b"{}", "UnknownOperationException"),
        ("DynamoDB_20120810.ListTables", b"{}", "UnknownOperationException"),
        ("", b"{}", "UnknownOperationException"),
        ("SageMaker.ListModels", b"{", "SerializationException"),
        ("SageMaker.ListModels", b"\xff", "SerializationException"),
        ("SageMaker.ListModels", b"[]", "SerializationException"),
        ("SageMaker.ListModels", b"[" * 100_000, "SerializationException"),
        ("SageMaker.ListModels", b'{"MaxResults": NaN}', "SerializationException"),
        ("SageMaker.CreateModel", b'{"ModelName": 1}', "ValidationException"),
    ],
    ids=["misspelt", "empty name", "another service", "none", "cut", "not UTF-8", "list", "deep", "NaN", "wrong type"],
)
def test_request_that_makes_no_sense(start: Any, target: str, body: bytes, code: str) -> None:
    """Unknown targets and bodies that are no JSON object are told apart, and are 400."""
    answer = post(start().url, target, body)

    assert (400, code) == (answer.status_code, answer.json()["__type"])


def test_no_body_is_an_empty_request(start: Any) -> None:
    """A request without a body asks for nothing in particular."""
    assert {"Models": []} == post(start().url, "SageMaker.ListModels", b"").json()


def test_large_control_request_is_refused(start: Any) -> None:
    """No control plane request is larger than a payload."""
    answer = post(start().url, "SageMaker.ListModels", bytes(6_291_457))

    assert (413, "RequestEntityTooLargeException") == (answer.status_code, answer.json()["__type"])


@pytest.mark.parametrize("path", ["/nowhere", "/endpoints/iris", "/endpoints//invocations"])
def test_other_paths_of_sagemaker_are_refused(start: Any, path: str) -> None:
    """What is signed for SageMaker and is neither control plane nor runtime never reaches moto."""
    answer = requests.post(start().url + path, headers=signed(), timeout=SECONDS)

    assert (404, "UnknownOperationException") == (answer.status_code, answer.headers["x-amzn-ErrorType"])


def test_bucket_may_be_called_endpoints(start: Any) -> None:
    """A path of the runtime that is signed for S3 is S3's."""
    url = start().url
    requests.put(f"{url}/endpoints", headers=signed("s3"), timeout=SECONDS)
    requests.put(f"{url}/endpoints/a/invocations", data=b"1", headers=signed("s3"), timeout=SECONDS)

    assert b"1" == requests.get(f"{url}/endpoints/a/invocations", headers=signed("s3"), timeout=SECONDS).content


def test_waiter_returns_with_the_endpoint(start: Any) -> None:
    """With a long poll, `endpoint_in_service` does not sleep 30 s for an endpoint that takes a moment."""
    aws = start(Script(ping=(Answer(status=503), Answer())), deploy=False)
    clock = MonotonicClock()
    began = clock.now()
    aws.deploy("image-1")

    assert clock.now() - began < 10
    assert "InService" == aws.client("sagemaker").describe_endpoint(EndpointName="iris")["EndpointStatus"]


def test_long_poll_lets_others_pass(start: Any) -> None:
    """While many wait for an endpoint that does not come, other requests are answered."""
    aws = start(Script(ping=Answer(status=503)), deploy=False)
    aws.deploy("image-1", wait=False)
    describe = b'{"EndpointName": "iris"}'
    with ThreadPoolExecutor(30) as pool:
        waiting = [pool.submit(post, aws.url, "SageMaker.DescribeEndpoint", describe) for _ in range(30)]
        answers = [post(aws.url, "SageMaker.ListModels", b"{}").status_code for _ in range(30)]

        assert [200] * 30 == answers
        assert not any(each.done() for each in waiting)
        for each in aws.runtime.containers:
            each.script = Script()
        assert {"InService"} == {each.result().json()["EndpointStatus"] for each in waiting}


def test_without_long_poll_the_answer_is_at_once(start: Any) -> None:
    """By default DescribeEndpoint tells a transient status, as on AWS."""
    held = Event()
    aws = start(Script(ping=lambda request: (held.wait(SECONDS), Answer())[1]), deploy=False, long_poll_seconds=0)
    aws.deploy("image-1", wait=False)
    status = aws.client("sagemaker").describe_endpoint(EndpointName="iris")["EndpointStatus"]
    held.set()

    assert "Creating" == status


def test_bug_of_ours_is_a_plain_500(start: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception that nobody thought of is an InternalFailure, and the server lives on."""
    from emulator.server.control_plane import ControlPlane

    def broken(*_: object) -> dict[str, Any]:
        raise ZeroDivisionError("a bug")

    aws = start()
    with monkeypatch.context() as patch:
        patch.setattr(ControlPlane, "call", broken)
        answer = post(aws.url, "SageMaker.ListModels", b"{}")

    assert (500, "InternalFailure") == (answer.status_code, json.loads(answer.content)["__type"])
    assert 200 == post(aws.url, "SageMaker.ListModels", b"{}").status_code
