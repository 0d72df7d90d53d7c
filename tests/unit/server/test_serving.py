"""An endpoint behind a real socket, asked by requests and by boto3."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import botocore.config
import botocore.exceptions
import pytest
import requests

from emulator.assemble import wooden_session
from emulator.errors import UsageError
from emulator.local import serve_endpoint
from emulator.model.hosting import ContainerDefinition, Model
from emulator.model.rules import HostingRules
from emulator.server.serve import listening
from emulator.testing import Answer, Script, ScriptedRuntime

SECONDS = 10


@contextmanager
def served(*scripts: Script, rules: HostingRules | None = None) -> Iterator[tuple[str, ScriptedRuntime]]:
    """The address of an endpoint `iris` of these scripts, and their runtime."""
    runtime = ScriptedRuntime({f"i{n}": script for n, script in enumerate(scripts)})
    model = Model(containers=tuple(map(ContainerDefinition, runtime.images)))
    with (
        wooden_session(runtime, rules=rules) as session,
        session.endpoint(model, name="iris") as endpoint,
        serve_endpoint(session, endpoint) as address,
    ):
        yield address, runtime


@contextmanager
def client_of(address: str) -> Iterator[Any]:
    """boto3's client, as users make it."""
    made = boto3.client(
        "sagemaker-runtime",
        endpoint_url=address,
        region_name="us-east-1",
        aws_access_key_id="byoc",
        aws_secret_access_key="byoc",
        config=botocore.config.Config(retries={"total_max_attempts": 1}, read_timeout=SECONDS),
    )
    try:
        yield made
    finally:
        made.close()


ECHO = Script(
    invocations=lambda request: Answer(
        body=request.body,
        headers={
            "Content-Type": request.headers.get("Content-Type", "none"),
            "X-Amzn-SageMaker-Custom-Attributes": request.headers.get("X-Amzn-SageMaker-Custom-Attributes", "none"),
            "X-Own": "1",
            "Cache-Control": "no-store",
        },
    )
)


def test_curl_needs_two_paths() -> None:
    """The container's own two paths work at the endpoint's address, for whoever has no SDK at hand."""
    with served(ECHO) as (address, _):
        ping = requests.get(f"{address}/ping", timeout=SECONDS)
        reply = requests.post(f"{address}/invocations", data=b"1", headers={"Content-Type": "a/b"}, timeout=SECONDS)

    assert (200, b"") == (ping.status_code, ping.content)
    assert (200, b"1", "a/b") == (reply.status_code, reply.content, reply.headers["Content-Type"])


def test_only_awss_headers_come_back() -> None:
    """Of the container's headers the client sees those that AWS passes on (hosting contract 3.17)."""
    with served(ECHO) as (address, _):
        headers = requests.post(f"{address}/invocations", data=b"1", timeout=SECONDS).headers

    assert {"X-Own", "Cache-Control"} & set(headers) == set()
    assert ("AllTraffic", "none") == (
        headers["x-Amzn-Invoked-Production-Variant"],
        headers["X-Amzn-SageMaker-Custom-Attributes"],
    )


def test_only_known_headers_go_in() -> None:
    """Signature, agent and headers of the client's own never reach the container (3.14)."""
    with served(ECHO) as (address, runtime), client_of(address) as client:
        client.invoke_endpoint(EndpointName="iris", Body=b"1", ContentType="text/csv", Accept="a/b", InferenceId="i")
        (seen,) = runtime.containers[0].invocations

    assert {
        "Host": "model.aws.local:8080",
        "User-Agent": "AHC/2.0",
        "Content-Type": "text/csv",
        "Accept": "a/b",
        "X-Amzn-SageMaker-Inference-Id": "i",
        "Content-Length": "1",
    } == seen.headers


def test_boto3_reads_the_reply() -> None:
    """boto3 sees the body, its type, the variant and the custom attributes."""
    with served(ECHO) as (address, _), client_of(address) as client:
        reply = client.invoke_endpoint(
            EndpointName="iris", Body=b"\x00\xff", ContentType="text/csv; charset=utf-8", CustomAttributes="a=1"
        )
        body = reply["Body"].read()

    assert (b"\x00\xff", "text/csv; charset=utf-8", "AllTraffic", "a=1") == (
        body,
        reply["ContentType"],
        reply["InvokedProductionVariant"],
        reply["CustomAttributes"],
    )


