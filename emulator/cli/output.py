"""Reports: in which format, where to, and what they mean for the exit code."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from emulator.errors import UsageError
from emulator.model.finding import Severity

if TYPE_CHECKING:
    from emulator.model.report import Report

Command = TypeVar("Command", bound="Callable[..., Any] | click.Command")

FORMATS: Final = ("text", "json", "junit", "sarif", "html", "github")

FINDINGS, BROKEN = 1, 3


@dataclass(frozen=True, slots=True)
class Output:
    """One report: its format, and the file it goes to; None is standard output."""

    form: str
    path: Path | None


def format_option(forms: Sequence[str] = FORMATS) -> Callable[[Command], Command]:
    """``--format``, of every command that ends in a report.

    Args:
        forms: what it takes.
    """
    return click.option(
        "-f",
        "--format",
        "formats",
        metavar="FORMAT[=FILE]",
        multiple=True,
        help=f"{', '.join(forms)}; to a file or to standard output. Repeatable; default is text.",
    )


def exit_code(report: Report, *, at: Severity, known: bool = False) -> int:
    """0, 1 for findings that nobody knows, 3 where a check of ours broke."""
    if report.count("errored"):
        return BROKEN
    return FINDINGS if report.fails(at=at) and not known else 0


def output_of(given: str, forms: Sequence[str] = FORMATS) -> Output:
    """What ``--format`` says, where there are these forms.

    Raises:
        UsageError: there is no such format, or the file cannot be written.
    """
    form, equals, path = given.partition("=")
    if form not in forms or (equals and not path):
        raise UsageError(f"--format {given} cannot be understood.", fix=f"give one of {', '.join(forms)}, or html=FILE")
    if path and not Path(path).absolute().parent.is_dir():
        raise UsageError(f"{path} cannot be written.", why="its folder does not exist", fix="make it first")
    return Output(form, Path(path) if path else None)


def write(output: Output, report: Report, *, at: Severity, environ: Mapping[str, str]) -> None:
    """Write one report."""
    if output.form == "text" and output.path is None:
        from rich.console import Console

        from emulator.render.text import show

        show(report, Console(highlight=False), at=at)
        return
    text = _renderer(output.form)(report, at=at)
    if output.path is None:
        click.echo(text, nl=not text.endswith("\n"))
    else:
        output.path.write_text(text, "utf-8")
        click.echo(f"{output.form} report: {output.path}", err=True)
    summary = environ.get("GITHUB_STEP_SUMMARY")
    if output.form == "github" and summary:
        from emulator.render.github import step_summary

        with open(summary, "a", encoding="utf-8") as page:  # noqa: PTH123 - appended to, which Path does not do
            page.write(step_summary(report, at=at))


def _renderer(form: str) -> Callable[..., str]:
    from importlib import import_module

    module = "json_report" if form == "json" else form
    render: Callable[..., str] = import_module(f"emulator.render.{module}").render
    return render
