"""The geometry of two pictures of a comparison: what became of each number, and of each pair of latencies.

As in :mod:`emulator.render.pictures`, places are percent across and pixels down.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from emulator.model.comparison import ColumnDelta, Ratio
from emulator.render.comparison_words import short
from emulator.render.words import counted

TOP: Final = 16
BOTTOM: Final = 124

_LEFT, _RIGHT = 14.0, 98.0
_EDGE = 4.0
_STACKED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """One mark; ``far`` where its number is infinite and it stands at the edge."""

    x: float
    y: float
    title: str
    far: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DeltaPlot:
    """Candidate minus baseline, in the order of the numbers.

    Attributes:
        column: whose.
        zero: where no change is.
        levels: labelled lines: place and label.
        alt: the picture in words.
        note: what it leaves out.
    """

    column: str
    spots: tuple[Spot, ...]
    radius: float
    zero: float
    levels: tuple[tuple[float, str], ...]
    alt: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RatioPlot:
    """The ratio of each pair of latencies, on a logarithmic axis.

    Attributes:
        one: where equally fast is.
        low, width: of the interval.
        median: where the median is.
        ticks: place and label.
        alt: the picture in words.
    """

    spots: tuple[Spot, ...]
    one: float
    low: float
    width: float
    median: float
    ticks: tuple[tuple[float, str], ...]
    alt: str


def delta_plot(column: ColumnDelta) -> DeltaPlot | None:
    """A dot for each number of a column; None where nothing differs, or nothing was kept."""
    deltas = column.deltas
    if not column.differing or not deltas:
        return None
    most = max((abs(each) for each in deltas if math.isfinite(each)), default=0.0) or 1.0
    width = (_RIGHT - _LEFT) / max(len(deltas) - 1, 1)
    middle = (TOP + BOTTOM) / 2
    rest = column.compared - len(deltas)
    return DeltaPlot(
        column=column.column,
        spots=tuple(
            Spot(
                x=round(_LEFT + nth * width, 3),
                y=_down(each, most),
                title=f"number {nth + 1}: {each:+.6g}",
                far=not math.isfinite(each),
            )
            for nth, each in enumerate(deltas)
        ),
        radius=3.5 if len(deltas) <= 100 else 2,
        zero=middle,
        levels=((_down(most, most), f"+{short(most)}"), (middle, "0"), (_down(-most, most), f"-{short(most)}")),
        alt=f"{column.column}: {column.differing:,} of {counted(column.compared, 'number')} differ, "
        f"by at most {short(column.absolute)}.",
        note=f"the first {len(deltas):,} of {column.compared:,} numbers" if rest > 0 else "",
    )


def ratio_plot(ratio: Ratio) -> RatioPlot | None:
    """A dot for each pair; None where the pairs were not kept."""
    finite = [each for each in ratio.ratios if 0 < each < math.inf]
    if not finite:
        return None
    reach = max(*(abs(math.log2(each)) for each in finite), 0.25)

    def across(value: float) -> float:
        return round(50 + (50 - _EDGE) * math.log2(value) / reach, 3)

    step = 2 ** (reach / 2)
    return RatioPlot(
        spots=tuple(
            Spot(x=across(each), y=18 + 8 * (nth % _STACKED), title=f"pair {nth + 1}: {each:.3g}")
            for nth, each in enumerate(finite)
        ),
        one=50.0,
        low=across(ratio.low),
        width=round(across(ratio.high) - across(ratio.low), 3),
        median=across(ratio.median),
        ticks=tuple((across(each), f"{each:.2f} ×") for each in (1 / step, 1.0, step)),
        alt=f"{counted(ratio.pairs, 'pair')}: median ratio {short(ratio.median)}, 95 % interval {short(ratio.low)} "
        f"to {short(ratio.high)}.",
    )


def _down(delta: float, most: float) -> float:
    """Up for more, down for less; what is infinite stands at the edge."""
    share = max(-1.0, min(1.0, delta / most))
    return round((TOP + BOTTOM) / 2 - share * (BOTTOM - TOP) / 2, 1)


def plots(columns: Sequence[ColumnDelta]) -> tuple[DeltaPlot, ...]:
    """Those of all columns in which something differs."""
    return tuple(filter(None, map(delta_plot, columns)))
