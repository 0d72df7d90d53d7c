"""What the control plane keeps: models, endpoint configurations and endpoints, in AWS's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal, TypeAlias

from emulator.model.hosting import Model

EndpointStatus: TypeAlias = Literal["Creating", "Updating", "InService", "Deleting", "Failed"]
"""Those of AWS's that an endpoint can have here; nothing is patched, and weights cannot fail to change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRecord:
    """A model that was created.

    Attributes:
        request: of CreateModel, for DescribeModel to repeat.
    """

    name: str
    arn: str
    creation_time: datetime
    model: Model
    request: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductionVariant:
    """A model, and its share of an endpoint's traffic.

    Attributes:
        weight: the share is this by the sum of all variants' weights.
        instance_count: as asked for; one is run, whatever it is.
        startup_seconds: ContainerStartupHealthCheckTimeoutInSeconds; None where it was not given.
    """

    name: str
    model_name: str
    weight: float = 1.0
    instance_count: int = 1
    instance_type: str | None = None
    startup_seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointConfigRecord:
    """An endpoint configuration that was created.

    Attributes:
        request: of CreateEndpointConfig, for DescribeEndpointConfig to repeat.
    """

    name: str
    arn: str
    creation_time: datetime
    variants: tuple[ProductionVariant, ...]
    enable_network_isolation: bool = False
    request: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """What UpdateEndpointWeightsAndCapacities asks of one variant; None leaves it as it is."""

    weight: float | None = None
    instance_count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """An endpoint configuration with its models, as they were when an endpoint was told to use it.

    Attributes:
        models: by the variant's name.
    """

    config_name: str
    variants: tuple[ProductionVariant, ...]
    models: Mapping[str, Model]

    def scales(self, other: Deployment) -> bool:
        """Whether it is the other one with other weights and counts only, and the same containers."""
        return self.models is other.models

    def scaled(self, scales: Mapping[str, Scale]) -> Deployment:
        """The same with other weights and counts, by the variant's name; names it does not have are passed over."""
        return replace(self, variants=tuple(_scaled(each, scales.get(each.name, Scale())) for each in self.variants))


@dataclass(frozen=True, slots=True, kw_only=True)
class DeployedImage:
    """An image in service: as it was named, and which one that was."""

    specified_image: str
    resolved_image: str
    resolution_time: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantDescription:
    """A production variant as DescribeEndpoint tells it.

    Attributes:
        status: ``Creating``, ``Updating`` or ``Deleting``; None at rest.
        since: when that status began.
        current_weight: None as long as it is only planned.
    """

    name: str
    desired_weight: float
    desired_instance_count: int
    current_weight: float | None = None
    current_instance_count: int | None = None
    deployed_images: tuple[DeployedImage, ...] = ()
    status: Literal["Creating", "Updating", "Deleting"] | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingDeployment:
    """The fleet that an UpdateEndpoint is bringing up beside the one in service."""

    config_name: str
    variants: tuple[VariantDescription, ...]
    start_time: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointDescription:
    """An endpoint at one moment.

    Attributes:
        config_name: of the fleet in service, also while another one is being brought up.
        failure_reason: why it is Failed, or why the last update was rolled back; empty otherwise.
        deployment_config: as the last CreateEndpoint or UpdateEndpoint gave it; empty for none.
    """

    name: str
    arn: str
    config_name: str
    status: EndpointStatus
    failure_reason: str
    creation_time: datetime
    last_modified_time: datetime
    variants: tuple[VariantDescription, ...]
    pending: PendingDeployment | None = None
    deployment_config: Mapping[str, Any] = field(default_factory=dict)


def _scaled(variant: ProductionVariant, scale: Scale) -> ProductionVariant:
    weight = variant.weight if scale.weight is None else scale.weight
    count = variant.instance_count if scale.instance_count is None else scale.instance_count
    return replace(variant, weight=weight, instance_count=count)
