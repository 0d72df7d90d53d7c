"""The numbers are those of AWS's own service models, and each says where it comes from."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest

from emulator import limits
from emulator.wire.service_model import service_model

SOURCE = re.compile(r"\b(documented|observed|code|inferred|ours|BCR?): ", re.IGNORECASE)


def of_model(service: str, shape: str, fact: str) -> Any:
    """A fact about a shape in botocore's model of a service."""
    return service_model(service).shape_for(shape).metadata[fact]


def constants() -> dict[str, str]:
    """The docstring below each constant of limits.py, empty where there is none."""
    body = ast.parse(Path(limits.__file__).read_text("utf-8")).body
    found = {}
    for node, below in zip(body, [*body[1:], None], strict=True):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            said = isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant)
            found[node.target.id] = str(below.value.value) if said else ""  # type: ignore[union-attr]
    return found


@pytest.mark.parametrize(
    ("value", "service", "shape", "fact"),
    [
        (limits.CONTAINERS, "sagemaker", "ContainerDefinitionList", "max"),
        (limits.ENVIRONMENT_ENTRIES, "sagemaker", "EnvironmentMap", "max"),
        (limits.ENVIRONMENT_KEY_LENGTH, "sagemaker", "EnvironmentKey", "max"),
        (limits.ENVIRONMENT_KEY_PATTERN, "sagemaker", "EnvironmentKey", "pattern"),
        (limits.ENVIRONMENT_VALUE_LENGTH, "sagemaker", "EnvironmentValue", "max"),
        (limits.NAME_LENGTH, "sagemaker", "ContainerHostname", "max"),
        (limits.NAME_LENGTH, "sagemaker", "EndpointName", "max"),
        (limits.NAME_LENGTH, "sagemaker", "VariantName", "max"),
        (limits.IMAGE_LENGTH, "sagemaker", "ContainerImage", "max"),
        (limits.IMAGE_PATTERN, "sagemaker", "ContainerImage", "pattern"),
        (limits.CONTAINER_HOSTNAME_PATTERN, "sagemaker", "ContainerHostname", "pattern"),
        (limits.ENDPOINT_NAME_PATTERN, "sagemaker", "EndpointName", "pattern"),
        (limits.MODEL_DATA_URL_LENGTH, "sagemaker", "Url", "max"),
        (limits.MODEL_DATA_URL_LENGTH, "sagemaker", "S3ModelUri", "max"),
        (
            limits.STARTUP_SECONDS_MIN,
            "sagemaker",
            "ProductionVariantContainerStartupHealthCheckTimeoutInSeconds",
            "min",
        ),
        (
            limits.STARTUP_SECONDS_MAX,
            "sagemaker",
            "ProductionVariantContainerStartupHealthCheckTimeoutInSeconds",
            "max",
        ),
        (limits.TAGS, "sagemaker", "TagList", "max"),
        (limits.FAILURE_REASON_LENGTH, "sagemaker", "FailureReason", "max"),
        (limits.PAYLOAD_BYTES, "sagemaker-runtime", "BodyBlob", "max"),
        (limits.ORIGINAL_MESSAGE_LENGTH, "sagemaker-runtime", "Message", "max"),
        (limits.HEADER_LENGTH, "sagemaker-runtime", "Header", "max"),
        (limits.HEADER_LENGTH, "sagemaker-runtime", "CustomAttributesHeader", "max"),
    ],
)
def test_number_is_that_of_the_service_model(value: object, service: str, shape: str, fact: str) -> None:
    """What cites a service model is what botocore's copy of that model says."""
    assert of_model(service, shape, fact) == value


def test_every_constant_that_cites_a_model_is_compared_with_it() -> None:
    """No constant cites BC or BCR without a comparison above."""
    source = Path(__file__).read_text("utf-8")
    citing = {name for name, said in constants().items() if re.search(r"\bBCR?:", said)}

    assert set() == {name for name in citing if f"(limits.{name}," not in re.sub(r"\(\s+", "(", source)}


@pytest.mark.parametrize(("name", "said"), constants().items())
def test_constant_names_its_source(name: str, said: str) -> None:
    """Each constant says below it on whose word it stands; a unit of measure needs none."""
    assert name == "MEBIBYTE" or SOURCE.search(said)