def test_largest_payload_passes_the_socket() -> None:
    """6,291,456 bytes go in and come back through boto3, the server and the container (3.12)."""
    body = bytes(6_291_456)
    with served(ECHO) as (address, _), client_of(address) as client:
        reply = client.invoke_endpoint(EndpointName="iris", Body=body)

        assert body == reply["Body"].read()


def fault_of(client: Any, name: str = "iris", body: bytes = b"1") -> Any:
    """The fault that boto3 raises."""
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        client.invoke_endpoint(EndpointName=name, Body=body)
    return caught.value


def test_boto3_reads_a_model_error() -> None:
    """Each member of a ModelError arrives under its name in boto3's exception (3.8)."""
    bad = Script(invocations=Answer(status=415, body=b"not csv"))
    with served(ECHO, bad) as (address, _), client_of(address) as client:
        fault = fault_of(client)
        kind = type(fault)

        assert client.exceptions.ModelError is kind
    response = fault.response
    assert (424, "ModelError") == (response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Code"])
    assert response["Error"]["Message"].startswith(
        'Received client error (415) from container-2 with message "not csv". See https://us-east-1.console.aws.'
    )
    assert (415, "not csv", "arn:aws:logs:us-east-1:123456789012:log-group:/aws/sagemaker/Endpoints/iris") == (
        response["OriginalStatusCode"],
        response["OriginalMessage"],
        response["LogStreamArn"],
    )


def test_boto3_reads_a_timeout() -> None:
    """A container that is too slow is a ModelError of status 0, in AWS's words (3.3)."""
    slow = Script(invocations=Answer(delay=30))
    with served(slow, rules=HostingRules(invocation_seconds=0.1)) as (address, _), client_of(address) as client:
        fault = fault_of(client)

    assert 0 == fault.response["OriginalStatusCode"]
    assert "Your invocation timed out while waiting for a response from container primary." in str(fault)


@pytest.mark.parametrize(
    ("name", "size", "message"),
    [
        ("gone", 1, "Endpoint gone of account 123456789012 not found."),
        ("Iris", 1, "Endpoint Iris of account 123456789012 not found."),
        ("iris", 6_291_457, "Request of 6291457 bytes to endpoint iris has oversize body."),
    ],
    ids=["unknown", "case", "oversize"],
)
def test_boto3_reads_a_validation_error(name: str, size: int, message: str) -> None:
    """An unknown endpoint, by its exact name, and a body too large are ValidationError (3.9, 3.10, 6.1)."""
    with served(ECHO) as (address, _), client_of(address) as client:
        fault = fault_of(client, name, bytes(size))

    assert (400, "ValidationError", message) == (
        fault.response["ResponseMetadata"]["HTTPStatusCode"],
        fault.response["Error"]["Code"],
        fault.response["Error"]["Message"],
    )


def test_many_clients_at_once() -> None:
    """Slow invocations do not wait for each other."""
    from concurrent.futures import ThreadPoolExecutor

    slow = Script(invocations=lambda request: Answer(body=request.body, delay=0.2))
    with served(slow) as (address, _), ThreadPoolExecutor(20) as pool:
        replies = list(
            pool.map(
                lambda n: requests.post(f"{address}/invocations", data=str(n).encode(), timeout=SECONDS), range(20)
            )
        )

    assert [str(n) for n in range(20)] == [each.text for each in replies]
    assert max(each.elapsed.total_seconds() for each in replies) < 20 * 0.2


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/invocations", 405), ("GET", "/nowhere", 404)])
def test_what_nobody_answers(method: str, path: str, status: int) -> None:
    """Other paths and methods are refused by the server itself."""
    with served(ECHO) as (address, _):
        assert status == requests.request(method, address + path, timeout=SECONDS).status_code


def test_taken_port_is_told() -> None:
    """A port that is in use is a usage error with what to do."""
    with served(ECHO) as (address, _):
        port = int(address.rpartition(":")[2])
        with pytest.raises(UsageError) as caught, listening(port=port):
            pass

    assert (
        f"Cannot listen on 127.0.0.1:{port}.\n"
        "why: Address already in use\n"
        "fix: choose another --port, or 0 for a free one"
    ) == str(caught.value)


def test_address_is_free_again() -> None:
    """The port is closed when the `with` ends."""
    with served(ECHO) as (address, _):
        pass
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{address}/ping", timeout=SECONDS)
