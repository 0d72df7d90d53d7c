"""The geometry of the two pictures of the page: where every mark stands, before anything is drawn.

Across, places are percent, so that a picture is as wide as its reader's screen and its letters keep their size; down,
they are pixels.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import quantiles
from typing import Final, Literal, TypeAlias

from emulator.model.report import Moment, Portrait
from emulator.render.words import counted, duration

Kind: TypeAlias = Literal["good", "bad", "plain"]
"""Of a moment: a ping with 200, any other ping, and all else."""

PLOT_TOP: Final = 26
PLOT_BOTTOM: Final = 150

_EDGE = 2.0  # percent left free at either end, for the outermost mark to be whole
_BETWEEN_LABELS = (14.0, 76.0)  # percent: numbers of the axis stand left of the dots, percentiles right of them
_STEPS = (1, 2, 2.5, 5, 10)
_NEAR = 15  # pixels: labels closer than this would touch


@dataclass(frozen=True, slots=True)
class Mark:
    """A labelled place on one axis."""

    at: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """A moment in the picture."""

    x: float
    kind: Kind
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The same moment again and again, in one line of the list.

    Attributes:
        since, until: of the first and the last.
        times: how many there were.
    """

    since: str
    until: str
    text: str
    kind: Kind
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """The start of one container.

    Attributes:
        healthy: where the first 200 stands; None where there was none.
        alt: the picture in words.
    """

    ticks: tuple[Mark, ...]
    dots: tuple[Dot, ...]
    rows: tuple[Row, ...]
    healthy: float | None
    alt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One sample request in the picture."""

    x: float
    y: float
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A percentile: a line across, with its label above or below it."""

    y: float
    label_y: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """The latencies of one container.

    Attributes:
        alt: the picture in words.
    """

    points: tuple[Point, ...]
    radius: float
    ticks: tuple[Mark, ...]
    levels: tuple[Level, ...]
    alt: str


def timeline(portrait: Portrait) -> Timeline | None:
    """The start of a container; None where nothing was seen of it."""
    moments, healthy = portrait.moments, portrait.healthy_after
    if not moments and healthy is None:
        return None
    end = max([healthy or 0.0, 1e-3, *(each.seconds for each in moments)]) * 1.02
    pings = sum(_kind(each) != "plain" for each in moments)
    return Timeline(
        ticks=tuple(Mark(_across(each, end), f"{each:g} s") for each in _ticks(end)),
        dots=tuple(
            Dot(x=_across(each.seconds, end), kind=_kind(each), title=f"{duration(each.seconds)}: {each.text}")
            for each in moments
        ),
        rows=_rows(moments),
        healthy=None if healthy is None else _across(healthy, end),
        alt=f"Start-up of {portrait.name}: {counted(pings, 'ping')}, "
        + ("none answered with 200." if healthy is None else f"healthy after {duration(healthy)}."),
    )


def latency_plot(seconds: Sequence[float]) -> Plot | None:
    """A dot for each sample request, with the median and the 95th percentile; None for no requests."""
    if not seconds:
        return None
    cuts = quantiles(seconds, n=100, method="inclusive") if len(seconds) > 1 else [seconds[0]] * 99
    median, slow = cuts[49], cuts[94]
    top = max([*seconds, 1e-6]) * 1.08
    left, right = _BETWEEN_LABELS
    width = (right - left) / max(len(seconds) - 1, 1)
    return Plot(
        points=tuple(
            Point(x=round(left + nth * width, 3), y=_down(each, top), title=f"request {nth + 1}: {duration(each)}")
            for nth, each in enumerate(seconds)
        ),
        radius=4 if len(seconds) <= 60 else 2.5,
        ticks=tuple(Mark(_down(each, top), _round(each)) for each in _ticks(top, wanted=4)),
        levels=_levels(median, slow, top),
        alt=f"{counted(len(seconds), 'sample request')}: median {duration(median)}, "
        f"95th percentile {duration(slow)}, slowest {duration(max(seconds))}.",
    )


def _levels(median: float, slow: float, top: float) -> tuple[Level, ...]:
    low, high = _down(median, top), _down(slow, top)
    if high == low:
        return (Level(y=low, label_y=low - 5, label=f"p50 = p95 = {duration(median)}"),)
    return (
        Level(y=high, label_y=high - 5, label=f"p95 {duration(slow)}"),
        Level(y=low, label_y=low - 5 if low - high >= _NEAR else low + 13, label=f"p50 {duration(median)}"),
    )


def _kind(moment: Moment) -> Kind:
    if "/ping" not in moment.text:
        return "plain"
    return "good" if moment.text.rstrip().endswith("200") else "bad"


def _rows(moments: Sequence[Moment]) -> tuple[Row, ...]:
    runs: list[list[Moment]] = []
    for moment in moments:
        if runs and runs[-1][0].text == moment.text:
            runs[-1].append(moment)
        else:
            runs.append([moment])
    return tuple(
        Row(
            since=f"{run[0].seconds:.2f} s",
            until=f"{run[-1].seconds:.2f} s",
            text=run[0].text,
            kind=_kind(run[0]),
            times=len(run),
        )
        for run in runs
    )


def _round(seconds: float) -> str:
    return f"{seconds * 1000:g} ms" if seconds < 0.1 else f"{seconds:g} s"


def _across(value: float, end: float) -> float:
    return round(_EDGE + (100 - 2 * _EDGE) * value / end, 3)


def _down(value: float, top: float) -> float:
    return round(PLOT_BOTTOM - (PLOT_BOTTOM - PLOT_TOP) * value / top, 1)


def _ticks(end: float, *, wanted: int = 5) -> list[float]:
    magnitude = 10.0 ** math.floor(math.log10(end / wanted))
    step = next((each * magnitude for each in _STEPS if each * magnitude * wanted >= end), 10 * magnitude)
    return [round(nth * step, 9) for nth in range(math.floor(end / step) + 1)]
