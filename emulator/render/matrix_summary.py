"""What every format says of a matrix: its verdict in one sentence, names of values, and how the cells lie in a grid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Final, Literal, TypeAlias

from emulator.model.comparison import ColumnDelta, Comparison
from emulator.model.grid import ENDS, Axis, AxisValue, Cell, End, MatrixReport
from emulator.render.comparison_words import short
from emulator.render.words import counted, one_line

State: TypeAlias = Literal["pass", "fail", "unsure"]

SIGNS: Final[Mapping[End, str]] = {
    "same": "=",
    "within tolerance": "≈",
    "changed": "≠",
    "fails to load": "✕",
    "fails to build": "✕",
    "cannot be installed": "–",
    "errored": "!",
}
"""Beside the words, for an eye that runs over the grid."""

NOTHING: Final = Axis(name="", values=(AxisValue(value=""),))


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A value at the edge of a grid.

    Attributes:
        value: the version, or ``pinned``.
        note: the word it was given by, or what ``pinned`` is.
    """

    value: str
    note: str = ""

    def __str__(self) -> str:
        return f"{self.value} ({self.note})" if self.note else self.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Cells by two axes.

    Attributes:
        fixed: the values of all other axes, as one line; empty where these have one value each.
        rows, columns: names of the axes; the first is empty where one axis alone is varied.
        headings: of the columns.
        lines: a heading and its cells each; None for a cell that was not asked for.
    """

    fixed: str
    rows: str
    columns: str
    headings: tuple[Heading, ...]
    lines: tuple[tuple[Heading, tuple[Cell | None, ...]], ...]


def state(report: MatrixReport) -> State:
    """The matrix in one word; ``unsure`` where a cell could not be judged."""
    return "unsure" if report.errored else "fail" if report.failing else "pass"


def sentence(report: MatrixReport) -> str:
    """The matrix in one sentence."""
    compared = sum(not each.baseline for each in report.cells)
    if report.errored:
        return f"Undecided: {counted(report.ends['errored'], 'cell')} could not be judged."
    if report.failing:
        end = "differs or fails" if len(report.failing) == 1 else "differ or fail"
        return f"{len(report.failing):,} of {counted(compared, 'candidate')} {end}."
    if report.ends["cannot be installed"] == compared > 0:
        return "No candidate can be installed."
    return f"Nothing fails in {counted(compared, 'candidate')}."


def ends(report: MatrixReport) -> dict[End, int]:
    """How many cells ended how, without zeros; the baseline's own is not counted."""
    counts = {end: sum(each.end == end and not each.baseline for each in report.cells) for end in ENDS}
    return {end: count for end, count in counts.items() if count}


def heading(report: MatrixReport, axis: Axis, value: AxisValue) -> Heading:
    """A value, with the word it was given by; for what names no version, the version that the images have."""
    notes = list(value.words)
    there = [each for each in report.cells if each.at.get(axis.name) == value.value]
    found = {each.versions[axis.name] for each in there if axis.name in each.versions}
    if len(found) == 1 and found != {value.value}:
        notes.append(next(iter(found)))
    return Heading(value=one_line(value.value), note=one_line(", ".join(notes)))


def label(cell: Cell, report: MatrixReport) -> str:
    """The values of a cell on the axes that are varied."""
    axes = report.varied or report.axes
    return one_line(", ".join(f"{each.name} {_shown(cell, each)}" for each in axes))


def _shown(cell: Cell, axis: Axis) -> str:
    value, found = cell.at[axis.name], cell.versions.get(axis.name)
    return value if found in (None, value) else f"{value} ({found})"


def words(cell: Cell) -> str:
    """The verdict on a cell, in words."""
    return "baseline" if cell.baseline and cell.verdict is not None else cell.end


