"""Endpoints elsewhere: what boto3 raises, in our words. No request leaves this machine."""

from __future__ import annotations

import io
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from botocore.response import StreamingBody
from botocore.stub import Stubber

from emulator.adapters.aws_endpoints import AwsEndpoints
from emulator.errors import ModelError, ServiceFault, UsageError
from emulator.model.message import Invocation
from emulator.model.recording import Stage

KEYS = {"aws_access_key_id": "a", "aws_secret_access_key": "b"}
ROW = Invocation(body=b"1,2", content_type="text/csv")
SENT = {"EndpointName": "e", "Body": b"1,2", "ContentType": "text/csv"}
DIGEST = "sha256:" + "1" * 64


@contextmanager
def stubbed(service: str) -> Iterator[tuple[AwsEndpoints, Stubber]]:
    """A client of AWS and its script; every answer of the script must have been asked for."""
    client = AwsEndpoints(endpoint_url=None, region="eu-west-1", credentials=KEYS)
    boto3_client = client._runtime if service == "sagemaker-runtime" else client._control
    with Stubber(boto3_client) as stub:
        yield client, stub
        stub.assert_no_pending_responses()


def test_an_answer_is_a_reply() -> None:
    """The body, its type and the variant are those of the answer, and headers that are not given are not sent."""
    body = StreamingBody(io.BytesIO(b"0.5"), 3)
    with stubbed("sagemaker-runtime") as (client, stub):
        stub.add_response("invoke_endpoint", {"Body": body, "ContentType": "text/csv"}, SENT)
        reply = client.invoke("e", ROW)

    assert (b"0.5", "text/csv") == (reply.body, reply.content_type)


def refused(code: str, message: str, status: int = 400, **members: Any) -> Exception:
    """What comes of this answer of AWS."""
    with stubbed("sagemaker-runtime") as (client, stub):
        stub.add_client_error("invoke_endpoint", code, message, status, modeled_fields=members or None)
        with pytest.raises((ServiceFault, UsageError)) as told:
            client.invoke("e", ROW)
    return told.value


def test_a_failing_container_is_a_model_error() -> None:
    """Its status and text are those that AWS tells."""
    fault = refused(
        "ModelError", "Received …", 424, OriginalStatusCode=503, OriginalMessage="busy", LogStreamArn="arn:x"
    )

    assert isinstance(fault, ModelError)
    assert (503, "busy", "arn:x") == (fault.original_status_code, fault.original_message, fault.log_stream_arn)
    assert "INTERNAL_FAILURE_FROM_MODEL" == fault.error_code


@pytest.mark.parametrize(
    ("code", "message", "what"),
    [
        ("ValidationError", "Endpoint e of account 1 not found.", "There is no endpoint e at AWS, region eu-west-1."),
        ("AccessDeniedException", "User may not", "AWS, region eu-west-1 does not let you invoke e."),
        ("ExpiredTokenException", "expired", "AWS, region eu-west-1 does not let you invoke e."),
    ],
)
def test_what_the_caller_can_mend_is_a_usage_error(code: str, message: str, what: str) -> None:
    """An endpoint that is not there, and credentials that do not do, are told with what to do."""
    told = refused(code, message)

    assert isinstance(told, UsageError)
    assert what == told.what
    assert told.fix


def test_what_aws_refuses_keeps_its_code() -> None:
    """Every other refusal is AWS's, with its code, status and text."""
    fault = refused("ServiceUnavailable", "later", 503)

    assert isinstance(fault, ServiceFault)
    assert ("ServiceUnavailable", 503, "later") == (fault.code, fault.http_status, fault.message)


