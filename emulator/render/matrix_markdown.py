"""A matrix as Markdown, for a README: a grid for each pair of the last two axes, and what is behind its words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from emulator.model.grid import Cell, End, MatrixReport
from emulator.render.matrix_summary import Grid, findings, grids, words
from emulator.render.words import one_line

SIGNS: Mapping[End, str] = {
    "same": "✅",
    "within tolerance": "☑️",
    "changed": "⚠️",
    "fails to load": "❌",
    "fails to build": "❌",
    "cannot be installed": "➖",
    "errored": "❔",
}

_LENGTH = 300


def render(report: MatrixReport) -> str:
    """The matrix as Markdown; what images say in it is text, whatever characters it has."""
    return "\n".join([*_lines(report), ""])


def _lines(report: MatrixReport) -> Iterator[str]:
    for grid in grids(report):
        if grid.fixed:
            yield from (f"**{_text(grid.fixed)}**", "")
        yield from _table(grid)
        yield ""
    said = findings(report)
    for cells, cell, text in said:
        yield f"- **{_text(cells)}** {words(cell)}: {_text(_cut(text))}"
    if said:
        yield ""
    day = one_line(report.date)[:10]
    constant = [f"{each.name} {each.values[0].value}" for each in report.axes if len(each.values) == 1]
    yield _text(f"{', '.join([*constant, ' → '.join(report.subject)])}; byoc-emulator {report.version}, {day}.")


def _table(grid: Grid) -> Iterator[str]:
    corner = f"{grid.rows} ↓ {grid.columns} →" if grid.columns else grid.rows
    yield _row([corner, *map(str, grid.headings)])
    yield "|---" * (len(grid.headings) + 1) + "|"
    for heading, cells in grid.lines:
        yield _row([str(heading), *map(_words, cells)])


def _row(texts: list[str]) -> str:
    return f"| {' | '.join(map(_text, texts))} |"


def _words(cell: Cell | None) -> str:
    if cell is None:
        return ""
    return words(cell) if cell.baseline else f"{SIGNS[cell.end]} {words(cell)}"


def _cut(text: str) -> str:
    return text if len(text) <= _LENGTH else f"{text[:_LENGTH]}…"


def _text(text: str) -> str:
    """Text that Markdown takes for nothing else."""
    return re.sub(r"([\\`*_\[\]<>|#~])", r"\\\1", one_line(text))
