"""Each limit of CreateModel: the last value it allows, and AWS's words for the next one."""

from __future__ import annotations

import re
from typing import Any

import pytest

from emulator.errors import ValidationException
from emulator.model.hosting import ContainerDefinition, Model, ModelData, require_endpoint_name

NAME_PATTERN = "[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}"


def one_error(text: str) -> str:
    """AWS's words for one broken constraint."""
    return f"1 validation error detected: {text}"


def refused(make: Any) -> str:
    """What is said to a definition that must be refused."""
    with pytest.raises(ValidationException) as caught:
        make()
    return str(caught.value)


def environment_of(size: int) -> dict[str, str]:
    """A sound environment whose keys and values have so many bytes together."""
    variables: dict[str, str] = {}
    left = size
    while left > 0:
        key = f"K{len(variables):03}"
        value = "x" * min(1024, left - len(key))
        variables[key] = value
        left -= len(key) + len(value)
    return variables


@pytest.mark.parametrize(
    "arguments",
    [
        {"image": "i" * 255},
        {"image": "i", "environment": {f"K{n}": "" for n in range(100)}},
        {"image": "i", "environment": {"K" * 1024: "v" * 1024}},
        {"image": "i", "environment": {"_a9": "\n\ttext = \u00e9"}},
        {"image": "i", "environment": environment_of(32 * 1024)},
        {"image": "i", "container_hostname": "h" * 63},
        {"image": "i", "container_hostname": "a--b"},
    ],
    ids=["image", "entries", "key and value", "signs", "32 KB", "hostname", "hyphens"],
)
def test_last_allowed_value_is_allowed(arguments: dict[str, Any]) -> None:
    """A value exactly at its limit makes a definition."""
    definition = ContainerDefinition(**arguments)

    assert arguments["image"] == definition.image


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (
            {"image": "i" * 256},
            one_error(
                f"Value '{'i' * 256}' at 'image' failed to satisfy constraint: "
                "Member must have length less than or equal to 255"
            ),
        ),
        (
            {"image": "my image"},
            one_error(
                "Value 'my image' at 'image' failed to satisfy constraint: "
                r"Member must satisfy regular expression pattern: [\S]+"
            ),
        ),
        (
            {"image": ""},
            one_error(
                "Value '' at 'image' failed to satisfy constraint: "
                r"Member must satisfy regular expression pattern: [\S]+"
            ),
        ),
        (
            {"image": "i", "environment": {f"K{n}": "" for n in range(101)}},
            one_error(
                "Value at 'environment' failed to satisfy constraint: Member must have length less than or equal to 100"
            ),
        ),
        (
            {"image": "i", "environment": {"K" * 1025: ""}},
            one_error(
                "Value at 'environment' failed to satisfy constraint: "
                "Map keys must satisfy constraint: [Member must have length less than or equal to 1024]"
            ),
        ),
        (
            {"image": "i", "environment": {"my-key": ""}},
            one_error(
                "Value at 'environment' failed to satisfy constraint: Map keys must satisfy constraint: "
                "[Member must satisfy regular expression pattern: [a-zA-Z_][a-zA-Z0-9_]*]"
            ),
        ),
        (
            {"image": "i", "environment": {"K": "v" * 1025}},
            one_error(
                "Value at 'environment' failed to satisfy constraint: "
                "Map values must satisfy constraint: [Member must have length less than or equal to 1024]"
            ),
        ),
        (
            {"image": "i", "environment": environment_of(32 * 1024 + 1)},
            "The total size of the keys and values of the Environment of a container must not exceed 32 KB.",
        ),
        (
            {"image": "i", "container_hostname": "h" * 64},
            one_error(
                f"Value '{'h' * 64}' at 'containerHostname' failed to satisfy constraint: "
                "Member must have length less than or equal to 63"
            ),
        ),
        (
            {"image": "i", "container_hostname": "a_b"},
            one_error(
                "Value 'a_b' at 'containerHostname' failed to satisfy constraint: "
                f"Member must satisfy regular expression pattern: {NAME_PATTERN}"
            ),
        ),
        (
            {"image": "i", "container_hostname": "a-"},
            one_error(
                "Value 'a-' at 'containerHostname' failed to satisfy constraint: "
                f"Member must satisfy regular expression pattern: {NAME_PATTERN}"
            ),
        ),
        (
            {"image": "i", "model_data_url": "s3://b/k.tar.gz", "model_data_source": ModelData(uri="s3://b/k.tar.gz")},
            "ModelDataUrl and ModelDataSource cannot both be specified.",
        ),
    ],
    ids=[
        *("long image", "space", "no image", "101 entries", "long key", "bad key", "long value", "over 32 KB"),
        *("long hostname", "underscore", "trailing hyphen", "both sources"),
    ],
)
def test_first_forbidden_value_is_refused(arguments: dict[str, Any], text: str) -> None:
    """A value just over its limit is refused in AWS's words."""
    assert text == refused(lambda: ContainerDefinition(**arguments))


def test_environment_counts_bytes_not_characters() -> None:
    """The 32 KB are bytes of UTF-8: half as many two-byte characters fill them."""
    halves = {f"K{n:03}": "\u00e9" * 510 for n in range(32)}

    assert 32 * 1024 == sum(len(key) + len(value.encode()) for key, value in halves.items())
    assert halves == ContainerDefinition("i", environment=halves).environment
    assert "must not exceed 32 KB" in refused(lambda: ContainerDefinition("i", environment={**halves, "K": ""}))


