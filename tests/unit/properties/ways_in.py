"""The two ways into an endpoint: the Python API, and AWS's own HTTP through the gateway."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from itertools import count
from typing import Any, Protocol

from emulator.assemble import wooden_session
from emulator.errors import ModelError, ValidationError
from emulator.hosting.endpoint import Endpoint
from emulator.local import serve_aws
from emulator.model.hosting import ContainerDefinition, Model
from emulator.model.message import Invocation
from emulator.testing import FakeClock, ScriptedRuntime
from tests.unit.properties.chain_rules import ENDPOINT, Answered, Call, Choices, Failed, Seen, Stage, Told, brief
from tests.unit.properties.pipelines import Stopwatch, players, rules_of

SECONDS = 20
SIGNED = {
    "Authorization": "AWS4-HMAC-SHA256 Credential=byoc/20260101/us-east-1/sagemaker/aws4_request, "
    f"SignedHeaders=host, Signature={'0' * 64}",
    "X-Amz-Date": "20260101T000000Z",
    "X-Own": "never seen by a container",
}
CUSTOM_ATTRIBUTES = "X-Amzn-SageMaker-Custom-Attributes"


class Deployed:
    """A pipeline in service under the name of :data:`ENDPOINT`."""

    def __init__(self, invoke: Callable[[Call], Told], seen: list[Seen], stopwatch: Stopwatch) -> None:
        self._invoke, self._seen, self._stopwatch = invoke, seen, stopwatch

    def send(self, call: Call) -> tuple[Told, list[Seen]]:
        """What the client is told, and what the containers saw of it."""
        self._seen.clear()
        self._stopwatch.start()
        return self._invoke(call), list(self._seen)


class Way(Protocol):
    """Brings a pipeline into service for as long as the ``with`` lasts."""

    def __call__(self, stages: Sequence[Stage], choices: Choices) -> Any:
        """A context manager that yields a :class:`Deployed`."""


@contextmanager
def by_python(stages: Sequence[Stage], choices: Choices) -> Iterator[Deployed]:
    """The Python API."""
    clock = FakeClock()
    stopwatch = Stopwatch(clock)
    cast = players(stages, stopwatch)
    runtime = ScriptedRuntime({f"stage-{n}": player.script() for n, player in enumerate(cast, start=1)})
    model = Model(containers=_definitions(runtime, choices))
    with (
        wooden_session(runtime, rules=rules_of(choices), clock=clock) as session,
        session.endpoint(model, name=ENDPOINT) as endpoint,
    ):
        yield Deployed(lambda call: _invoked(endpoint, call), cast[0].seen, stopwatch)


def _definitions(runtime: ScriptedRuntime, choices: Choices) -> tuple[ContainerDefinition, ...]:
    named = enumerate(runtime.images, start=1)
    return tuple(
        ContainerDefinition(image, container_hostname=f"host-{n}" if choices.hostnames else None) for n, image in named
    )


def _invoked(endpoint: Endpoint, call: Call) -> Told:
    invocation = Invocation(
        body=call.body,
        content_type=call.content_type,
        accept=call.accept,
        custom_attributes=call.attributes,
        inference_id=call.inference_id,
    )
    try:
        reply = endpoint.send(invocation)
    except ValidationError as refused:
        return "oversize" if "has oversize body" in refused.message else "refused"
    except ModelError as error:
        return Failed(
            container=error.container,
            code=error.error_code,
            status=error.original_status_code,
            original_message=error.original_message,
            message=error.message,
            log_stream_arn=error.log_stream_arn,
        )
    assert len(endpoint.containers) == len(reply.trace)
    return Answered(body=brief(reply.body), content_type=reply.content_type, attributes=reply.custom_attributes)


class Gateway:
    """An account behind an address, whose engine has new images with each pipeline."""

    def __init__(self, url: str, runtime: ScriptedRuntime, clock: FakeClock) -> None:
        self._address, self._runtime, self._clock = url.removeprefix("http://"), runtime, clock
        self._names = (f"pipeline-{number}" for number in count(1))

    @contextmanager
    def __call__(self, stages: Sequence[Stage], choices: Choices) -> Iterator[Deployed]:
        name, stopwatch = next(self._names), Stopwatch(self._clock)
        cast = players(stages, stopwatch)
        images = {f"{name}-{n}": player.script() for n, player in enumerate(cast, start=1)}
        self._runtime.images = images
        containers = [
            {"Image": image, **({"ContainerHostname": f"host-{n}"} if choices.hostnames else {})}
            for n, image in enumerate(images, start=1)
        ]
        variant = {"VariantName": "v", "ModelName": name, "InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
        self._control("CreateModel", ModelName=name, Containers=containers)
        self._control("CreateEndpointConfig", EndpointConfigName=name, ProductionVariants=[variant])
        self._control("CreateEndpoint", EndpointName=ENDPOINT, EndpointConfigName=name)
        try:
            assert "InService" == self._control("DescribeEndpoint", EndpointName=ENDPOINT)["EndpointStatus"]
            yield Deployed(self._invoked, cast[0].seen, stopwatch)
        finally:
            self._control("DeleteEndpoint", EndpointName=ENDPOINT)
            self._gone()

    def _gone(self) -> None:
        status, _, answer = self._post(
            "/", json.dumps({"EndpointName": ENDPOINT}).encode(), _target("DescribeEndpoint")
        )
        assert (400, "ValidationException") == (status, json.loads(answer)["__type"])

    def _control(self, operation: str, **request: Any) -> dict[str, Any]:
        status, _, answer = self._post("/", json.dumps(request).encode(), _target(operation))
        assert 200 == status, answer
        result: dict[str, Any] = json.loads(answer)
        return result

    def _invoked(self, call: Call) -> Told:
        headers = {
            "Content-Type": call.content_type,
            "Accept": call.accept,
            CUSTOM_ATTRIBUTES: call.attributes,
            "X-Amzn-SageMaker-Inference-Id": call.inference_id,
        }
        given = {name: value for name, value in headers.items() if value is not None}
        status, told, body = self._post(f"/endpoints/{ENDPOINT}/invocations", call.body, given)
        if status == 200:
            assert "v" == told["x-amzn-invoked-production-variant"]
            assert "x-own" not in told
            return Answered(
                body=brief(body), content_type=told.get("content-type"), attributes=told.get(CUSTOM_ATTRIBUTES.lower())
            )
        error = json.loads(body)
        if status == 400:
            assert "ValidationError" == told["x-amzn-errortype"]
            assert "has oversize body" in error["Message"]
            return "oversize"
        assert (424, "ModelError") == (status, told["x-amzn-errortype"])
        return Failed(
            container=error["Message"].partition(" from ")[2].partition(" ")[0],
            code=error.pop("ErrorCode"),
            status=error.pop("OriginalStatusCode"),
            original_message=error.pop("OriginalMessage"),
            message=error.pop("Message"),
            log_stream_arn=error.pop("LogStreamArn"),
            **error,
        )

    def _post(self, path: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, dict[str, str], bytes]:
        with closing(HTTPConnection(self._address, timeout=SECONDS)) as connection:
            connection.putrequest("POST", path, skip_accept_encoding=True)
            for name, value in {**SIGNED, **headers, "Content-Length": str(len(body))}.items():
                connection.putheader(name, value)
            connection.endheaders(body)
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()


def _target(operation: str) -> dict[str, str]:
    return {"X-Amz-Target": f"SageMaker.{operation}"}


@contextmanager
def by_gateway(choices: Choices) -> Iterator[Gateway]:
    """AWS's own HTTP: the control plane brings the pipeline into service, InvokeEndpoint sends."""
    clock, runtime = FakeClock(), ScriptedRuntime({})
    with (
        wooden_session(runtime, rules=rules_of(choices), clock=clock) as session,
        serve_aws(session, long_poll_seconds=SECONDS) as url,
    ):
        yield Gateway(url, runtime, clock)
