"""``byoc fuzz``: what breaks an image."""

from __future__ import annotations

import json
import re
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from emulator.cli.model_options import model_options
from emulator.cli.output import Output, exit_code, format_option, output_of, write
from emulator.errors import UsageError
from emulator.model.finding import SEVERITIES, Severity
from emulator.model.hosting import Model
from emulator.settings import Settings

if TYPE_CHECKING:
    from emulator.model.record import RecordSchema

DURATION: Final = re.compile(r"(\d+(?:\.\d+)?)(s|m|h)?")

UNITS: Final = {"s": 1, "m": 60, "h": 3600, None: 1}


class Duration(click.ParamType):  # type: ignore[type-arg] # generic from click 8.4 on
    """Seconds, as ``90``, ``90s``, ``1.5m`` or ``1h``."""

    name = "duration"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """A number of seconds above zero."""
        found = DURATION.fullmatch(str(value))
        seconds = float(found.group(1)) * UNITS[found.group(2)] if found else 0.0
        if seconds <= 0:
            self.fail(f"{value!r} is no duration; give 60, 60s or 2m", param, ctx)
        return seconds


@click.command()
@model_options
@click.option("--sample", type=click.Path(path_type=Path), metavar="FILE", help="Rows that the image answers.")
@click.option("-t", "--content-type", metavar="TYPE", help="Their media type; default is by the file's name.")
@click.option("-a", "--accept", metavar="TYPE", help="Media type wanted back.")
@click.option("--schema", type=click.Path(path_type=Path), metavar="FILE", help="JSON Schema of the rows.")
@click.option(
    "--time", "seconds", type=Duration(), default="60s", show_default=True, help="For all properties together."
)
@click.option(
    "--examples",
    type=click.IntRange(1),
    default=10_000,
    show_default=True,
    help="Most draws for one property; each is good for many requests.",
)
@click.option("--select", metavar="WORD", multiple=True, help="Only these properties: codes or names. Repeatable.")
@click.option("--seed", type=int, help="Draw the same cases as with this seed before.")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=".byoc-fuzz",
    show_default=True,
    help="Keeps what broke a property, to be tried first next time.",
)
@click.option(
    "--replay",
    type=click.Path(path_type=Path),
    multiple=True,
    metavar="FILE",
    help="Try this saved case only. Repeatable.",
)
@click.option("--fail-on", type=click.Choice(SEVERITIES), default="warning", show_default=True, help="Least severity.")
@format_option()
@click.option("-q", "--quiet", is_flag=True, help="No progress on standard error.")
def fuzz(
    model: Model,
    settings: Settings,
    sample: Path | None,
    content_type: str | None,
    accept: str | None,
    schema: Path | None,
    seconds: float,
    examples: int,
    select: tuple[str, ...],
    seed: int | None,
    folder: Path,
    replay: tuple[Path, ...],
    fail_on: Severity,
    formats: tuple[str, ...],
    quiet: bool,
) -> None:
    """Search for requests that break IMAGE, or a chain of 2 to 15.

    Draws rows like those of the sample, what is near them, and what is hostile,
    and holds the answers against properties that every sound image has. What
    breaks one is made as small as it gets, saved, and tried first next time.
    Exit codes are those of `byoc check`.

    \b
    byoc fuzz my-image:dev -m model.tar.gz --sample rows.csv --time 2m
    byoc fuzz my-image:dev -m model.tar.gz --sample rows.csv --replay .byoc-fuzz/cases/FUZ002-0123456789ab.json
    """
    from emulator.cli.show import progress
    from emulator.contract.sample import sample_from
    from emulator.fuzz.run import Fuzzing
    from emulator.verdict import fuzz as fuzzed

    outputs = [output_of(each) for each in formats] or [Output("text", None)]
    request = None if sample is None else sample_from(sample, content_type, accept)
    media_type = content_type if request is None else request.content_type
    how = Fuzzing(seconds=seconds, examples=examples, select=select, seed=seed, folder=folder, replay=replay)
    with progress(quiet=quiet) as emit:
        report = fuzzed(
            model,
            how,
            sample=request,
            schema=None if schema is None else _schema(schema, media_type),
            settings=settings,
            emit=emit,
            command=shlex.join(["byoc", *sys.argv[1:]]),
        )
    for each in outputs:
        write(each, report, at=fail_on, environ=settings.environ)
    sys.exit(exit_code(report, at=fail_on))


def _schema(path: Path, content_type: str | None) -> RecordSchema:
    from emulator.strategies import schema_records

    try:
        read = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as broken:
        raise UsageError(f"{path} cannot be read.", why=str(broken), fix="give a JSON Schema") from broken
    return schema_records(read, media_type=content_type or "application/json")
