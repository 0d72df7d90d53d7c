"""``byoc train``: a training job inside an image."""

from __future__ import annotations

from pathlib import Path

import click

from emulator.errors import UsageError


@click.command()
@click.argument("image")
@click.option(
    "-c", "--channel", "channels", metavar="NAME=FOLDER", multiple=True, help="Training data, by channel. Repeatable."
)
@click.option(
    "-p",
    "--hyperparameter",
    "hyperparameters",
    metavar="NAME=VALUE",
    multiple=True,
    help="For the program. Repeatable.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("model.tar.gz"),
    show_default=True,
    help="Where the model goes.",
)
def train(image: str, channels: tuple[str, ...], hyperparameters: tuple[str, ...], output: Path) -> None:
    """Train inside IMAGE, as `docker run IMAGE train`, and write model.tar.gz.

    Channels are mounted below /opt/ml/input/data, hyperparameters go into
    /opt/ml/input/config/hyperparameters.json, and what the program leaves in
    /opt/ml/model becomes the archive, so that a model and the libraries that
    read it have the same versions.

    \b
    byoc train my-image:dev -c train=./data -p max_depth=5 -o model.tar.gz
    """
    from emulator.assemble import session

    folders = {name: Path(value) for name, value in map(_pair, channels)}
    with session() as opened:
        job = opened.train(image, folders, output, hyperparameters=dict(map(_pair, hyperparameters)))
    for line in job.log:
        click.echo(line, err=True)
    click.echo(f"trained in {job.seconds:.1f} s", err=True)
    click.echo(job.model_data)


def _pair(given: str) -> tuple[str, str]:
    name, equals, value = given.partition("=")
    if not (name and equals):
        raise UsageError(f"{given} cannot be understood.", fix="write NAME=VALUE")
    return name, value
