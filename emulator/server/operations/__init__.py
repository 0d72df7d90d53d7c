"""The operations of the control plane: each takes the registry and a sound request, and answers AWS's result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from emulator.hosting.registry import Registry
from emulator.server.operations import endpoint_configs, endpoints, models, tags

Operation: TypeAlias = Callable[[Registry, Mapping[str, Any]], dict[str, Any]]

OPERATIONS: Mapping[str, Operation] = {
    "CreateModel": models.create,
    "DescribeModel": models.describe,
    "ListModels": models.list_models,
    "DeleteModel": models.delete,
    "CreateEndpointConfig": endpoint_configs.create,
    "DescribeEndpointConfig": endpoint_configs.describe,
    "ListEndpointConfigs": endpoint_configs.list_endpoint_configs,
    "DeleteEndpointConfig": endpoint_configs.delete,
    "CreateEndpoint": endpoints.create,
    "DescribeEndpoint": endpoints.describe,
    "ListEndpoints": endpoints.list_endpoints,
    "UpdateEndpoint": endpoints.update,
    "UpdateEndpointWeightsAndCapacities": endpoints.scale,
    "DeleteEndpoint": endpoints.delete,
    "AddTags": tags.add,
    "ListTags": tags.list_tags,
    "DeleteTags": tags.delete,
}
