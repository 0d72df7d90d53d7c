"""The request of CreateModel, as ``aws sagemaker create-model --cli-input-json`` takes it, to a model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.errors import UsageError, ValidationException
from emulator.model.hosting import ContainerDefinition, Model, ModelData
from emulator.wire.service_model import require_input, without_nulls

WITHOUT_EFFECT = frozenset({"ModelName", "ExecutionRoleArn", "Tags", "VpcConfig"})
"""Members of the request that change nothing on one machine."""

UNDERSTOOD = frozenset({"PrimaryContainer", "Containers", "EnableNetworkIsolation", "InferenceExecutionConfig"})

UNDERSTOOD_OF_CONTAINER = frozenset(
    {"Image", "ModelDataUrl", "ModelDataSource", "Environment", "ContainerHostname", "Mode"}
)

CONTAINER_WITHOUT_EFFECT = frozenset({"ImageConfig", "ContainerMetricsConfig"})


def model_from(request: Mapping[str, Any]) -> Model:
    """The model that a CreateModel request describes.

    Raises:
        ValidationException: AWS would refuse the request, in its words.
        UsageError: it is sound, and asks for what the emulator does not do.
    """
    request = without_nulls(request)
    require_input("sagemaker", "CreateModel", request)
    _require_understood(request, UNDERSTOOD | WITHOUT_EFFECT, "CreateModel")
    primary, several = request.get("PrimaryContainer"), request.get("Containers")
    if primary is not None and several is not None:
        raise ValidationException("PrimaryContainer and Containers cannot both be specified.")
    given = [primary] if primary is not None else several or []
    return Model(
        containers=tuple(_container(each) for each in given),
        enable_network_isolation=request.get("EnableNetworkIsolation", False),
        primary=primary is not None,
        mode=request.get("InferenceExecutionConfig", {}).get("Mode", "Serial"),
    )


def _container(member: Mapping[str, Any]) -> ContainerDefinition:
    _require_understood(member, UNDERSTOOD_OF_CONTAINER | CONTAINER_WITHOUT_EFFECT, "ContainerDefinition")
    if member.get("Mode", "SingleModel") != "SingleModel":
        raise UsageError("ContainerDefinition.Mode MultiModel is not emulated.", fix="host one of its models alone")
    if "Image" not in member:
        raise ValidationException("Either Image or ModelPackageName must be specified for a container.")
    source = member.get("ModelDataSource", {}).get("S3DataSource")
    if source is not None:
        _require_understood(source, frozenset({"S3Uri", "S3DataType", "CompressionType"}), "S3DataSource")
    return ContainerDefinition(
        member["Image"],
        model_data_url=member.get("ModelDataUrl"),
        model_data_source=None
        if source is None
        else ModelData(uri=source["S3Uri"], data_type=source["S3DataType"], compression=source["CompressionType"]),
        environment=member.get("Environment", {}),
        container_hostname=member.get("ContainerHostname"),
    )


def _require_understood(members: Mapping[str, Any], understood: frozenset[str], of: str) -> None:
    strange = sorted(name for name in members if name not in understood)
    if strange:
        raise UsageError(
            f"{of}.{strange[0]} is not emulated.",
            why="it would change how the model is hosted, and ignoring it would mislead",
            fix="leave it out to host the rest",
        )
