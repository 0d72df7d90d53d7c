"""A control plane in the wooden world, without sockets and behind one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from random import Random
from typing import Any, TypeAlias

import pytest

from emulator.adapters.aws import LocalAws
from emulator.assemble import wooden_session
from emulator.errors import ServiceFault
from emulator.local import serve_aws
from emulator.model.event import Event
from emulator.model.launch import ImageConfig
from emulator.model.rules import HostingRules
from emulator.server.control_plane import ControlPlane
from emulator.testing import Answer, Exit, FakeClock, FakeStore, Script, ScriptedRuntime
from emulator.wire import service_model

ROLE = "arn:aws:iam::123456789012:role/byoc-execution"
DEADLINE = 20.0
URL = "s3://bucket/model.tar.gz"
VARIANT = {"VariantName": "v", "ModelName": "model", "InitialInstanceCount": 1, "InstanceType": "ml.m5.large"}


class Account:
    """A control plane, and what a test wants to ask of it.

    Attributes:
        plane: it.
        runtime: its engine: ``good`` answers with 4, ``broken`` ends at once, ``slow`` is never healthy.
        clock: moved by a second with each call.
        events: what was announced.
    """

    def __init__(self, plane: ControlPlane, runtime: ScriptedRuntime, clock: FakeClock, events: list[Event]) -> None:
        self.plane, self.runtime, self.clock, self.events = plane, runtime, clock, events

    def call(self, operation: str, **request: Any) -> dict[str, Any]:
        """A result, held against AWS's shape: required members are there, and none is unknown, null or empty."""
        self.clock.advance(1)
        result = self.plane.call(operation, request)
        shape = service_model.service_model("sagemaker").operation_model(operation).output_shape
        assert [] == (list(service_model._failures(shape, result, "")) if shape else [result] if result else [])
        assert [] == list(unset(result, operation))
        return result

    def refused(self, operation: str, **request: Any) -> str:
        """What is said to a request that must be refused, with its code."""
        with pytest.raises(ServiceFault) as caught:
            self.plane.call(operation, request)
        return f"{caught.value.code}: {caught.value.message}"

    def model(self, name: str = "model", image: str = "good", **members: Any) -> None:
        """Create a model of one container."""
        self.call("CreateModel", ModelName=name, PrimaryContainer={"Image": image}, **members)

    def config(self, name: str = "config", *variants: Mapping[str, Any], **members: Any) -> None:
        """Create an endpoint configuration, with these changes to the usual variant."""
        given = [{**VARIANT, **each} for each in variants or ({},)]
        self.call("CreateEndpointConfig", EndpointConfigName=name, ProductionVariants=given, **members)

    def endpoint(self, name: str = "ep", config: str = "config", **members: Any) -> dict[str, Any]:
        """Create an endpoint and describe it at rest."""
        self.call("CreateEndpoint", EndpointName=name, EndpointConfigName=config, **members)
        return self.rest(name)

    def rest(self, name: str = "ep") -> dict[str, Any]:
        """The description of an endpoint when it has come to rest."""
        assert self.plane.wait_for_change(name, DEADLINE)
        return self.call("DescribeEndpoint", EndpointName=name)


def unset(value: Any, path: str) -> Iterator[str]:
    """The places of members that are null, or structures and lists without content; lists of a List may be empty."""
    if isinstance(value, Mapping):
        for name, item in value.items():
            if item is None or (item in ({}, []) and not path.startswith("List")):
                yield f"{path}.{name}"
            yield from unset(item, f"{path}.{name}")
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from unset(item, f"{path}.{number}")


@pytest.fixture
def rules() -> HostingRules:
    """What AWS leaves open; a test module may have its own."""
    return HostingRules(stop_seconds=1)


@pytest.fixture
def account(rules: HostingRules) -> Iterator[Account]:
    """An empty account; ends with the test, and leaves no container."""
    events: list[Event] = []
    config = ImageConfig(image_id="sha256:1")
    runtime = ScriptedRuntime(
        {
            "good": Script(invocations=Answer(body=b"4"), config=config),
            "broken": Script(exits=Exit(code=1), config=config),
            "slow": Script(ping=Answer(status=503), config=config),
        }
    )
    clock, store = FakeClock(), FakeStore({URL: Path("/model"), "s3://bucket/model/": Path("/model")})
    with wooden_session(runtime, rules=rules, store=store, clock=clock, emit=events.append) as session:
        with session.registry(random=Random(7)) as registry:
            yield Account(ControlPlane(registry), runtime, clock, events)
        assert [] == runtime.left


class Wooden:
    """An account of AWS, and the runtime below it."""

    def __init__(self, url: str, runtime: ScriptedRuntime) -> None:
        self.aws = LocalAws(url=url, region="us-east-1")
        self.runtime = runtime
        self._clients: dict[str, Any] = {}

    @property
    def url(self) -> str:
        """The address."""
        return self.aws.url

    @property
    def port(self) -> int:
        """Its port."""
        return int(self.url.rpartition(":")[2])

    def client(self, service: str) -> Any:
        """boto3's client, one for each service."""
        if service not in self._clients:
            self._clients[service] = self.aws.client(service)
        return self._clients[service]

    def deploy(self, *images: str, name: str = "iris", wait: bool = True) -> None:
        """An endpoint of these images in a row, in service."""
        sagemaker = self.client("sagemaker")
        containers = [{"Image": image} for image in images]
        sagemaker.create_model(ModelName=name, ExecutionRoleArn=ROLE, Containers=containers)
        variant = {"VariantName": "blue", "ModelName": name, "InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
        sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant])
        sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name)
        if wait:
            sagemaker.get_waiter("endpoint_in_service").wait(EndpointName=name)

    def close(self) -> None:
        """Close the clients."""
        for each in self._clients.values():
            each.close()


Start: TypeAlias = "Callable[..., Wooden]"


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts AWS with these scripts as images, and an endpoint `iris` of all of them unless told otherwise."""
    with ExitStack() as until_done:

        def started(
            *scripts: Script, rules: HostingRules | None = None, deploy: bool = True, long_poll_seconds: float = 20
        ) -> Wooden:
            runtime = ScriptedRuntime({f"image-{n}": script for n, script in enumerate(scripts, start=1)})
            session = until_done.enter_context(wooden_session(runtime, rules=rules))
            url = until_done.enter_context(serve_aws(session, long_poll_seconds=long_poll_seconds))
            wooden = Wooden(url, runtime)
            until_done.callback(wooden.close)
            if deploy and scripts:
                wooden.deploy(*runtime.images)
            return wooden

        yield started
