"""A matrix as one page for a person: the grid, why cells fail, what became of the numbers, and links to the evidence.

Everything in it may come from an image, and is escaped as :mod:`emulator.render.html` says.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Final
from urllib.parse import quote

from jinja2 import Template

from emulator.model.grid import Cell, End, MatrixReport
from emulator.render import words
from emulator.render.comparison_words import latency, short
from emulator.render.deltas import DeltaPlot, delta_plot
from emulator.render.matrix_summary import (
    SIGNS,
    ends,
    finding,
    grids,
    label,
    largest_change,
    sentence,
    state,
)
from emulator.render.matrix_summary import words as words_of
from emulator.render.page import page
from emulator.render.words import counted, duration

MOST_PLOTS: Final = 60
"""The rest is in the evidence of each cell."""

TONES: Final[dict[End, str]] = {
    "same": "good",
    "within tolerance": "good",
    "changed": "warn",
    "fails to load": "bad",
    "fails to build": "bad",
    "cannot be installed": "none",
    "errored": "note",
}

WORST_FIRST: Final[tuple[End, ...]] = (
    "errored",
    "fails to load",
    "fails to build",
    "changed",
    "cannot be installed",
    "within tolerance",
    "same",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """What cells have in common.

    Attributes:
        end: how they ended.
        text: what is said of them.
        cells: as links: label and address.
    """

    end: End
    text: str
    cells: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnPlots:
    """One column of the replies, a picture for each candidate that changes its numbers.

    Attributes:
        column: its name or place.
        plots: named after the candidate.
        equal: so many candidates change none of its numbers.
    """

    column: str
    plots: tuple[DeltaPlot, ...]
    equal: int


def render(report: MatrixReport, *, evidence: str) -> str:
    """The matrix as an HTML page.

    Args:
        report: it.
        evidence: the way from the page to the report's folder.
    """
    plots = tuple(_plots(report))
    return _page().render(
        report=report,
        state=state(report),
        says=sentence(report),
        ends=ends(report),
        tones=TONES,
        signs=SIGNS,
        grids=tuple(grids(report)),
        causes=tuple(_causes(report, evidence)),
        plots=plots,
        all_plots=sum(len(each.plots) for each in plots) < MOST_PLOTS,
        link=lambda cell: _link(cell, evidence),
        label=lambda cell: label(cell, report),
        baseline=", ".join(f"{name} {value}" for name, value in report.baseline.items()),
        constant=", ".join(f"{each.name} {each.values[0].value}" for each in report.axes if len(each.values) == 1),
        timing=_timing(report),
    )


def _link(cell: Cell, evidence: str) -> str:
    return quote(f"{evidence}/{cell.evidence}") if cell.evidence else ""


def _causes(report: MatrixReport, evidence: str) -> Iterator[Cause]:
    found: dict[tuple[End, str], list[tuple[str, str]]] = {}
    for cell in report.cells:
        if text := finding(cell):
            found.setdefault((cell.end, text), []).append((label(cell, report), _link(cell, evidence)))
    for (end, text), cells in sorted(found.items(), key=lambda each: WORST_FIRST.index(each[0][0])):
        yield Cause(end=end, text=text, cells=tuple(cells))


def _plots(report: MatrixReport) -> Iterator[ColumnPlots]:
    compared = [(cell, cell.comparison) for cell in report.cells if cell.comparison is not None]
    names = dict.fromkeys(each.column for _, comparison in compared for each in comparison.columns)
    left = MOST_PLOTS
    for name in names:
        drawn: list[DeltaPlot] = []
        equal = 0
        for cell, comparison in compared:
            for column in comparison.columns:
                if column.column != name:
                    continue
                plot = delta_plot(column)
                equal += plot is None
                if plot is not None and len(drawn) < left:
                    drawn.append(replace(plot, column=label(cell, report)))
        left -= len(drawn)
        if drawn:
            yield ColumnPlots(column=name, plots=tuple(drawn), equal=equal)


def _timing(report: MatrixReport) -> str:
    known = sum(each.cached for each in report.cells)
    earlier = f", {counted(known, 'cell')} known from an earlier run" if known else ""
    return f"{report.date}, {duration(report.seconds)}{earlier}, byoc-emulator {report.version}"


@cache
def _page() -> Template:
    return page(
        "matrix.html",
        duration=duration,
        finding=finding,
        largest_change=largest_change,
        latency=latency,
        short=short,
        size=words.size,
        words=words_of,
    )
