"""A report for the terminal: the verdict first, then each finding with what, why, fix and evidence.

Lines to copy are never wrapped: print what ``renderable`` gives without cropping, as ``show`` does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import StringIO
from typing import Final

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from emulator.model.finding import Finding, Severity
from emulator.model.report import Portrait, Report, Status
from emulator.render.prose import WIDTH, evidence, paragraphs, reproduce
from emulator.render.summary import STATUSES, State, families, findings_of, health, reasons, subjects, timing, verdict
from emulator.render.words import one_line, size

_STATES: Final[dict[State, tuple[str, str]]] = {
    "pass": ("PASS", "bold green"),
    "fail": ("FAIL", "bold red"),
    "unsure": ("UNDECIDED", "bold yellow"),
}
_COLOURS: Final[dict[Severity, str]] = {"error": "bold red", "warning": "bold yellow", "note": "bold blue"}
_LOG: Final = 8  # the rest is in every other format
_SHADES: Final[dict[Status, str]] = {"passed": "green", "failed": "red", "skipped": "dim", "errored": "yellow"}


def render(report: Report, *, at: Severity = "warning") -> str:
    """The report as plain lines of at most 80 columns, except those that are to be copied."""
    written = StringIO()
    show(report, Console(file=written, width=WIDTH, no_color=True, color_system=None, force_terminal=False), at=at)
    return "".join(f"{line.rstrip()}\n" for line in written.getvalue().splitlines())


def show(report: Report, console: Console, *, at: Severity = "warning") -> None:
    """Print the report; a command longer than the console is wide runs over its edge in one piece."""
    console.print(renderable(report, at=at), crop=False, highlight=False)


def renderable(report: Report, *, at: Severity = "warning") -> RenderableType:
    """The report in colour; to be printed with ``crop=False``."""
    return Group(*_blocks(report, at))


def _blocks(report: Report, at: Severity) -> Iterator[RenderableType]:
    said = verdict(report, at=at)
    word, style = _STATES[said.state]
    yield Text.assemble((word, style), "  ", (said.subject, "bold"), "  ", said.text)
    yield Text("; ".join(filter(None, [said.found, said.checks])))
    yield Text(timing(report), style="dim")
    for name, portrait in subjects(report).items():
        findings = findings_of(report, name)
        if portrait is None and not findings:
            continue
        yield Text()
        yield Text(one_line(name), style="bold underline")
        if portrait is not None:
            yield Text(_facts(portrait), style="dim")
        for finding in findings:
            yield from _finding(finding)
    yield Text()
    yield _counts(report)
    yield from _leftovers(report)
    if report.command:
        yield Text()
        yield Text("again:", style="dim")
        yield _verbatim(one_line(report.command), indent=2)


def _facts(portrait: Portrait) -> str:
    return one_line(
        " · ".join(
            filter(
                None,
                [
                    portrait.image,
                    portrait.image_id[:19],
                    portrait.architecture,
                    size(portrait.size_bytes) if portrait.size_bytes else "",
                    portrait.model_data and f"model {portrait.model_data}",
                    health(portrait),
                ],
            )
        )
    )


def _finding(finding: Finding) -> Iterator[RenderableType]:
    rule, manual = finding.rule, finding.rule.manual
    yield Text()
    yield Text.assemble(
        "  ", (finding.severity, _COLOURS[finding.severity]), "  ", (rule.code, "bold"), f"  {one_line(rule.name)}"
    )
    yield _labelled(
        [
            ("what", Text(one_line(finding.what), style="bold")),
            ("why", Text("\n".join(paragraphs(manual.why)))),
            ("fix", Text("\n".join(paragraphs(manual.fix)))),
            *(("seen", Text(line)) for line in evidence(finding, log=_LOG)),
        ]
    )
    commands = list(reproduce(finding))
    if commands:
        yield Text("    try it:", style="dim")
    for command in commands:
        yield _verbatim(command, indent=6)


def _labelled(rows: Iterable[tuple[str, Text]]) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True, style="dim", min_width=8)
    grid.add_column(overflow="fold")
    before = ""
    for label, text in rows:
        grid.add_row("" if label == before else f"    {label}", text)
        before = label
    return grid


def _verbatim(line: str, *, indent: int) -> Text:
    return Text(" " * indent + line, style="cyan", no_wrap=True, overflow="ignore")


def _counts(report: Report) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("checks")
    for status in STATUSES:
        table.add_column(status, justify="right", style=_SHADES[status])
    for family, counts in families(report).items():
        table.add_row(Text(one_line(family)), *(str(counts[status] or "") for status in STATUSES))
    return table


def _leftovers(report: Report) -> Iterator[RenderableType]:
    statuses: tuple[Status, ...] = ("skipped", "errored")
    rows: list[tuple[str, Text]] = [
        (
            status,
            Text.assemble((" ".join(dict.fromkeys(each.rule.code for each in group)), "bold"), f"  {one_line(why)}"),
        )
        for status in statuses
        for why, group in reasons(report, status).items()
    ]
    rows += [
        ("known", Text.assemble((each.rule.code, "bold"), f"  {one_line(f'{each.container}: {each.what}')}"))
        for each in report.known
    ]
    if rows:
        yield Text()
        yield _labelled((label, text) for label, text in rows)
