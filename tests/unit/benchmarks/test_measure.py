"""The statistics of the benchmarks, on made-up numbers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from tests.benchmarks.measure import (
    Figure,
    Goal,
    Load,
    Of,
    Reference,
    Spread,
    growth_per_step,
    in_turns,
    percentile,
    pooled,
)


def test_ways_are_measured_in_turns_and_none_always_first() -> None:
    """A B, then B A, and so on."""
    called: list[str] = []
    ways: dict[str, Callable[[], None]] = {name: partial(called.append, name) for name in "AB"}

    in_turns(ways, rounds=3)

    assert ["A", "B", "B", "A", "A", "B"] == called


def test_turns_give_the_samples_of_each_way_in_the_order_of_rounds() -> None:
    """The nth of one way was taken beside the nth of the other."""
    count = iter(range(10))

    assert {"A": [0, 3], "B": [1, 2]} == in_turns({name: lambda: next(count) for name in "AB"}, rounds=2)


def test_ratio_is_formed_round_by_round(figure: Figure) -> None:
    """A machine that is twice as slow in one round changes no ratio."""
    assert figure.ratio is not None
    assert pytest.approx(1.1) == figure.ratio.median
    assert pytest.approx(0.0) == figure.ratio.high - figure.ratio.low


def test_difference_is_formed_round_by_round(figure: Figure) -> None:
    """Its median is not the difference of the medians."""
    assert figure.difference is not None
    assert pytest.approx(0.1) == figure.difference.median


@pytest.mark.parametrize(
    ("of", "most", "least", "expected"),
    [
        ("ratio", 1.05, None, False),
        ("ratio", 1.11, None, True),
        ("ratio", None, 1.0, True),
        ("ratio", None, 1.2, False),
        ("value", 1.1, None, True),
        ("value", 1.0, None, False),
        ("difference", 0.15, None, True),
        ("difference", 0.05, None, False),
    ],
)
def test_goal_is_judged_by_the_median(
    figure: Figure, of: Of, most: float | None, least: float | None, expected: bool
) -> None:
    """A border that is reached is held."""
    goal = Goal(of=of, most=most, least=least)
    judged = Figure(name="", unit="s", samples=figure.samples, reference=figure.reference, goal=goal)

    assert expected is judged.held


def test_figure_without_a_goal_is_neither_held_nor_missed() -> None:
    """Nothing was promised."""
    assert Figure(name="", unit="s", samples=(1.0,)).held is None


def test_ratio_to_zero_is_none() -> None:
    """There is no such ratio, and no error either."""
    assert Figure(name="", unit="s", samples=(1.0,), reference=Reference(name="", samples=(0.0,))).ratio is None


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Goal(of="ratio"),
        lambda: Goal(of="ratio", most=1.0, least=1.0),
        lambda: Figure(name="", unit="s", samples=()),
        lambda: Figure(name="", unit="s", samples=(1.0,), goal=Goal(of="ratio", most=1.0)),
        lambda: Figure(name="", unit="s", samples=(1.0,), reference=Reference(name="", samples=(1.0, 2.0))),
    ],
)
def test_nonsense_is_refused(wrong: Callable[[], object]) -> None:
    """A goal has one border, a figure has samples, and both sides have as many."""
    with pytest.raises(ValueError, match=r"."):
        wrong()


def test_spread_is_the_median_between_the_quartiles() -> None:
    """Also of one sample, and whatever the order."""
    assert Spread(low=2.0, median=3.0, high=4.0) == Spread.of([5.0, 1.0, 3.0, 2.0, 4.0])
    assert Spread(low=7.0, median=7.0, high=7.0) == Spread.of([7.0])


def test_percentiles_are_those_of_all_rounds_together() -> None:
    """Not medians of medians."""
    loads = [Load(latencies=tuple(map(float, part)), rate=1.0) for part in (range(51), range(51, 101))]

    assert (5.0, 25.0, 50.0, 75.0, 95.0, 99.0) == pytest.approx(pooled(loads))
    assert pytest.approx(25.0) == loads[0].at(50)
    assert 3.0 == percentile([3.0], 99)


def test_growth_is_the_slope_of_a_straight_line() -> None:
    """What lies on one, and what scatters around it."""
    assert pytest.approx(2.0) == growth_per_step([(1, 5.0), (2, 7.0), (4, 11.0)])
    assert pytest.approx(0.0) == growth_per_step([(1, 1.0), (2, 2.0), (3, 1.0)])