def grids(report: MatrixReport) -> Iterator[Grid]:
    """The cells in as many grids as the axes beyond two have values together."""
    *outer, first, second = report.varied if len(report.varied) > 1 else (*report.varied, NOTHING, NOTHING)[:2]
    at = {tuple(sorted(each.at.items())): each for each in report.cells}
    constant = {axis.name: axis.values[0].value for axis in report.axes if len(axis.values) == 1}
    for others in product(*(axis.values for axis in outer)):
        fixed = {axis.name: each.value for axis, each in zip(outer, others, strict=True)}

        def cell(row: AxisValue, column: AxisValue, fixed: Mapping[str, str] = fixed) -> Cell | None:
            here = {**constant, **fixed, first.name: row.value, second.name: column.value}
            here.pop("", None)
            return at.get(tuple(sorted(here.items())))

        lines = [(row, tuple(cell(row, column) for column in second.values)) for row in first.values]
        if any(each is not None for _, cells in lines for each in cells):
            yield Grid(
                fixed=one_line(", ".join(f"{name} {value}" for name, value in fixed.items())),
                rows=one_line(first.name),
                columns=one_line(second.name),
                headings=tuple(heading(report, second, each) for each in second.values),
                lines=tuple((heading(report, first, row), cells) for row, cells in lines),
            )


def finding(cell: Cell) -> str:
    """What there is to say of a cell beyond its verdict, in one line; empty for nothing."""
    if cell.reason and cell.verdict not in ("same", "within tolerance", "changed"):
        return one_line(cell.reason)
    comparison = cell.comparison
    if comparison is None:
        return ""
    notes = [_difference(comparison)]
    if comparison.new_warnings:
        notes.append(counted(len(comparison.new_warnings), "new log warning"))
    return one_line("; ".join(filter(None, notes)))


def findings(report: MatrixReport) -> tuple[tuple[str, Cell, str], ...]:
    """What there is to say, once for all cells of which the same is said: those cells, one of them, the text."""
    alike: dict[tuple[str, str], list[Cell]] = {}
    for cell in report.cells:
        if said := finding(cell):
            alike.setdefault((words(cell), said), []).append(cell)
    return tuple((_labels(cells, report), cells[0], said) for (_, said), cells in alike.items())


def _labels(cells: Sequence[Cell], report: MatrixReport) -> str:
    """As values by axis where the cells are all that these make, else one by one."""
    axes = report.varied or report.axes
    shown = [tuple(dict.fromkeys(_shown(cell, each) for cell in cells)) for each in axes]
    if len(cells) == prod(map(len, shown)):
        return one_line(
            " × ".join(f"{each.name} {', '.join(values)}" for each, values in zip(axes, shown, strict=True))
        )
    return "; ".join(label(cell, report) for cell in cells)


def _difference(comparison: Comparison) -> str:
    worst = farthest(comparison)
    if worst is not None and worst.beyond:
        pair = f"{worst.baseline:.10g} → {worst.candidate:.10g}"
        return f"{worst.column}: {worst.beyond:,} of {counted(worst.compared, 'number')} differ, as {pair}"
    if worst is not None:
        return f"{worst.column} by {worst.absolute:.2g} at most"
    if comparison.differences:
        first = comparison.differences[0]
        return f"{first.aspect} of {first.where}: {first.baseline} → {first.candidate}"
    if comparison.counterexample is not None:
        found = comparison.counterexample.difference
        return f"the search found {found.aspect} of {found.where}: {found.baseline} → {found.candidate}"
    return ""


def farthest(comparison: Comparison) -> ColumnDelta | None:
    """The column whose numbers are furthest apart; None where all are equal, or where something else differs too."""
    if any(each.aspect != "number" for each in comparison.differences):
        return None
    differing = [each for each in comparison.columns if each.differing]
    if not differing or (comparison.verdict == "changed" and not any(each.beyond for each in differing)):
        return None
    return max(differing, key=lambda each: (each.beyond > 0, each.absolute))


def largest_change(cell: Cell) -> str:
    """The largest change of a number, absolute and relative; empty where none differs."""
    columns = () if cell.comparison is None else cell.comparison.columns
    differing = [each for each in columns if each.differing]
    if not differing:
        return ""
    absolute, relative = max(each.absolute for each in differing), max(each.relative for each in differing)
    return f"Δ {short(absolute)} ({short(relative * 100)} %)"
