"""The README's table: the headlines, and every goal that was missed."""

from __future__ import annotations

from collections.abc import Iterable

from tests.benchmarks import words
from tests.benchmarks.measure import Figure, Spread
from tests.benchmarks.outcome import Kept

HEAD = "| | ours | reference | | goal | |\n|---|---|---|---|---|---|\n"


def table(kept: Iterable[Kept]) -> str:
    """Markdown; only the header where nothing is kept."""
    figures = [figure for each in kept for figure in each.outcome.figures if figure.headline or figure.held is False]
    return HEAD + "".join(map(_row, figures))


def _row(figure: Figure) -> str:
    theirs = ""
    if figure.reference is not None:
        theirs = f"{figure.reference.name}: {words.quantity(Spread.of(figure.reference.samples).median, figure.unit)}"
    compared = "" if figure.reference is None and figure.goal is None else words.judged(figure)
    cells = [
        figure.name,
        words.quantity(figure.value.median, figure.unit),
        theirs,
        compared if figure.reference is not None else "",
        "" if figure.goal is None else words.goal(figure.goal, figure.unit),
        {True: "held", False: "**missed**", None: ""}[figure.held],
    ]
    return "| " + " | ".join(cells) + " |\n"
