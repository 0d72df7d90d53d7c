"""CreateEndpointConfig, DescribeEndpointConfig, ListEndpointConfigs, DeleteEndpointConfig."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from emulator.errors import ValidationException
from emulator.hosting.registry import Registry
from emulator.model.constraint import absence, refusal
from emulator.model.control import EndpointConfigRecord, ProductionVariant
from emulator.server.operations.listing import page
from emulator.server.operations.understood import not_emulated, require_understood
from emulator.wire.arn import endpoint_config_arn
from emulator.wire.tag import tags_from

UNDERSTOOD: Final = frozenset(
    {"EndpointConfigName", "ProductionVariants", "EnableNetworkIsolation", "DataCaptureConfig"}
)

WITHOUT_EFFECT: Final = frozenset({"Tags", "KmsKeyId", "ExecutionRoleArn", "VpcConfig", "MetricsConfig"})
"""Members that change nothing on one machine; DescribeEndpointConfig repeats them."""

UNDERSTOOD_OF_VARIANT: Final = frozenset(
    {
        *("VariantName", "ModelName", "InitialInstanceCount", "InitialVariantWeight"),
        "ContainerStartupHealthCheckTimeoutInSeconds",
    }
)

VARIANT_WITHOUT_EFFECT: Final = frozenset(
    {
        *("InstanceType", "AcceleratorType", "VolumeSizeInGB", "EnableSSMAccess", "RoutingConfig"),
        *("InferenceAmiVersion", "CapacityReservationConfig"),
        *("ModelDataDownloadTimeoutInSeconds", "VariantInstanceProvisionTimeoutInSeconds"),
    }
)
"""What only instances have, or what matters only with several of them."""

REQUIRED_OF_VARIANT: Final = ("InitialInstanceCount", "InstanceType")
"""Optional in the shape for the sake of serverless variants only, which are refused."""


def create(registry: Registry, request: Mapping[str, Any]) -> dict[str, Any]:
    """CreateEndpointConfig: its models must exist (hosting contract 6.12)."""
    require_understood(request, UNDERSTOOD | WITHOUT_EFFECT, of="CreateEndpointConfig")
    capture = request.get("DataCaptureConfig")
    if capture and capture.get("EnableCapture", True):
        raise not_emulated("CreateEndpointConfig.DataCaptureConfig", fix="set EnableCapture to false, or leave it out")
    name, platform = request["EndpointConfigName"], registry.platform
    record = EndpointConfigRecord(
        name=name,
        arn=endpoint_config_arn(name, platform.account),
        creation_time=platform.world.clock.utc(),
        variants=_variants(request["ProductionVariants"]),
        enable_network_isolation=request.get("EnableNetworkIsolation", False),
        request=request,
    )
    registry.create_endpoint_config(record, tags=tags_from(request.get("Tags", [])))
    return {"EndpointConfigArn": record.arn}


def describe(registry: Registry, request: Mapping[str, Any]) -> dict[str, Any]:
    """DescribeEndpointConfig: what was asked for, with AWS's default weight."""
    record = registry.endpoint_configs.get(request["EndpointConfigName"])
    told = {member: value for member, value in record.request.items() if member != "Tags"}
    variants = [{"InitialVariantWeight": 1.0, **each} for each in told["ProductionVariants"]]
    return {
        **told,
        "ProductionVariants": variants,
        "EndpointConfigArn": record.arn,
        "CreationTime": record.creation_time,
    }


def list_endpoint_configs(registry: Registry, request: Mapping[str, Any]) -> dict[str, Any]:
    """ListEndpointConfigs."""
    summaries = [
        {"EndpointConfigName": each.name, "EndpointConfigArn": each.arn, "CreationTime": each.creation_time}
        for each in registry.endpoint_configs.all()
    ]
    return page(summaries, request, name="EndpointConfigName", result="EndpointConfigs")


def delete(registry: Registry, request: Mapping[str, Any]) -> dict[str, Any]:
    """DeleteEndpointConfig: also of one in service, which runs on (hosting contract 6.9)."""
    registry.delete_endpoint_config(request["EndpointConfigName"])
    return {}


def _variants(members: list[Mapping[str, Any]]) -> tuple[ProductionVariant, ...]:
    for each in members:
        require_understood(each, UNDERSTOOD_OF_VARIANT | VARIANT_WITHOUT_EFFECT, of="ProductionVariant")
        if "ModelName" not in each:
            raise not_emulated("ProductionVariants without ModelName (inference components)", fix="name a model")
    absent = [
        absence(f"productionVariants.{number}.member.{name[:1].lower()}{name[1:]}")
        for number, each in enumerate(members, start=1)
        for name in REQUIRED_OF_VARIANT
        if name not in each
    ]
    if absent:
        raise refusal(*absent)
    names = [each["VariantName"] for each in members]
    if len(set(names)) != len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise ValidationException(f"VariantName {twice} is used by more than one variant; it must be unique.")
    return tuple(_variant(each) for each in members)


def _variant(member: Mapping[str, Any]) -> ProductionVariant:
    return ProductionVariant(
        name=member["VariantName"],
        model_name=member["ModelName"],
        weight=member.get("InitialVariantWeight", 1.0),
        instance_count=member["InitialInstanceCount"],
        instance_type=member["InstanceType"],
        startup_seconds=member.get("ContainerStartupHealthCheckTimeoutInSeconds"),
    )
