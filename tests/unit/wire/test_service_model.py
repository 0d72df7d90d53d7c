"""Requests held against AWS's own shapes."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.errors import ValidationException
from emulator.model.constraint import matches
from emulator.wire.service_model import require_input, service_model

VARIANT = {"VariantName": "v", "ModelName": "m", "InitialInstanceCount": 1, "InstanceType": "ml.m5.large"}


def config_with(**members: Any) -> dict[str, Any]:
    """A CreateEndpointConfig request whose variant is changed so."""
    return {"EndpointConfigName": "c", "ProductionVariants": [{**VARIANT, **members}]}


def refused(operation: str, request: dict[str, Any]) -> str:
    """What is said to a request that must be refused."""
    with pytest.raises(ValidationException) as caught:
        require_input("sagemaker", operation, request)
    return str(caught.value)


AT = "'productionVariants.1.member"
FAILED = "failed to satisfy constraint: Member must"


@pytest.mark.parametrize(
    ("request_", "text"),
    [
        ({"EndpointConfigName": "c"}, f"Value null at 'productionVariants' {FAILED} not be null"),
        (config_with(VariantName=None), f"Value null at {AT}.variantName' {FAILED} not be null"),
        (config_with(VariantName=7), f"Value '7' at {AT}.variantName' {FAILED} be a string"),
        (config_with(InitialInstanceCount="1"), f"Value '1' at {AT}.initialInstanceCount' {FAILED} be an integer"),
        (config_with(InitialInstanceCount=True), f"Value 'True' at {AT}.initialInstanceCount' {FAILED} be an integer"),
        (
            config_with(InitialInstanceCount=0),
            f"Value '0' at {AT}.initialInstanceCount' {FAILED} have value greater than or equal to 1",
        ),
        (
            config_with(ContainerStartupHealthCheckTimeoutInSeconds=3601),
            (
                f"Value '3601' at {AT}.containerStartupHealthCheckTimeoutInSeconds' {FAILED} "
                "have value less than or equal to 3600"
            ),
        ),
        (
            config_with(VariantName="a_b"),
            (
                f"Value 'a_b' at {AT}.variantName' {FAILED} "
                "satisfy regular expression pattern: [a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}"
            ),
        ),
        (
            {"EndpointConfigName": "c", "ProductionVariants": []},
            f"Value at 'productionVariants' {FAILED} have length greater than or equal to 1",
        ),
    ],
    ids=["required", "null", "type", "text number", "boolean number", "low", "high", "pattern", "few"],
)
def test_broken_constraint_is_named(request_: dict[str, Any], text: str) -> None:
    """Each kind of constraint is said in AWS's words with the member's path (6.10)."""
    assert f"1 validation error detected: {text}" == refused("CreateEndpointConfig", request_)


def test_enum_names_its_values() -> None:
    """A value outside an enumeration is answered with the enumeration."""
    said = refused("CreateEndpointConfig", config_with(AcceleratorType="ml.huge"))

    assert said.startswith(
        f"1 validation error detected: Value 'ml.huge' at {AT}.acceleratorType' {FAILED} satisfy enum value set: ["
    )
    assert "ml.eia1.medium" in said


def test_several_errors_are_counted() -> None:
    """Everything wrong is said at once, counted as AWS counts."""
    request = {"EndpointConfigName": "a_b", "ProductionVariants": [{**VARIANT, "VariantName": None}]}

    assert (
        f"2 validation errors detected: Value 'a_b' at 'endpointConfigName' {FAILED} "
        "satisfy regular expression pattern: [a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}; "
        f"Value null at {AT}.variantName' {FAILED} not be null"
    ) == refused("CreateEndpointConfig", request)


def test_unknown_member_is_named() -> None:
    """A member that the shape does not have is refused, and those it has are named."""
    said = refused("CreateEndpoint", {"EndpointName": "e", "EndpointConfigName": "c", "Endpoint": "e"})

    assert (
        f"1 validation error detected: Value at 'endpoint' {FAILED} "
        f"be one of {', '.join(service_model('sagemaker').operation_model('CreateEndpoint').input_shape.members)}"
    ) == said


@pytest.mark.parametrize(
    ("environment", "rule"),
    [
        ({"a-b": "1"}, "Map keys must satisfy constraint: [Member must satisfy regular expression pattern: "),
        ({"A": 1}, "Map values must satisfy constraint: [Member must be a string]"),
        ({"A": "x" * 1025}, "Map values must satisfy constraint: [Member must have length less than or equal to 1024]"),
    ],
    ids=["key", "type", "value"],
)
def test_map_entries_are_checked(environment: dict[str, Any], rule: str) -> None:
    """Keys and values of a map are held against their shapes."""
    request = {"ModelName": "m", "PrimaryContainer": {"Environment": environment}}

    assert refused("CreateModel", request).startswith(
        f"1 validation error detected: Value at 'primaryContainer.environment' failed to satisfy constraint: {rule}"
    )


def test_javas_pattern_is_understood() -> None:
    r"""A pattern in Java's words (`\p{L}`) lets a sound tag pass, and no other."""
    require_input("sagemaker", "CreateModel", {"ModelName": "m", "Tags": [{"Key": "team", "Value": "b\u00fcro 1"}]})
    said = refused("CreateModel", {"ModelName": "m", "Tags": [{"Key": "team", "Value": "1 $"}]})

    assert said.startswith("1 validation error detected: Value '1 $' at 'tags.1.member.value' failed to satisfy")
    assert r"\p{L}" in service_model("sagemaker").shape_for("TagKey").metadata["pattern"]


@pytest.mark.parametrize("pattern", [r"[\p{Alnum}]+", "a${1,2}"], ids=["class", "quantifier"])
def test_pattern_without_a_word_in_python_is_let_pass(pattern: str) -> None:
    """A pattern that Python cannot read is no reason to refuse a request."""
    assert matches(pattern, "a\nb")


def test_classes_are_of_ascii() -> None:
    r"""`\S` and `\d` are what they are in Java: U+0085 is no space, and U+0663 no digit."""
    assert matches(r"[\S]+", "a\x85")
    assert not matches(r"\d", "\u0663")


@pytest.mark.parametrize(
    ("request_", "text"),
    [
        (
            config_with(InitialVariantWeight=float("inf")),
            f"Value 'inf' at {AT}.initialVariantWeight' {FAILED} be a float",
        ),
        (
            config_with(InitialInstanceCount=2**31),
            f"Value '2147483648' at {AT}.initialInstanceCount' {FAILED} be an integer",
        ),
        (config_with(VariantName="\ud800"), f"Value '\ud800' at {AT}.variantName' {FAILED} be a string"),
    ],
    ids=["infinity", "33 bits", "half a character"],
)
def test_what_aws_cannot_hold_is_refused(request_: dict[str, Any], text: str) -> None:
    """What Python's JSON lets pass and no service could answer again is refused, with the member's name."""
    assert f"1 validation error detected: {text}" == refused("CreateEndpointConfig", request_)


def test_half_a_character_is_refused_in_maps() -> None:
    """An environment variable that cannot be written as UTF-8 is refused too."""
    request = {"ModelName": "m", "PrimaryContainer": {"Environment": {"A": "\ud800"}}}

    assert "Map values must satisfy constraint: [Member must be a string]" in refused("CreateModel", request)
