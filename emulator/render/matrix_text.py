"""A matrix in a terminal: a grid for two axes, a list for more, and a line for each cell with something to say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from rich.box import SIMPLE
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from emulator.model.grid import Cell, End, MatrixReport
from emulator.render.matrix_summary import SIGNS, ends, findings, grids, sentence, state, words
from emulator.render.words import counted, duration, one_line

STYLES: Final[Mapping[End, str]] = {
    "same": "green",
    "within tolerance": "green",
    "changed": "bold yellow",
    "fails to load": "bold red",
    "fails to build": "bold red",
    "cannot be installed": "dim",
    "errored": "bold magenta",
}

_BANNERS = {"pass": "green", "fail": "red", "unsure": "yellow"}

_AXES_OF_A_GRID = 2


def show(report: MatrixReport, console: Console) -> None:
    """Print the matrix."""
    console.print(Text(" → ".join(map(one_line, report.subject)), style="bold"))
    constant = [f"{each.name} {each.values[0].value}" for each in report.axes if len(each.values) == 1]
    if constant:
        console.print(Text(one_line(", ".join(constant)), style="dim"))
    if len(report.varied) <= _AXES_OF_A_GRID:
        for grid in grids(report):
            table = Table(box=SIMPLE, pad_edge=False)
            table.add_column(Text(f"{grid.rows} ↓  {grid.columns} →" if grid.columns else grid.rows, style="dim"))
            for heading in grid.headings:
                table.add_column(Text(str(heading)))
            for heading, cells in grid.lines:
                table.add_row(Text(str(heading)), *map(_words, cells))
            console.print(table)
    else:
        console.print(_list(report))
    for labels, cell, said in findings(report):
        line = Text.assemble((f"{labels}: ", "bold"), (cell.end, STYLES[cell.end]), f": {said}")
        console.print(Padding(line, (0, 0, 0, 2)))
    counts = ", ".join(f"{count:,} {end}" for end, count in ends(report).items())
    console.print(Text.assemble((sentence(report), _BANNERS[state(report)]), f" {counts}." if counts else ""))
    known = sum(each.cached for each in report.cells)
    earlier = f"; {counted(known, 'cell')} known from an earlier run" if known else ""
    console.print(Text(f"{duration(report.seconds)}{earlier}; evidence: {one_line(report.folder)}", style="dim"))


def _list(report: MatrixReport) -> Table:
    table = Table(box=SIMPLE, pad_edge=False)
    for axis in report.varied:
        table.add_column(Text(one_line(axis.name), style="dim"))
    table.add_column("")
    for cell in report.cells:
        table.add_row(*(Text(one_line(cell.at[axis.name])) for axis in report.varied), _words(cell))
    return table


def _words(cell: Cell | None) -> Text:
    if cell is None:
        return Text("")
    style = "dim" if cell.baseline and cell.verdict else STYLES[cell.end]
    return Text(words(cell) if cell.baseline else f"{SIGNS[cell.end]} {words(cell)}", style=style)