def test_no_credentials_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without credentials nothing is sent, and without a region nothing either."""
    with pytest.raises(UsageError, match=r"e cannot be invoked\.") as told:
        AwsEndpoints(endpoint_url=None, region="eu-west-1").invoke("e", ROW)
    assert "Unable to locate credentials" in told.value.why
    assert "log in" in told.value.fix

    with pytest.raises(UsageError, match=r"AWS cannot be asked\.") as told:
        AwsEndpoints(endpoint_url=None, region=None, credentials=KEYS).invoke("e", ROW)
    assert "--region" in told.value.fix


def test_an_address_where_nothing_listens_is_told() -> None:
    """A connection that is refused names the address, and one that is none is told before it is tried."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        client = AwsEndpoints(endpoint_url=url, region="us-east-1", credentials=KEYS)
        with pytest.raises(UsageError) as told:
            client.invoke("e", ROW)
        assert () == client.stages("e")
        assert {} == client.log("e")

    assert f"{url} does not answer." == told.value.what
    with pytest.raises(UsageError, match=r"AWS cannot be asked\."):
        AwsEndpoints(endpoint_url="nonsense", region="us-east-1", credentials=KEYS).invoke("e", ROW)


class Web(BaseHTTPRequestHandler):
    """A web server that knows nothing of AWS."""

    def do_POST(self) -> None:
        self.send_response(404 if "invocations" in self.path else 200)
        self.end_headers()
        self.wfile.write(b"<html>Hello</html>")

    def log_message(self, *told: Any) -> None:
        """Says nothing."""


def test_an_address_that_is_not_aws_is_told() -> None:
    """A web server that answers something else is named, and nothing is known of its containers."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Web) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_address[1]}"
        client = AwsEndpoints(endpoint_url=url, region="us-east-1", credentials=KEYS)
        with pytest.raises(UsageError) as told:
            client.invoke("e", ROW)
        known = client.stages("e"), client.log("e")
        server.shutdown()

    assert f"{url} does not answer as SageMaker does." == told.value.what
    assert ((), {}) == known


def described(stub: Stubber, model: dict[str, Any], deployed: list[dict[str, Any]]) -> None:
    """The three answers that describe an endpoint with this model."""
    times = {"CreationTime": 1, "LastModifiedTime": 1}
    arn = "arn:aws:sagemaker:eu-west-1:123456789012:x/y-with-enough"
    variant = {"VariantName": "v", "DeployedImages": deployed}
    endpoint = {"EndpointName": "e", "EndpointArn": arn, "EndpointConfigName": "c", "EndpointStatus": "InService"}
    stub.add_response(
        "describe_endpoint", {**endpoint, **times, "ProductionVariants": [variant]}, {"EndpointName": "e"}
    )
    stub.add_response(
        "describe_endpoint_config",
        {
            "EndpointConfigName": "c",
            "EndpointConfigArn": arn,
            "CreationTime": 1,
            "ProductionVariants": [{"VariantName": "v", "ModelName": "m"}],
        },
        {"EndpointConfigName": "c"},
    )
    stub.add_response(
        "describe_model", {"ModelName": "m", "ModelArn": arn, "CreationTime": 1, **model}, {"ModelName": "m"}
    )


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ({"PrimaryContainer": {"Image": "r/i:1"}}, [("primary", "r/i:1", DIGEST)]),
        (
            {"Containers": [{"Image": "r/i:1"}, {"Image": "r/j:1"}]},
            [("container-1", "r/i:1", DIGEST), ("container-2", "r/j:1", "")],
        ),
        ({"Containers": [{"Image": "r/j:1", "ContainerHostname": "f"}]}, [("f", "r/j:1", "")]),
    ],
)
def test_an_endpoint_is_known_by_its_description(model: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    """Containers, images and digests come from the three Describe calls."""
    with stubbed("sagemaker") as (client, stub):
        described(stub, model, [{"SpecifiedImage": "r/i:1", "ResolvedImage": f"r/i@{DIGEST}"}])
        stages = client.stages("e")

    assert tuple(Stage(name=name, image=image, image_id=digest) for name, image, digest in expected) == stages


def test_who_may_not_describe_still_may_invoke() -> None:
    """A refused description leaves the containers unknown."""
    with stubbed("sagemaker") as (client, stub):
        stub.add_client_error("describe_endpoint", "AccessDeniedException", "no", 400)

        assert () == client.stages("e")
