"""CreateEndpoint, DescribeEndpoint, ListEndpoints, the two updates, DeleteEndpoint."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from emulator.hosting.lifecycle import Lifecycle
from emulator.hosting.registry import Registry
from emulator.model.control import Scale
from emulator.server.operations.listing import page
from emulator.server.operations.understood import not_emulated, require_understood
from emulator.wire.endpoint_description import members
from emulator.wire.tag import tags_from

PROPERTIES: Final = ("DesiredWeight", "DesiredInstanceCount")
"""What an update can keep of a variant, of those properties of AWS's that are emulated."""


def create(registry: Registry, request: Mapping[str, Any]) -> dict[str, Any]:
    """CreateEndpoint: answers at once; the endpoint is Creating."""
    created = registry.create_endpoint(
        request["EndpointName"],
        request["EndpointConfigName"],
        tags=tags_from(request.get("Tags", [])),
        deployment_config=_deployment_config(request),
    )
    return {"EndpointArn": created.arn}


def describe(registry: Registry, request: Mapping[str, Any]) -> dict[str, Any]:
    """DescribeEndpoint."""
    return members(registry.endpoints.get(request["EndpointName"]).describe())


def list_endpoints(registry: Registry, request: Mapping[str, Any]) -> dict[str, Any]:
    """ListEndpoints."""
    summaries = [
        {
            "EndpointName": each.name,
            "EndpointArn": each.arn,
            "CreationTime": each.creation_time,
            "LastModifiedTime": each.last_modified_time,
            "EndpointStatus": each.status,
        }
        for each in registry.endpoints.all()
    ]
    return page(summaries, request, name="EndpointName", result="Endpoints", status="EndpointStatus")


def update(registry: Registry, request: Mapping[str, Any]) -> dict[str, Any]:
    """UpdateEndpoint: answers at once; the endpoint is Updating, and the old fleet serves on."""
    endpoint = registry.endpoints.get(request["EndpointName"])
    retained = _retained(endpoint, request)
    deployment = registry.deployment(request["EndpointConfigName"], retained=retained)
    config = _deployment_config(request)
    if request.get("RetainDeploymentConfig") and not config:
        config = dict(endpoint.describe().deployment_config)
    endpoint.update(deployment, deployment_config=config)
    return {"EndpointArn": endpoint.arn}


def scale(registry: Registry, request: Mapping[str, Any]) -> dict[str, Any]:
    """UpdateEndpointWeightsAndCapacities: weights take effect; counts are told and not run."""
    endpoint = registry.endpoints.get(request["EndpointName"])
    scales = {}
    for each in request["DesiredWeightsAndCapacities"]:
        understood = {"VariantName", *PROPERTIES}
        require_understood(each, understood, of="DesiredWeightAndCapacity")
        if each.get("DesiredInstanceCount") == 0:
            raise not_emulated("DesiredWeightAndCapacity.DesiredInstanceCount 0", fix="ask for 1 or more")
        scales[each["VariantName"]] = Scale(
            weight=each.get("DesiredWeight"), instance_count=each.get("DesiredInstanceCount")
        )
    endpoint.scale(scales)
    return {"EndpointArn": endpoint.arn}


def delete(registry: Registry, request: Mapping[str, Any]) -> dict[str, Any]:
    """DeleteEndpoint: answers at once; the endpoint is Deleting, then gone."""
    registry.endpoints.get(request["EndpointName"]).delete()
    return {}


def _retained(endpoint: Lifecycle, request: Mapping[str, Any]) -> dict[str, Scale]:
    """Weights and counts that the update keeps, as RetainAllVariantProperties asks (hosting contract 6.8)."""
    if not request.get("RetainAllVariantProperties"):
        return {}
    dropped = {each["VariantPropertyType"] for each in request.get("ExcludeRetainedVariantProperties", [])}
    weight, count = (name not in dropped for name in PROPERTIES)
    return {
        each.name: Scale(
            weight=each.desired_weight if weight else None,
            instance_count=each.desired_instance_count if count else None,
        )
        for each in endpoint.describe().variants
    }


def _deployment_config(request: Mapping[str, Any]) -> Mapping[str, Any]:
    """The DeploymentConfig, if it asks for no more than is done: all traffic at once, without alarms.

    Its waiting times are not waited for.
    """
    config: Mapping[str, Any] = request.get("DeploymentConfig", {})
    require_understood(config, {"BlueGreenUpdatePolicy"}, of="DeploymentConfig")
    routing = config.get("BlueGreenUpdatePolicy", {}).get("TrafficRoutingConfiguration", {})
    if routing.get("Type", "ALL_AT_ONCE") != "ALL_AT_ONCE":
        raise not_emulated(f"TrafficRoutingConfiguration.Type {routing['Type']}", fix="use ALL_AT_ONCE")
    return config
