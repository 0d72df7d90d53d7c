"""``byoc record``: what an image or an endpoint answers, kept to be compared with later."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from emulator.cli.model_options import optional_model_options
from emulator.errors import UsageError
from emulator.model.hosting import Model
from emulator.settings import Settings

if TYPE_CHECKING:
    from emulator.model.recording import Recording
    from emulator.regression import RemoteEndpoint


@click.command()
@optional_model_options
@click.option(
    "--endpoint", metavar="NAME", help="Record an endpoint instead: of byoc serve (--endpoint-url), or on AWS."
)
@click.option("--region", metavar="REGION", help="Of the endpoint on AWS.")
@click.option(
    "--sample",
    "samples",
    type=click.Path(path_type=Path),
    metavar="FILE",
    multiple=True,
    required=True,
    help="What to ask, as the body of one request. Repeatable.",
)
@click.option("-t", "--content-type", metavar="TYPE", help="Media type of all samples; default is by the file's name.")
@click.option("-a", "--accept", metavar="TYPE", help="Media type wanted back.")
@click.option("--rows", is_flag=True, help="Ask each line of CSV and JSON lines on its own as well.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE", required=True, help="The recording to write."
)
@click.option("--update", is_flag=True, help="Replace the recording that is there, and say what is different.")
@click.option("-q", "--quiet", is_flag=True, help="Only warnings and errors on standard error.")
def record(
    model: Model | None,
    settings: Settings,
    endpoint: str | None,
    region: str | None,
    samples: tuple[Path, ...],
    content_type: str | None,
    accept: str | None,
    rows: bool,
    output: Path,
    update: bool,
    quiet: bool,
) -> None:
    """Record what IMAGE, a chain of 2 to 15, or an endpoint answers.

    The file is made to be read, committed and reviewed: each line of a request and
    of a reply is one line of it. Ids and times that are new in each reply are
    replaced by references. A recording is never replaced without --update.

    \b
    byoc record my-image:dev -m model.tar.gz --sample rows.csv -o golden.json
    byoc record --endpoint my-endpoint --region eu-west-1 --sample rows.csv -o golden.json
    byoc record --endpoint my-endpoint --endpoint-url http://127.0.0.1:4566 --sample rows.csv -o golden.json
    """
    from emulator.cli.show import progress
    from emulator.compare.file import replaced_by, write_recording
    from emulator.contract.sample import sample_from
    from emulator.regression import record as recorded

    subject = _subject(model, endpoint, region)
    old = replaced_by(output, update=update)
    asked = [sample_from(path, content_type, accept) for path in samples]
    with progress(quiet=quiet) as emit:
        new = recorded(subject, asked, rows=rows, settings=settings, emit=emit)
    write_recording(new, output, update=update)
    for line in _summary(new, old, output):
        click.echo(line)


def _subject(model: Model | None, endpoint: str | None, region: str | None) -> Model | RemoteEndpoint:
    from emulator.regression import RemoteEndpoint

    how = "byoc record IMAGE --model model.tar.gz …, or byoc record --endpoint NAME …"
    if model is None:
        if endpoint is None:
            raise UsageError("Nothing is given to record.", fix=how)
        return RemoteEndpoint(name=endpoint, region=region)
    if endpoint is not None or region is not None:
        raise UsageError("Images are given, and an endpoint's name or region as well.", fix=how)
    return model


def _summary(new: Recording, old: Recording | None, output: Path) -> list[str]:
    from emulator.compare.changes import changes, told
    from emulator.render.words import printable

    lines = [f"{output}: {told(new)}", *(changes(old, new) if old is not None else ())]
    return [printable(each) for each in lines]
