"""``byoc check``: the verdict on an image before it is deployed."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from emulator.cli.model_options import model_options
from emulator.cli.output import Output, exit_code, format_option, output_of, write
from emulator.errors import UsageError
from emulator.model.finding import PROFILES, SEVERITIES
from emulator.model.hosting import Model
from emulator.settings import Settings

if TYPE_CHECKING:
    from emulator.contract.examination import Examination
    from emulator.model.report import Report


@click.command()
@model_options
@click.option("--sample", type=click.Path(path_type=Path), metavar="FILE", help="A request that the image answers.")
@click.option("-t", "--content-type", metavar="TYPE", help="Its media type; default is by the file's name.")
@click.option("-a", "--accept", metavar="TYPE", help="Media type wanted back for it.")
@click.option("--profile", type=click.Choice(PROFILES), help="Where the image is to be hosted (realtime).")
@click.option("--instance-type", metavar="TYPE", help="On which kind of instance (ml.m5.large).")
@click.option(
    "--select", metavar="WORD", multiple=True, help="Only these: codes, beginnings of codes, names, families."
)
@click.option("--ignore", metavar="WORD", multiple=True, help="All but these.")
@click.option("--set", "options", metavar="CODE.OPTION=VALUE", multiple=True, help="An option of a check. Repeatable.")
@click.option("--fail-on", type=click.Choice(SEVERITIES), help="The least severity that fails (warning).")
@click.option("--baseline", type=click.Path(path_type=Path), metavar="FILE", help="Findings in it do not fail.")
@click.option("--update-baseline", is_flag=True, help="Write what is found now to the baseline, and do not fail.")
@format_option()
@click.option("-q", "--quiet", is_flag=True, help="No progress on standard error.")
def check(
    model: Model,
    settings: Settings,
    sample: Path | None,
    content_type: str | None,
    accept: str | None,
    baseline: Path | None,
    update_baseline: bool,
    formats: tuple[str, ...],
    quiet: bool,
    options: tuple[str, ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    **flags: str | None,
) -> None:
    """Run the hosting contract against IMAGE, or against a chain of 2 to 15, and say what is wrong.

    No check needs source code or knows a framework. Each finding says why it
    matters on SageMaker, how to fix it, and how to see it with docker and curl;
    `byoc explain CODE` tells more. Exit code 1 when there are findings, 3 when
    the emulator or the engine broke, which says nothing about the image.

    \b
    byoc check my-image:dev -m model.tar.gz --sample rows.csv
    byoc check featurizer:dev predictor:dev -m f.tar.gz -m p.tar.gz --sample rows.csv -f html=report.html
    """
    from emulator.cli.show import progress
    from emulator.contract.sample import sample_from
    from emulator.verdict import check as checked

    outputs = [output_of(each) for each in formats] or [Output("text", None)]
    examination, path = _examination(settings.tables.get("check", {}), baseline, update_baseline)
    given = {"select": select or None, "ignore": ignore or None, "options": _options(options), **flags}
    examination = examination.changed(**given)
    request = None if sample is None else sample_from(sample, content_type, accept)
    with progress(quiet=quiet) as emit:
        report = checked(
            model,
            examination,
            sample=request,
            settings=settings,
            emit=emit,
            command=shlex.join(["byoc", *sys.argv[1:]]),
        )
    if request is None:
        click.echo("no --sample was given, so nothing could be said of how it answers a valid request", err=True)
    if update_baseline and path is not None:
        _write_baseline(path, report)
    for each in outputs:
        write(each, report, at=examination.fail_on, environ=settings.environ)
    sys.exit(exit_code(report, at=examination.fail_on, known=update_baseline))


def _examination(table: Mapping[str, Any], baseline: Path | None, update: bool) -> tuple[Examination, Path | None]:
    """What the project's file says, and where the baseline is."""
    from emulator.contract.examination import Examination, read_baseline

    told = dict(table)
    named = told.pop("baseline", None)
    path = baseline if baseline is not None else (Path(str(named)) if named else None)
    if update and path is None:
        raise UsageError("There is no baseline to update.", fix="name it: --baseline FILE")
    examination = Examination.of(told, where="[tool.byoc.check]")
    if path is not None and not update:
        examination = examination.changed(baseline=read_baseline(path))
    return examination, path


def _options(given: tuple[str, ...]) -> dict[str, dict[str, object]]:
    options: dict[str, dict[str, object]] = {}
    for each in given:
        name, equals, value = each.partition("=")
        code, dot, option = name.rpartition(".")
        if not (equals and dot and code and option):
            raise UsageError(
                f"--set {each} cannot be understood.", fix="write CODE.OPTION=VALUE; see byoc explain CODE"
            )
        options.setdefault(code, {})[option] = value
    return options


def _write_baseline(path: Path, report: Report) -> None:
    from emulator.adapters.whole_file import write_whole
    from emulator.contract.examination import baseline_text

    write_whole(path, baseline_text(report))
    click.echo(f"baseline: {path}", err=True)