def test_environment_is_a_copy() -> None:
    """Changing the mapping afterwards does not change the definition."""
    given = {"A": "1"}
    definition = ContainerDefinition("i", environment=given)
    given["A"] = "2"

    assert {"A": "1"} == definition.environment


def test_local_path_is_model_data() -> None:
    """Any path-like object is an address of model data."""
    from pathlib import Path

    definition = ContainerDefinition("i", model_data_url=Path("/models/model.tar.gz"))

    assert ModelData(uri="/models/model.tar.gz") == definition.model_data


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (
            lambda: ModelData(uri="s3://b/" + "k" * 1018),
            one_error(
                f"Value 's3://b/{'k' * 1018}' at 'modelDataUrl' failed to satisfy constraint: "
                "Member must have length less than or equal to 1024"
            ),
        ),
        (
            lambda: ModelData(uri="s3://b/p/", data_type="S3Prefix"),
            "CompressionType Gzip can only be used with S3DataType S3Object.",
        ),
        (
            lambda: ModelData(uri="s3://b/p", data_type="S3Prefix", compression="None"),
            "The S3Uri s3://b/p of S3DataType S3Prefix must end with a forward slash.",
        ),
    ],
    ids=["length", "gzip prefix", "slash"],
)
def test_model_data_rule(make: Any, text: str) -> None:
    """Model data that CreateModel would refuse is refused (hosting contract 1.18)."""
    assert text == refused(make)


@pytest.mark.parametrize(
    "data",
    [
        ModelData(uri="s3://b/" + "k" * 1017),
        ModelData(uri="s3://b/p/", data_type="S3Prefix", compression="None"),
        ModelData(uri="s3://b/k", compression="None"),
    ],
    ids=["length", "prefix", "object"],
)
def test_sound_model_data_is_on_s3(data: ModelData) -> None:
    """Every sound combination of type and compression is accepted."""
    assert data.on_s3


@pytest.mark.parametrize(
    ("containers", "text"),
    [
        ([], "Either PrimaryContainer or Containers must be specified."),
        (
            [ContainerDefinition("i")] * 16,
            one_error(
                "Value at 'containers' failed to satisfy constraint: Member must have length less than or equal to 15"
            ),
        ),
        (
            [ContainerDefinition("i", container_hostname="a"), ContainerDefinition("i")],
            "If a ContainerHostname is given for one container, all must have one.",
        ),
        (
            [ContainerDefinition("i", container_hostname="a")] * 2,
            "ContainerHostname a is used by more than one container; it must be unique.",
        ),
        (
            [
                ContainerDefinition("i", environment=environment_of(32 * 1024)),
                ContainerDefinition("i", environment={"K": ""}),
            ],
            (
                "The total size of the keys and values of the Environment of the containers of this model "
                "must not exceed 32 KB."
            ),
        ),
    ],
    ids=["none", "16", "some names", "same names", "32 KB"],
)
def test_chain_rule(containers: list[ContainerDefinition], text: str) -> None:
    """A chain that CreateModel would refuse is refused (hosting contract 1.29, 4.1, 4.11)."""
    assert text == refused(lambda: Model(containers=tuple(containers)))


def test_fifteen_containers_are_allowed() -> None:
    """The longest pipeline has 15 containers, with 32 KB of environment between them."""
    half = environment_of(16 * 1024)
    containers = (*[ContainerDefinition("i", environment=half)] * 2, *[ContainerDefinition("i")] * 13)

    assert 15 == len(Model(containers=containers).containers)


@pytest.mark.parametrize(
    ("model", "names"),
    [
        (Model(containers=(ContainerDefinition("i"),)), ("primary",)),
        (Model(containers=(ContainerDefinition("i", container_hostname="own"),)), ("own",)),
        (Model(containers=(ContainerDefinition("i", container_hostname="own"),), primary=True), ("primary",)),
        (Model(containers=(ContainerDefinition("i"),) * 2), ("container-1", "container-2")),
        (
            Model(containers=tuple(ContainerDefinition("i", container_hostname=name) for name in "ab")),
            ("a", "b"),
        ),
    ],
    ids=["lone", "lone named", "primary named", "chain", "chain named"],
)
def test_containers_are_called(model: Model, names: tuple[str, ...]) -> None:
    """Messages call containers by their hostname, by position, or `primary` (hosting contract 3.5, 4.11)."""
    assert names == model.hostnames(single="primary")


@pytest.mark.parametrize("name", ["e" * 63, "a-1", "A"])
def test_endpoint_name_is_allowed(name: str) -> None:
    """Up to 63 letters, digits and inner hyphens are a name."""
    require_endpoint_name(name)

    assert re.fullmatch(NAME_PATTERN, name)


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("e" * 64, "have length less than or equal to 63"),
        ("", f"satisfy regular expression pattern: {NAME_PATTERN}"),
        ("-a", f"satisfy regular expression pattern: {NAME_PATTERN}"),
        ("a-", f"satisfy regular expression pattern: {NAME_PATTERN}"),
        ("a_b", f"satisfy regular expression pattern: {NAME_PATTERN}"),
        ("a\n", f"satisfy regular expression pattern: {NAME_PATTERN}"),
    ],
)
def test_endpoint_name_is_refused(name: str, rule: str) -> None:
    """Any other name is refused in AWS's words (hosting contract 6.1)."""
    text = one_error(f"Value '{name}' at 'endpointName' failed to satisfy constraint: Member must {rule}")

    assert text == refused(lambda: require_endpoint_name(name))
