"""``byoc matrix``: which versions one could move to."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib import import_module
from io import StringIO
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, NoReturn

import click

from emulator.cli.output import BROKEN, FINDINGS, Output, format_option, output_of
from emulator.errors import UsageError
from emulator.settings import table_in

if TYPE_CHECKING:
    from emulator.model.comparison import Verdict
    from emulator.model.grid import MatrixReport

FORMATS: Final = ("text", "json", "junit", "html", "markdown")


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path), metavar="[FILE]")
@click.option("--full", is_flag=True, help="Take the axes of [matrix.full.axes].")
@click.option(
    "-m", "--model", "models", metavar="NAME=PATH", multiple=True, help="Model data of that image. Repeatable."
)
@click.option("--select", metavar="AXIS=VALUE", multiple=True, help="Only such cells. Repeatable.")
@click.option("--scheduler", metavar="tcp://…", help="Do it on the workers of this Dask scheduler.")
@click.option("--jobs", type=click.IntRange(1), metavar="N", help="At most so many cells at once on this machine.")
@click.option("--fail-on", metavar="VERDICT,…", help="The verdicts that fail; `none` for none.")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=".byoc-matrix",
    show_default=True,
    help="Keeps results and evidence; what is in it is not done again.",
)
@click.option("--fresh", is_flag=True, help="Do everything again.")
@click.option(
    "--show", type=click.Path(path_type=Path), metavar="JSON", help="Only show an earlier run's report again."
)
@format_option(FORMATS)
@click.option("-q", "--quiet", is_flag=True, help="No progress on standard error.")
def matrix(
    file: Path | None,
    full: bool,
    models: tuple[str, ...],
    select: tuple[str, ...],
    scheduler: str | None,
    jobs: int | None,
    fail_on: str | None,
    folder: Path,
    fresh: bool,
    show: Path | None,
    formats: tuple[str, ...],
    quiet: bool,
) -> None:
    """Build images with many versions and compare each with a baseline, on the same requests and model data.

    FILE has the table [matrix]; default is byoc.toml here, else [tool.byoc.matrix] of pyproject.toml. Verdicts are
    same, within tolerance, changed, fails to load, fails to build, and cannot be installed, which is no fault of the
    image. Results are kept by image, model data and requests, so a run that was stopped goes on where it was, and a
    repeated one does only what is new. Exit code 1 when a verdict fails, 3 when a cell could not be judged.

    \b
    byoc matrix
    byoc matrix --full --select xgboost=newest -f html=matrix.html -f junit=matrix.xml
    byoc matrix --show matrix.json -f markdown
    """
    from emulator.cli.show import progress
    from emulator.compare.matrix.table import matrix_table
    from emulator.grid import matrix as run_matrix

    outputs = [output_of(each, FORMATS) for each in formats] or [Output("text", None)]
    policy = None if fail_on is None else _fail_on(fail_on)
    if show is not None:
        report = _shown(show)
        _end(report if policy is None else replace(report, fail_on=policy), outputs)
    path, read = table_in("matrix", file)
    table = matrix_table(read, where=path.name, folder=path.absolute().parent)
    with progress(quiet=quiet) as emit:
        report = run_matrix(
            table if policy is None else replace(table, fail_on=policy),
            full=full,
            models=dict(_pair(each, "--model") for each in models),
            select=_selected(select),
            scheduler=scheduler,
            jobs=jobs,
            folder=folder,
            fresh=fresh,
            emit=emit,
            command=shlex.join(["byoc", *sys.argv[1:]]),
        )
    for each in (Output("json", folder / "matrix.json"), Output("html", folder / "matrix.html")):
        _write(each, report, quiet=True)
    _end(report, outputs)


def _end(report: MatrixReport, outputs: Sequence[Output]) -> NoReturn:
    for each in outputs:
        _write(each, report)
    sys.exit(BROKEN if report.errored else FINDINGS if report.failing else 0)


def _shown(path: Path) -> MatrixReport:
    from emulator.render.matrix_json import read

    return read(path)


def _fail_on(given: str) -> tuple[Verdict, ...]:
    from emulator.compare.matrix.table import fail_on

    return () if given == "none" else fail_on(tuple(each.strip() for each in given.split(",")), "--fail-on")


def _selected(given: Sequence[str]) -> dict[str, list[str]]:
    selected: dict[str, list[str]] = {}
    for each in given:
        axis, value = _pair(each, "--select")
        selected.setdefault(axis, []).append(value)
    return selected


def _pair(given: str, option: str) -> tuple[str, str]:
    name, equals, value = given.partition("=")
    if not (name and equals and value):
        raise UsageError(f"{option} {given} cannot be understood.", fix="write NAME=VALUE")
    return name, value


def _write(output: Output, report: MatrixReport, *, quiet: bool = False) -> None:
    from emulator.adapters.whole_file import write_whole

    if output.form == "text" and output.path is None:
        _print(report)
        return
    text = _text(output, report)
    if output.path is None:
        click.echo(text, nl=not text.endswith("\n"))
        return
    write_whole(output.path, text)
    if not quiet:
        click.echo(f"{output.form} report: {output.path}", err=True)


def _text(output: Output, report: MatrixReport) -> str:
    if output.form == "text":
        drawn = StringIO()
        _print(report, drawn)
        return drawn.getvalue()
    if output.form == "html":
        from emulator.render.matrix_html import render

        return render(report, evidence=os.path.relpath(report.folder, output.path.parent if output.path else "."))
    render_text: Callable[[MatrixReport], str] = import_module(f"emulator.render.matrix_{output.form}").render
    return render_text(report)


def _print(report: MatrixReport, file: IO[str] | None = None) -> None:
    from rich.console import Console

    from emulator.render.matrix_text import show

    show(report, Console(file=file, highlight=False, width=None if file is None else 120))
