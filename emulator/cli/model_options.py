"""The options that describe a model, shared by all commands that host one."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import Any

import click

from emulator.errors import UsageError
from emulator.model.hosting import ContainerDefinition, Model
from emulator.settings import Settings

NO_MODEL = "none"


def optional_model_options(command: Callable[..., None]) -> Callable[..., None]:
    """The same, with None for ``model`` where no image is given."""
    return model_options(command, required=False)


def model_options(command: Callable[..., None], *, required: bool = True) -> Callable[..., None]:
    """Add the arguments and options that describe a model; the command gets it as ``model``, and ``settings``."""

    @wraps(command)
    def with_model(
        images: tuple[str, ...],
        models: tuple[str, ...],
        variables: tuple[str, ...],
        cli_input_json: str | None,
        network_isolation: bool,
        endpoint_url: str | None,
        startup_seconds: float | None,
        stop_seconds: float | None,
        **others: Any,
    ) -> None:
        described = images or models or variables or cli_input_json is not None or network_isolation
        wanted = required or described
        model = model_of(images, models, variables, cli_input_json, network_isolation) if wanted else None
        settings = settings_of(endpoint_url=endpoint_url, startup_seconds=startup_seconds, stop_seconds=stop_seconds)
        command(model=model, settings=settings, **others)

    decorated: Callable[..., None] = with_model
    for decorate in reversed(
        (
            click.argument("images", metavar="[IMAGE...]", nargs=-1),
            click.option(
                "-m",
                "--model",
                "models",
                metavar="PATH|s3://…|none",
                multiple=True,
                help="Model data of the image: folder, model.tar.gz or s3:// address. For a chain give it once per "
                "image, in order; `none` for an image that brings its own.",
            ),
            click.option(
                "-e",
                "--env",
                "variables",
                metavar="[N:]KEY=VALUE",
                multiple=True,
                help="Environment variable, for all containers or for the N-th alone. Repeatable.",
            ),
            click.option(
                "--cli-input-json",
                metavar="FILE|JSON",
                help="The model as `aws sagemaker create-model --cli-input-json` takes it (a file, file://FILE, or the "
                "text itself), instead of IMAGE arguments.",
            ),
            click.option("--network-isolation", is_flag=True, help="No route out of the containers."),
            click.option("--endpoint-url", metavar="URL", help="The S3 for s3:// addresses, if not AWS's own."),
            click.option("--startup-seconds", type=float, help="Window for the first healthy ping, 60 to 3600 (480)."),
            click.option("--stop-seconds", type=float, help="From SIGTERM to SIGKILL at the end (30)."),
        )
    ):
        decorated = decorate(decorated)
    return decorated


def model_of(
    images: Sequence[str],
    models: Sequence[str],
    variables: Sequence[str],
    cli_input_json: str | None,
    network_isolation: bool,
) -> Model:
    """The model that the options describe.

    Raises:
        UsageError: they contradict each other, or the JSON cannot be read.
        ValidationException: AWS would refuse the model.
    """
    if cli_input_json is not None:
        if images or models or variables or network_isolation:
            fix = "leave out IMAGE, --model, --env and --network-isolation"
            raise UsageError("--cli-input-json describes the whole model.", fix=fix)
        return _from_json(cli_input_json)
    if not images:
        raise UsageError("No image is given.", fix="give IMAGE --model model.tar.gz, or --cli-input-json FILE")
    if models and len(models) != len(images):
        raise UsageError(
            f"{len(images)} images, but {len(models)} times --model.",
            fix=f"give --model once per image, in order; `{NO_MODEL}` for an image that brings its own",
        )
    environments = _environments(variables, len(images))
    data = [None if each == NO_MODEL else each for each in models] or [None] * len(images)
    return Model(
        containers=tuple(
            ContainerDefinition(image, model_data_url=url, environment=environment)
            for image, url, environment in zip(images, data, environments, strict=True)
        ),
        enable_network_isolation=network_isolation,
    )


def settings_of(*, endpoint_url: str | None, startup_seconds: float | None, stop_seconds: float | None) -> Settings:
    """Settings with these flags on top."""
    return Settings.load(
        flags={"endpoint_url": endpoint_url, "startup_seconds": startup_seconds, "stop_seconds": stop_seconds}
    )


def _from_json(given: str) -> Model:
    from emulator.wire.create_model import model_from

    if given.lstrip().startswith("{"):
        text = given
    else:
        path = Path(given.removeprefix("file://"))
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as unreadable:
            raise UsageError(f"{path} cannot be read.", why=str(unreadable), fix="give a JSON file") from unreadable
    try:
        request = json.loads(text)
    except ValueError as broken:
        raise UsageError(
            "--cli-input-json is not JSON.", why=str(broken), fix="see aws sagemaker create-model help"
        ) from broken
    if not isinstance(request, dict):
        raise UsageError("--cli-input-json must be one JSON object.", fix="see aws sagemaker create-model help")
    return model_from(request)


def _environments(variables: Sequence[str], count: int) -> list[dict[str, str]]:
    environments: list[dict[str, str]] = [{} for _ in range(count)]
    for given in variables:
        name, equals, value = given.partition("=")
        position, colon, key = name.rpartition(":")
        if not equals or (colon and not (position.isdigit() and 1 <= int(position) <= count)):
            raise UsageError(
                f"--env {given} cannot be understood.", fix=f"write KEY=VALUE, or N:KEY=VALUE with N from 1 to {count}"
            )
        for environment in [environments[int(position) - 1]] if colon else environments:
            environment[key] = value
    return environments
