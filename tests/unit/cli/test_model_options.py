"""From the options of a command to the model it hosts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from emulator.cli.model_options import model_of
from emulator.errors import UsageError, ValidationException
from emulator.model.hosting import ContainerDefinition, Model

REQUEST = {"ModelName": "iris", "PrimaryContainer": {"Image": "i", "Environment": {"A": "1"}}}
IRIS = Model(containers=(ContainerDefinition("i", environment={"A": "1"}),), primary=True)


def model(
    *images: str,
    models: Sequence[str] = (),
    env: Sequence[str] = (),
    cli_input_json: str | None = None,
    isolated: bool = False,
) -> Model:
    """The model of these options."""
    return model_of(images, models, env, cli_input_json, isolated)


def test_images_make_a_chain() -> None:
    """Images, their model data and their variables go together by position."""
    made = model("a", "b", models=["m.tar.gz", "none"], env=["X=1", "2:Y=a=b", "1:Z=", "2:X=2"], isolated=True)

    assert (
        Model(
            containers=(
                ContainerDefinition("a", model_data_url="m.tar.gz", environment={"X": "1", "Z": ""}),
                ContainerDefinition("b", environment={"X": "2", "Y": "a=b"}),
            ),
            enable_network_isolation=True,
        )
        == made
    )


@pytest.mark.parametrize(
    ("images", "options", "text"),
    [
        ([], {}, "No image is given.\nfix: give IMAGE --model model.tar.gz, or --cli-input-json FILE"),
        (
            ["a", "b"],
            {"models": ["m"]},
            (
                "2 images, but 1 times --model.\n"
                "fix: give --model once per image, in order; `none` for an image that brings its own"
            ),
        ),
        (
            ["a"],
            {"env": ["X"]},
            "--env X cannot be understood.\nfix: write KEY=VALUE, or N:KEY=VALUE with N from 1 to 1",
        ),
        (
            ["a"],
            {"env": ["2:X=1"]},
            "--env 2:X=1 cannot be understood.\nfix: write KEY=VALUE, or N:KEY=VALUE with N from 1 to 1",
        ),
        (
            ["a"],
            {"env": ["b:X=1"]},
            "--env b:X=1 cannot be understood.\nfix: write KEY=VALUE, or N:KEY=VALUE with N from 1 to 1",
        ),
        (
            [],
            {"cli_input_json": "{"},
            (
                "--cli-input-json is not JSON.\n"
                "why: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)\n"
                "fix: see aws sagemaker create-model help"
            ),
        ),
        (
            [],
            {"cli_input_json": "/no/such/file.json"},
            (
                "/no/such/file.json cannot be read.\n"
                "why: [Errno 2] No such file or directory: '/no/such/file.json'\n"
                "fix: give a JSON file"
            ),
        ),
    ],
    ids=[
        *("no image", "few models", "no value", "position", "no number"),
        *("no json", "no file"),
    ],
)
def test_contradiction_is_told(images: list[str], options: dict[str, Any], text: str) -> None:
    """Options that contradict each other or cannot be read are told, with what to write."""
    with pytest.raises(UsageError) as caught:
        model(*images, **options)

    assert text == str(caught.value)


@pytest.mark.parametrize(
    ("images", "options"),
    [(["a"], {}), ([], {"models": ["m"]}), ([], {"env": ["X=1"]}), ([], {"isolated": True})],
    ids=["image", "model", "env", "isolation"],
)
def test_json_stands_alone(images: list[str], options: dict[str, Any]) -> None:
    """Nothing that the JSON would say can be said beside it, so nothing is silently ignored."""
    with pytest.raises(UsageError) as caught:
        model(*images, cli_input_json="{}", **options)

    assert (
        "--cli-input-json describes the whole model.\nfix: leave out IMAGE, --model, --env and --network-isolation"
    ) == str(caught.value)


@pytest.mark.parametrize("form", ["text", "file", "file://"])
def test_json_may_be_given_as(tmp_path: Path, form: str) -> None:
    """A CreateModel request may be the text itself, a file, or file:// as with the AWS CLI."""
    path = tmp_path / "create-model.json"
    path.write_text(json.dumps(REQUEST))
    given = {"text": f"  {json.dumps(REQUEST)}", "file": str(path), "file://": f"file://{path}"}[form]

    assert IRIS == model(cli_input_json=given)


def test_json_must_be_an_object(tmp_path: Path) -> None:
    """A JSON list is no request."""
    (tmp_path / "list.json").write_text("[]")
    with pytest.raises(UsageError) as caught:
        model(cli_input_json=str(tmp_path / "list.json"))

    assert "--cli-input-json must be one JSON object.\nfix: see aws sagemaker create-model help" == str(caught.value)


def test_json_is_held_against_aws() -> None:
    """A request that AWS would refuse is refused in its words."""
    with pytest.raises(ValidationException, match="Value null at 'modelName' failed to satisfy constraint"):
        model(cli_input_json='{"PrimaryContainer": {"Image": "i"}}')
