"""Figures in words: with three digits, a unit, and the spread that belongs to them."""

from __future__ import annotations

from tests.benchmarks.measure import Figure, Goal, Spread

NARROW = "\u00a0"
"""A space at which no line ends."""

UNITS = {"1/s": "/s", "": ""}


def number(value: float) -> str:
    """Three digits, without an exponent."""
    if value == 0:
        return "0"
    size = abs(value)
    if size >= 100:
        return f"{value:,.0f}"
    return f"{value:.{1 if size >= 10 else 2 if size >= 1 else 3}f}"


def quantity(value: float, unit: str) -> str:
    """A number with its unit."""
    after = UNITS.get(unit, f" {unit}")
    return f"{number(value)}{after}"


def spread(found: Spread, unit: str) -> str:
    """A median with its quartiles."""
    if found.low == found.high:
        return quantity(found.median, unit)
    return f"{quantity(found.median, unit)} ({number(found.low)} to {number(found.high)})"


def ratio(found: Spread | None) -> str:
    """A ratio; a dash for none."""
    if found is None:
        return "–"
    if found.low == found.high:
        return f"×{NARROW}{number(found.median)}"
    return f"×{NARROW}{number(found.median)} ({number(found.low)} to {number(found.high)})"


def goal(asked: Goal, unit: str) -> str:
    """What was promised."""
    side = "at most" if asked.most is not None else "at least"
    border = asked.most if asked.most is not None else asked.least
    assert border is not None
    if asked.of == "ratio":
        return f"{side} ×{NARROW}{border:g}"
    told = f"{border:g}{UNITS.get(unit, f' {unit}')}"
    return f"{side} {told} more" if asked.of == "difference" else f"{side} {told}"


def judged(figure: Figure) -> str:
    """What the goal is held against; the ratio where there is no goal."""
    if figure.goal is None or figure.judged is None or figure.goal.of == "ratio":
        return ratio(figure.ratio)
    if figure.goal.of == "value":
        return spread(figure.judged, figure.unit)
    low, high = number(figure.judged.low), number(figure.judged.high)
    return f"{figure.judged.median:+.{2 if abs(figure.judged.median) < 10 else 1}f} {figure.unit} ({low} to {high})"


def state(figure: Figure) -> str:
    """Held, missed, or a dash where nothing was promised."""
    return {True: "held", False: "missed", None: "–"}[figure.held]


def figure_line(figure: Figure) -> str:
    """One line of the terminal."""
    line = f"{figure.name}: {spread(figure.value, figure.unit)}"
    if figure.reference is not None:
        theirs = Spread.of(figure.reference.samples)
        line += f"; {figure.reference.name} {quantity(theirs.median, figure.unit)}, {ratio(figure.ratio)}"
    if figure.goal is not None:
        line += f"; {goal(figure.goal, figure.unit)}: {judged(figure)}, {state(figure).upper()}"
    return line
