"""CreateModel and CreateEndpointConfig, with requests drawn from AWS's own shapes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from emulator.assemble import wooden_session
from emulator.errors import ServiceFault
from emulator.model.launch import ImageConfig
from emulator.server.control_api import ControlApi, fault_body
from emulator.server.control_plane import ControlPlane
from emulator.testing import FakeClock, FakeStore, Script, ScriptedRuntime
from tests.unit.properties.requests_from_shapes import faulty, sound_values
from tests.unit.properties.shapes import input_shape, named, offenders, sent

OPERATIONS = ("CreateModel", "CreateEndpointConfig")
URL, PREFIX = "s3://bucket/model.tar.gz", "s3://bucket/model/"


class Account:
    """An account that has an image and a model called `good`, and is asked in JSON."""

    def __init__(self, plane: ControlPlane) -> None:
        self._api, self._loop = ControlApi(plane), asyncio.new_event_loop()
        self.ask("CreateModel", {"ModelName": "good", "PrimaryContainer": {"Image": "good"}})

    def ask(self, operation: str, request: Any) -> dict[str, Any]:
        """What comes back in JSON: a result, or a fault with its `__type`."""
        answer = self._api.answer(f"SageMaker.{operation}".encode(), sent(request))
        try:
            body = self._loop.run_until_complete(answer)
        except ServiceFault as fault:
            body = fault_body(fault)
        told: dict[str, Any] = json.loads(body, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))
        return told

    def close(self) -> None:
        """Forget it."""
        self._api.close()
        self._loop.close()


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    """One for all examples; each takes with it what it has brought."""
    runtime = ScriptedRuntime({"good": Script(config=ImageConfig(image_id="sha256:1"))})
    store = FakeStore({URL: Path("/model"), PREFIX: Path("/model")})
    with wooden_session(runtime, store=store, clock=FakeClock()) as session, session.registry() as registry:
        opened = Account(ControlPlane(registry))
        yield opened
        opened.close()


def forget(account: Account, operation: str, request: Any) -> None:
    """Delete what was created."""
    name = {"CreateModel": "ModelName", "CreateEndpointConfig": "EndpointConfigName"}[operation]
    assert {} == account.ask(operation.replace("Create", "Delete"), {name: request[name]})


def shape_of(operation: str, *path: str) -> Any:
    """The shape at the end of a path of members; the members of a list are its members."""
    shape = input_shape(operation)
    for name in path:
        shape = (shape.member if shape.type_name == "list" else shape).members[name]
    return shape


def members_of(operation: str, *path: str, names: tuple[str, ...]) -> dict[str, st.SearchStrategy[Any]]:
    """Sound values of some members."""
    return {name: sound_values(shape_of(operation, *path, name)) for name in names}


TAGS = sound_values(shape_of("CreateModel", "Tags")).filter(
    lambda tags: (
        len({each["Key"] for each in tags}) == len([each for each in tags if each["Key"][:4].lower() != "aws:"])
    )
)
VPC = members_of("CreateModel", names=("ExecutionRoleArn", "VpcConfig", "EnableNetworkIsolation"))
SOURCES: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.just({}),
    st.just({"ModelDataUrl": URL}),
    st.sampled_from(
        [
            {"ModelDataSource": {"S3DataSource": {"S3Uri": uri, "S3DataType": kind, "CompressionType": compression}}}
            for uri, kind, compression in (
                (URL, "S3Object", "Gzip"),
                (URL, "S3Object", "None"),
                (PREFIX, "S3Prefix", "None"),
            )
        ]
    ),
)
CONTAINERS = st.builds(
    lambda members, source: {**members, **source},
    st.fixed_dictionaries(
        {"Image": st.just("good")},
        optional={
            "Mode": st.just("SingleModel"),
            **members_of(
                "CreateModel", "PrimaryContainer", names=("Environment", "ImageConfig", "ContainerMetricsConfig")
            ),
        },
    ),
    SOURCES,
)
HOSTNAMES = sound_values(shape_of("CreateModel", "PrimaryContainer", "ContainerHostname"))


@st.composite
def models(draw: st.DrawFn) -> dict[str, Any]:
    """Requests of CreateModel that AWS would accept, and that can be hosted here."""
    request: dict[str, Any] = draw(
        st.fixed_dictionaries(members_of("CreateModel", names=("ModelName",)), optional={"Tags": TAGS, **VPC})
    )
    containers = draw(st.lists(CONTAINERS, min_size=1, max_size=15))
    names = draw(st.lists(HOSTNAMES, min_size=len(containers), max_size=len(containers), unique=True) | st.none())
    if names:
        containers = [{**each, "ContainerHostname": name} for each, name in zip(containers, names, strict=True)]
    if len(containers) == 1 and draw(st.booleans()):
        return {**request, "PrimaryContainer": containers[0]}
    modes = ("Serial", "Direct") if names else ("Serial",)
    how = draw(st.sampled_from((None, *modes)))
    return {**request, "Containers": containers, **({"InferenceExecutionConfig": {"Mode": how}} if how else {})}


VARIANT = ("CreateEndpointConfig", "ProductionVariants")
VARIANTS = st.lists(
    st.fixed_dictionaries(
        {
            "ModelName": st.just("good"),
            **members_of(*VARIANT, names=("VariantName", "InitialInstanceCount", "InstanceType")),
        },
        optional=members_of(
            *VARIANT,
            names=(
                *("InitialVariantWeight", "AcceleratorType", "VolumeSizeInGB", "EnableSSMAccess", "RoutingConfig"),
                *("InferenceAmiVersion", "CapacityReservationConfig", "ModelDataDownloadTimeoutInSeconds"),
                *("ContainerStartupHealthCheckTimeoutInSeconds", "VariantInstanceProvisionTimeoutInSeconds"),
            ),
        ),
    ),
    min_size=1,
    max_size=10,
    unique_by=lambda variant: variant["VariantName"],
)
CONFIGS = st.fixed_dictionaries(
    {**members_of("CreateEndpointConfig", names=("EndpointConfigName",)), "ProductionVariants": VARIANTS},
    optional={
        "Tags": TAGS,
        **VPC,
        **members_of("CreateEndpointConfig", names=("KmsKeyId", "MetricsConfig")),
        "DataCaptureConfig": sound_values(shape_of("CreateEndpointConfig", "DataCaptureConfig")).map(
            lambda capture: {**capture, "EnableCapture": False}
        ),
    },
)


HOSTED = {"CreateModel": models(), "CreateEndpointConfig": CONFIGS}
"""Smaller requests, so that each member has its turn."""


@pytest.mark.parametrize("operation", OPERATIONS)
@given(data=st.data())
def test_faults_are_found(account: Account, operation: str, data: st.DataObject) -> None:
    """A request with faults is refused, and the refusal names the members at fault and no other."""
    shape = input_shape(operation)
    request = data.draw(faulty(shape, data.draw(sound_values(shape) | HOSTED[operation])))
    assume(any(offenders(shape, request)))
    told = account.ask(operation, request)

    assert "ValidationException" == told.get("__type"), told
    assert set(offenders(shape, request)) == named(told["message"])


@pytest.mark.parametrize("operation", OPERATIONS)
@given(data=st.data())
def test_sound_request_is_not_called_malformed(account: Account, operation: str, data: st.DataObject) -> None:
    """A request that keeps to its shape is accepted, or refused for what it means; nothing breaks."""
    request = data.draw(sound_values(input_shape(operation)))
    told = account.ask(operation, request)

    assert told.get("__type") in {None, "ValidationException", "NotImplemented"}, told
    assert set() == wrongly_named(told.get("message", ""))
    if "__type" not in told:
        forget(account, operation, request)


def wrongly_named(message: str) -> set[str]:
    """The members that a refusal calls malformed, but for those that a variant on instances cannot be without."""
    members = named(message) if " validation error" in message else set()
    return {each for each in members if each.rpartition(".")[2] not in {"initialInstanceCount", "instanceType"}}


@given(request=models())
def test_model_is_described_as_it_was_created(account: Account, request: dict[str, Any]) -> None:
    """A model that can be hosted is created, and described in the words of its request, with AWS's defaults."""
    created = account.ask("CreateModel", request)
    assert "ModelArn" in created, created
    told = account.ask("DescribeModel", {"ModelName": request["ModelName"]})
    tags = account.ask("ListTags", {"ResourceArn": created["ModelArn"]})["Tags"]
    forget(account, "CreateModel", request)

    expected = {"EnableNetworkIsolation": False, **request, **created, "CreationTime": told["CreationTime"]}
    assert expected.pop("Tags", []) == tags
    for member in ("PrimaryContainer", "Containers"):
        if member in request:
            expected[member] = with_defaults(request[member], Mode="SingleModel")
    assert expected == told


def with_defaults(members: Any, **defaults: Any) -> Any:
    """A structure, or a list of them, with members that were left out."""
    if isinstance(members, list):
        return [with_defaults(each, **defaults) for each in members]
    return {**defaults, **members}


@given(request=CONFIGS)
def test_config_is_described_as_it_was_created(account: Account, request: dict[str, Any]) -> None:
    """So is an endpoint configuration that can be hosted."""
    created = account.ask("CreateEndpointConfig", request)
    assert "EndpointConfigArn" in created, created
    told = account.ask("DescribeEndpointConfig", {"EndpointConfigName": request["EndpointConfigName"]})
    tags = account.ask("ListTags", {"ResourceArn": created["EndpointConfigArn"]})["Tags"]
    forget(account, "CreateEndpointConfig", request)

    expected = {**request, **created, "CreationTime": told["CreationTime"]}
    assert expected.pop("Tags", []) == tags
    expected["ProductionVariants"] = with_defaults(request["ProductionVariants"], InitialVariantWeight=1.0)
    assert expected == told
