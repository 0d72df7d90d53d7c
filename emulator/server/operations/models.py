"""CreateModel, DescribeModel, ListModels, DeleteModel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.hosting.registry import Registry
from emulator.model.control import ModelRecord
from emulator.server.operations.listing import page
from emulator.wire.arn import model_arn
from emulator.wire.create_model import model_from
from emulator.wire.tag import tags_from


def create(registry: Registry, request: Mapping[str, Any]) -> dict[str, Any]:
    """CreateModel: images and model data must be there already (hosting contract 1.23)."""
    name, platform = request["ModelName"], registry.platform
    record = ModelRecord(
        name=name,
        arn=model_arn(name, platform.account),
        creation_time=platform.world.clock.utc(),
        model=model_from(request),
        request=request,
    )
    registry.create_model(record, tags=tags_from(request.get("Tags", [])))
    return {"ModelArn": record.arn}


def describe(registry: Registry, request: Mapping[str, Any]) -> dict[str, Any]:
    """DescribeModel: what was asked for, with AWS's defaults."""
    record = registry.models.get(request["ModelName"])
    told = {member: value for member, value in record.request.items() if member != "Tags"}
    if "PrimaryContainer" in told:
        told["PrimaryContainer"] = {"Mode": "SingleModel", **told["PrimaryContainer"]}
    if "Containers" in told:
        told["Containers"] = [{"Mode": "SingleModel", **each} for each in told["Containers"]]
    return {"EnableNetworkIsolation": False, **told, "CreationTime": record.creation_time, "ModelArn": record.arn}


def list_models(registry: Registry, request: Mapping[str, Any]) -> dict[str, Any]:
    """ListModels."""
    summaries = [
        {"ModelName": each.name, "ModelArn": each.arn, "CreationTime": each.creation_time}
        for each in registry.models.all()
    ]
    return page(summaries, request, name="ModelName", result="Models")


def delete(registry: Registry, request: Mapping[str, Any]) -> dict[str, Any]:
    """DeleteModel: also of a model in service, which runs on."""
    registry.delete_model(request["ModelName"])
    return {}
