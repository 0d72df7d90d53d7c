"""The geometry of the page's pictures: where every mark stands, before anything is drawn.

Across, places are percent, so that a picture is as wide as its reader's screen and its letters keep their size; down,
they are pixels.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from tests.benchmarks.measure import PERCENTILES
from tests.benchmarks.outcome import Bars, Lines, Picture, Ranges
from tests.benchmarks.words import number, quantity

TOP: Final = 18
BOTTOM: Final = 208
ROW: Final = 36
COLOURS: Final = 6
LEFT, RIGHT = 8.0, 98.0  # percent: numbers of the y axis stand left of the lines
STEPS = (1, 2, 2.5, 5, 10)

Scale = Callable[[float], float]


@dataclass(frozen=True, slots=True)
class Mark:
    """A labelled place on one axis."""

    at: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """A measured point."""

    x: float
    y: float
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """One series.

    Attributes:
        colour: its number.
        path, band: points of the line, and of the area between the quartiles, in percent across and pixels down.
        dots: empty where they would touch.
    """

    name: str
    colour: int
    path: str
    band: str
    dots: tuple[Dot, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Lines over an axis."""

    title: str
    x: str
    y: str
    across: tuple[Mark, ...]
    down: tuple[Mark, ...]
    curves: tuple[Curve, ...]
    marks: tuple[float, ...]
    mark: str
    alt: str
    height: int = BOTTOM + 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """One row of a picture of rows.

    Attributes:
        y: of its top, in pixels.
        told: its value in words.
        thin, thick: begin and width, in percent; None for a bar without whiskers, or a range without a box.
        tick, dot: the median, and the 99th percentile; None for none.
    """

    name: str
    told: str
    colour: int
    y: int
    thin: tuple[float, float] | None
    thick: tuple[float, float] | None
    tick: float | None
    dot: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Quantities below each other."""

    title: str
    unit: str
    strips: tuple[Strip, ...]
    across: tuple[Mark, ...]
    key: str
    alt: str
    height: int


def drawn(picture: Picture) -> Chart | Rows:
    """The geometry of a picture."""
    if isinstance(picture, Lines):
        return _chart(picture)
    return _ranges(picture) if isinstance(picture, Ranges) else _bars(picture)


def _chart(picture: Lines) -> Chart:
    points = [point for line in picture.lines for point in line.points]
    xs, tops = [each.x for each in points], [each.high or each.y for each in points]
    lows = [each.y if each.low is None else each.low for each in points]
    across, x_ticks = _axis(min(xs), max(xs), log=picture.log_x, begin=LEFT, end=RIGHT)
    down, y_ticks = _axis(min(lows), max(tops), log=picture.log_y, begin=BOTTOM, end=TOP, zero=True, wanted=4)
    curves = []
    for nth, line in enumerate(picture.lines):
        places = [(across(each.x), down(each.y)) for each in line.points]
        upper = [(across(each.x), down(each.high)) for each in line.points if each.high is not None]
        lower = [(across(each.x), down(each.low)) for each in line.points if each.low is not None]
        dots = tuple(
            Dot(x=x, y=y, title=f"{line.name}: {number(point.y)} at {point.x:g}")
            for (x, y), point in zip(places, line.points, strict=True)
        )
        curves.append(
            Curve(
                name=line.name,
                colour=nth % COLOURS,
                path=_points(places),
                band=_points([*upper, *reversed(lower)]),
                dots=dots if len(dots) <= 20 else (),
            )
        )
    ends = "; ".join(
        f"{line.name} from {number(line.points[0].y)} at {line.points[0].x:g} to {number(line.points[-1].y)} at "
        f"{line.points[-1].x:g}"
        for line in picture.lines
        if line.points
    )
    return Chart(
        title=picture.title,
        x=picture.x,
        y=picture.y,
        across=_spaced(x_ticks),
        down=y_ticks,
        curves=tuple(curves),
        marks=tuple(across(each) for each in picture.marks),
        mark=picture.mark,
        alt=f"{picture.title}, {picture.y} by {picture.x}: {ends}.",
    )


def _ranges(picture: Ranges) -> Rows:
    fives, nineties = PERCENTILES.index(5), PERCENTILES.index(99)
    middle = PERCENTILES.index(50)
    every = [value for row in picture.rows for value in row.percentiles]
    across, ticks = _axis(min(every), max(every), log=True, begin=1.0, end=98.0)
    colour = _colours([row.name for row in picture.rows])
    strips = tuple(
        Strip(
            name=row.name,
            told=f"{number(row.percentiles[middle])} · p99 {quantity(row.percentiles[nineties], picture.unit)}",
            colour=colour[row.name],
            y=nth * ROW,
            thin=_stretch(across, row.percentiles[fives], row.percentiles[PERCENTILES.index(95)]),
            thick=_stretch(across, row.percentiles[PERCENTILES.index(25)], row.percentiles[PERCENTILES.index(75)]),
            tick=across(row.percentiles[middle]),
            dot=across(row.percentiles[nineties]),
        )
        for nth, row in enumerate(picture.rows)
    )
    return _rows(picture, strips, ticks, "thin p5 to p95, thick the quartiles, line the median, dot p99")


def _bars(picture: Bars) -> Rows:
    top = max([*(row.high for row in picture.rows), 1e-9])
    across, ticks = _axis(0.0, top, begin=0.0, end=97.0, zero=True)
    colour = _colours([row.name for row in picture.rows])
    strips = tuple(
        Strip(
            name=row.name,
            told=quantity(row.median, picture.unit),
            colour=colour[row.name],
            y=nth * ROW,
            thin=_stretch(across, row.low, row.high) if row.high > row.low else None,
            thick=_stretch(across, 0.0, row.median),
            tick=None,
            dot=None,
        )
        for nth, row in enumerate(picture.rows)
    )
    return _rows(picture, strips, ticks, "medians; thin: the quartiles")


def _rows(picture: Ranges | Bars, strips: tuple[Strip, ...], ticks: tuple[Mark, ...], key: str) -> Rows:
    return Rows(
        title=picture.title,
        unit=picture.unit,
        strips=strips,
        across=_spaced(ticks),
        key=key,
        alt=f"{picture.title}: " + "; ".join(f"{each.name} {each.told}" for each in strips) + ".",
        height=len(strips) * ROW + 24,
    )


def _axis(
    low: float, high: float, *, begin: float, end: float, log: bool = False, zero: bool = False, wanted: int = 5
) -> tuple[Scale, tuple[Mark, ...]]:
    """What places a value, and the labelled places; powers of ten, or round steps from zero or from the lowest."""
    if log:
        return _log_axis(max(low, 1e-9), max(high, 2e-9), begin=begin, end=end)
    bottom = 0.0 if zero else low
    span = (high - bottom) * 1.05 if zero else high - bottom
    span = span or 1.0
    step = _step(span, wanted)

    def place(value: float) -> float:
        return round(begin + (end - begin) * (value - bottom) / span, 3)

    first = math.ceil(bottom / step)
    return place, tuple(
        Mark(place(n * step), _tick(n * step)) for n in range(first, math.floor((bottom + span) / step) + 1)
    )


def _log_axis(low: float, high: float, *, begin: float, end: float) -> tuple[Scale, tuple[Mark, ...]]:
    bottom, span = math.log10(low) - 0.05, max(math.log10(high) - math.log10(low) + 0.1, 0.2)

    def place(value: float) -> float:
        return round(begin + (end - begin) * (math.log10(max(value, 1e-12)) - bottom) / span, 3)

    digits = (1,) if span > 2 else (1, 2, 5)
    values = [
        digit * 10.0**power for power in range(math.floor(bottom), math.ceil(bottom + span) + 1) for digit in digits
    ]
    return place, tuple(
        Mark(place(each), _tick(each)) for each in values if bottom <= math.log10(each) <= bottom + span
    )


def _step(span: float, wanted: int) -> float:
    magnitude: float = 10.0 ** math.floor(math.log10(span / wanted))
    return next((each * magnitude for each in STEPS if each * magnitude * wanted >= span), 10 * magnitude)


def _tick(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def _spaced(ticks: Sequence[Mark], least: float = 7.0) -> tuple[Mark, ...]:
    """Without those that would touch the one before."""
    kept: list[Mark] = []
    for each in ticks:
        if not kept or each.at - kept[-1].at >= least:
            kept.append(each)
    return tuple(kept)


def _stretch(across: Scale, begin: float, end: float) -> tuple[float, float]:
    return across(begin), round(max(across(end) - across(begin), 0.3), 3)


def _points(places: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in places)


def _colours(names: Sequence[str]) -> dict[str, int]:
    """One colour for each way, which is what stands before the last comma; one for all where every way is alone."""
    ways = list(dict.fromkeys(name.rpartition(", ")[0] or name for name in names))
    if len(ways) == len(names):
        return dict.fromkeys(names, 0)
    return {name: ways.index(name.rpartition(", ")[0] or name) % COLOURS for name in names}
