"""CreateModel requests: to a model, or refused as AWS refuses them."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.errors import UsageError, ValidationException
from emulator.model.hosting import ContainerDefinition, Model, ModelData
from emulator.wire.create_model import model_from

NAMED = {"ModelName": "iris"}
URL = "s3://b/m.tar.gz"
SOURCE = {"S3DataSource": {"S3Uri": URL, "S3DataType": "S3Object", "CompressionType": "Gzip"}}
MISLEADING = (
    "\nwhy: it would change how the model is hosted, and ignoring it would mislead\nfix: leave it out to host the rest"
)


def test_primary_container_makes_a_model() -> None:
    """A request with a primary container describes a model of one."""
    model = model_from(
        {
            **NAMED,
            "ExecutionRoleArn": "arn:aws:iam::111122223333:role/sagemaker",
            "PrimaryContainer": {
                "Image": "iris:1",
                "ModelDataUrl": URL,
                "Environment": {"A": "1"},
                "ContainerHostname": "own",
                "Mode": "SingleModel",
            },
            "EnableNetworkIsolation": True,
            "Tags": [{"Key": "team", "Value": "\u00fcber"}],
            "VpcConfig": {"SecurityGroupIds": ["sg-1"], "Subnets": ["subnet-1"]},
        }
    )
    container = ContainerDefinition("iris:1", model_data_url=URL, environment={"A": "1"}, container_hostname="own")

    assert Model(containers=(container,), enable_network_isolation=True, primary=True) == model


def test_containers_make_a_chain() -> None:
    """A request with containers describes a pipeline, in order."""
    model = model_from(
        {
            **NAMED,
            "Containers": [{"Image": "a"}, {"Image": "b", "ModelDataSource": SOURCE}],
            "InferenceExecutionConfig": {"Mode": "Serial"},
        }
    )

    assert (
        Model(containers=(ContainerDefinition("a"), ContainerDefinition("b", model_data_source=ModelData(uri=URL))))
        == model
    )


def test_direct_mode_is_kept() -> None:
    """Containers that are to be called one by one make a model that says so."""
    containers = [{"Image": "a", "ContainerHostname": "one"}, {"Image": "b", "ContainerHostname": "two"}]

    model = model_from({**NAMED, "Containers": containers, "InferenceExecutionConfig": {"Mode": "Direct"}})

    assert ("Direct", False) == (model.mode, model.serial)


def with_container(**members: Any) -> dict[str, Any]:
    """A request for one container with these members."""
    return {**NAMED, "PrimaryContainer": {"Image": "i", **members}}


def with_source(**members: Any) -> dict[str, Any]:
    """A request for one container with a data source changed so."""
    return with_container(ModelDataSource={"S3DataSource": {**SOURCE["S3DataSource"], **members}})


@pytest.mark.parametrize(
    ("request_", "text"),
    [
        (
            {"PrimaryContainer": {"Image": "i"}},
            (
                "1 validation error detected: Value null at 'modelName' failed to satisfy constraint: "
                "Member must not be null"
            ),
        ),
        (
            {**NAMED, "Containers": [{"Image": "i"}] * 2, "InferenceExecutionConfig": {"Mode": "Direct"}},
            "Containers, each with a ContainerHostname, must be specified for InferenceExecutionConfig.Mode Direct.",
        ),
        (NAMED, "Either PrimaryContainer or Containers must be specified."),
        ({**NAMED, "Containers": []}, "Either PrimaryContainer or Containers must be specified."),
        (
            {**NAMED, "PrimaryContainer": {"Image": "i"}, "Containers": [{"Image": "i"}]},
            "PrimaryContainer and Containers cannot both be specified.",
        ),
        (
            {**NAMED, "PrimaryContainer": {}},
            "Either Image or ModelPackageName must be specified for a container.",
        ),
        (
            {**NAMED, "PrimaryContainer": {"Image": None}},
            "Either Image or ModelPackageName must be specified for a container.",
        ),
        (
            with_container(ModelDataUrl=URL, ModelDataSource=SOURCE),
            "ModelDataUrl and ModelDataSource cannot both be specified.",
        ),
        (
            with_source(S3DataType="S3Prefix"),
            "CompressionType Gzip can only be used with S3DataType S3Object.",
        ),
        (
            with_source(S3DataType="S3Prefix", CompressionType="None"),
            f"The S3Uri {URL} of S3DataType S3Prefix must end with a forward slash.",
        ),
        (
            {**NAMED, "Containers": [{"Image": "i"}] * 16},
            (
                "1 validation error detected: Value at 'containers' failed to satisfy constraint: "
                "Member must have length less than or equal to 15"
            ),
        ),
        (
            with_container(Environment={f"K{n}": "" for n in range(101)}),
            (
                "1 validation error detected: Value at 'primaryContainer.environment' failed to satisfy constraint: "
                "Member must have length less than or equal to 100"
            ),
        ),
        (
            {**NAMED, "Containers": [{"Image": "i"}, {"Image": "a b"}]},
            (
                "1 validation error detected: Value 'a b' at 'containers.2.member.image' failed to satisfy constraint: "
                r"Member must satisfy regular expression pattern: [\S]+"
            ),
        ),
        (
            {"ModelName": "iris-", "PrimaryContainer": {"Image": "i"}},
            (
                "1 validation error detected: Value 'iris-' at 'modelName' failed to satisfy constraint: "
                r"Member must satisfy regular expression pattern: [a-zA-Z0-9]([\-a-zA-Z0-9]*[a-zA-Z0-9])?"
            ),
        ),
    ],
    ids=[
        *(
            "no name",
            "direct without names",
            "nothing",
            "no containers",
            "both",
            "no image",
            "null image",
            "both sources",
            "gzip prefix",
        ),
        *("prefix without slash", "16", "101 variables", "second image", "model name"),
    ],
)
def test_request_is_refused(request_: dict[str, Any], text: str) -> None:
    """What AWS would refuse is refused in its words."""
    with pytest.raises(ValidationException) as caught:
        model_from(request_)

    assert text == str(caught.value)


@pytest.mark.parametrize(
    ("request_", "text"),
    [
        (
            with_container(Mode="MultiModel"),
            "ContainerDefinition.Mode MultiModel is not emulated.\nfix: host one of its models alone",
        ),
        (
            with_container(ModelPackageName="p"),
            f"ContainerDefinition.ModelPackageName is not emulated.{MISLEADING}",
        ),
        (
            with_container(
                AdditionalModelDataSources=[
                    {"ChannelName": "draft", "S3DataSource": SOURCE["S3DataSource"]},
                ]
            ),
            f"ContainerDefinition.AdditionalModelDataSources is not emulated.{MISLEADING}",
        ),
        (
            with_source(ModelAccessConfig={"AcceptEula": True}),
            f"S3DataSource.ModelAccessConfig is not emulated.{MISLEADING}",
        ),
    ],
    ids=["multi-model", "package", "additional data", "access config"],
)
def test_sound_request_may_ask_too_much(request_: dict[str, Any], text: str) -> None:
    """What AWS does and the emulator does not is said, never ignored."""
    with pytest.raises(UsageError) as caught:
        model_from(request_)

    assert text == str(caught.value)


def test_null_member_is_absent() -> None:
    """A member that is null counts as left out, as `--generate-cli-skeleton` leaves them."""
    request = {
        **NAMED,
        "PrimaryContainer": {"Image": "i", "Environment": None, "ModelDataSource": None},
        "Containers": None,
    }

    assert Model(containers=(ContainerDefinition("i"),), primary=True) == model_from(
        {**request, "EnableNetworkIsolation": None, "InferenceExecutionConfig": None}
    )
