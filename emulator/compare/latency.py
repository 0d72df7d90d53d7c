"""How much longer one side takes than the other: a ratio with an interval, never a single number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import comb
from statistics import median
from typing import Final

from emulator.compare.side import Side
from emulator.model.comparison import Ratio
from emulator.model.recording import Request
from emulator.ports import Clock

FEWEST_PAIRS: Final = 6
"""Of fewer, not even the smallest and the largest hold the median in between with 95 % confidence."""

UNCOUNTED_PAIRS: Final = 2
"""Asked first and not measured: connections, caches and just-in-time compilers warm up."""

MOST_SECONDS: Final = 30.0
"""A slow image is asked fewer times, though never fewer than ``FEWEST_PAIRS``."""

CONFIDENCE: Final = 0.95


def latency_ratio(
    baseline: Side, candidate: Side, request: Request, *, pairs: int, clock: Clock, on_pair: Callable[[int], None]
) -> Ratio | None:
    """Ask both the same in turns, A B, B A, and so on, so that what slows the machine slows both.

    Args:
        baseline: a side that answers the request.
        candidate: the other one.
        request: what is asked.
        pairs: so many measurements of each.
        clock: measures.
        on_pair: hears how many are done.

    Returns:
        None where one of the two does not answer the request every time, or answers in no time at all.
    """
    ratios: list[float] = []
    until = clock.now() + MOST_SECONDS
    for nth in range(-UNCOUNTED_PAIRS, pairs):
        if len(ratios) >= FEWEST_PAIRS and clock.now() > until:
            break
        seconds = {}
        for side in (baseline, candidate) if nth % 2 == 0 else (candidate, baseline):
            began = clock.now()
            if not side.ask(request).ok:
                return None
            seconds[side is candidate] = clock.now() - began
        if seconds[False] <= 0 or seconds[True] <= 0:
            return None
        if nth >= 0:
            ratios.append(seconds[True] / seconds[False])
            on_pair(len(ratios))
    return ratio_of(ratios)


def ratio_of(ratios: Sequence[float]) -> Ratio:
    """The median of ratios with its 95 % confidence interval, which holds whatever their distribution is.

    The interval lies between two of the ratios themselves: the number of ratios below the true median is binomial with
    a probability of a half, so that the k-th smallest and the k-th largest enclose it unless fewer than k fall on one
    side. Source: W. J. Conover, Practical Nonparametric Statistics, 3rd ed. (1999), section 3.2; the same in Hahn and
    Meeker, Statistical Intervals (1991), section 5.2.

    Args:
        ratios: at least ``FEWEST_PAIRS``, each of one pair of neighbouring measurements.
    """
    ordered = sorted(ratios)
    rank = _rank(len(ordered))
    return Ratio(
        median=median(ordered), low=ordered[rank - 1], high=ordered[-rank], pairs=len(ordered), ratios=tuple(ratios)
    )


def _rank(count: int) -> int:
    """The largest k for which the k-th smallest and the k-th largest of so many enclose the median in 95 % of cases."""
    missed, rank = 0.0, 0
    while rank < count // 2:
        missed += 2 * comb(count, rank) / 2**count
        if missed > 1 - CONFIDENCE:
            break
        rank += 1
    if not rank:
        raise ValueError(f"{count} ratios have no 95 % confidence interval")
    return rank
