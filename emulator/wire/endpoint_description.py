"""DescribeEndpoint: from an endpoint's facts to its description, and from that to AWS's words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Literal, TypeAlias

from emulator.model.control import (
    DeployedImage,
    Deployment,
    EndpointDescription,
    EndpointStatus,
    PendingDeployment,
    VariantDescription,
)

Images: TypeAlias = Callable[[str], tuple[DeployedImage, ...]]
"""The images that run for a variant."""


def described(
    *,
    name: str,
    arn: str,
    status: EndpointStatus,
    failure_reason: str,
    creation_time: datetime,
    last_modified_time: datetime,
    deployment: Deployment,
    desired: Deployment,
    deployed: Images | None,
    deployment_config: Mapping[str, Any],
) -> EndpointDescription:
    """The description of an endpoint.

    Args:
        name: EndpointName.
        arn: its ARN.
        status: EndpointStatus.
        failure_reason: empty for none.
        creation_time: of the endpoint.
        last_modified_time: when its status changed last.
        deployment: what is in service; while Creating, what will be.
        desired: what it becomes; the same object as ``deployment`` at rest.
        deployed: None as long as nothing is in service.
        deployment_config: as given; empty for none.
    """
    busy = _variant_status(status)
    replaced = deployed is not None and not desired.scales(deployment)
    pending = None
    if replaced:
        coming = tuple(
            VariantDescription(
                name=each.name,
                desired_weight=each.weight,
                desired_instance_count=each.instance_count,
                status="Creating",
                since=last_modified_time,
            )
            for each in desired.variants
        )
        pending = PendingDeployment(config_name=desired.config_name, variants=coming, start_time=last_modified_time)
    goals = {each.name: each for each in (deployment if replaced else desired).variants}
    variants = tuple(
        VariantDescription(
            name=each.name,
            desired_weight=goals[each.name].weight,
            desired_instance_count=goals[each.name].instance_count,
            current_weight=0.0 if deployed is None else each.weight,
            current_instance_count=0 if deployed is None else each.instance_count,
            deployed_images=() if deployed is None else deployed(each.name),
            status=busy,
            since=last_modified_time if busy else None,
        )
        for each in deployment.variants
    )
    return EndpointDescription(
        name=name,
        arn=arn,
        config_name=deployment.config_name,
        status=status,
        failure_reason=failure_reason,
        creation_time=creation_time,
        last_modified_time=last_modified_time,
        variants=variants,
        pending=pending,
        deployment_config=deployment_config,
    )


def members(endpoint: EndpointDescription) -> dict[str, Any]:
    """The result of DescribeEndpoint; members that are not set are left out, as SDKs read ``{}`` as a mistake."""
    return set_only(
        EndpointName=endpoint.name,
        EndpointArn=endpoint.arn,
        EndpointConfigName=endpoint.config_name,
        ProductionVariants=[_variant(each) for each in endpoint.variants],
        EndpointStatus=endpoint.status,
        FailureReason=endpoint.failure_reason or None,
        CreationTime=endpoint.creation_time,
        LastModifiedTime=endpoint.last_modified_time,
        LastDeploymentConfig=dict(endpoint.deployment_config) or None,
        PendingDeploymentSummary=None if endpoint.pending is None else _pending(endpoint.pending),
    )


def set_only(**given: Any) -> dict[str, Any]:
    """The members that are not None."""
    return {name: value for name, value in given.items() if value is not None}


def _pending(pending: PendingDeployment) -> dict[str, Any]:
    variants = [_variant(each) for each in pending.variants]
    return {"EndpointConfigName": pending.config_name, "ProductionVariants": variants, "StartTime": pending.start_time}


def _variant(variant: VariantDescription) -> dict[str, Any]:
    images = [
        {
            "SpecifiedImage": each.specified_image,
            "ResolvedImage": each.resolved_image,
            "ResolutionTime": each.resolution_time,
        }
        for each in variant.deployed_images
    ]
    return set_only(
        VariantName=variant.name,
        DeployedImages=images or None,
        CurrentWeight=variant.current_weight,
        DesiredWeight=variant.desired_weight,
        CurrentInstanceCount=variant.current_instance_count,
        DesiredInstanceCount=variant.desired_instance_count,
        VariantStatus=[{"Status": variant.status, "StartTime": variant.since}] if variant.status else None,
    )


def _variant_status(status: EndpointStatus) -> Literal["Creating", "Updating", "Deleting"] | None:
    return status if status in ("Creating", "Updating", "Deleting") else None
