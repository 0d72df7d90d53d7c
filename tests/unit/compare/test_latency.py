"""Latency as a ratio with an interval."""

from __future__ import annotations

from random import Random

import pytest

from emulator.compare.latency import FEWEST_PAIRS, UNCOUNTED_PAIRS, latency_ratio, ratio_of
from emulator.model.recording import Exchange, Request
from emulator.testing import FakeClock
from tests.unit.compare.wood import ROWS, WoodenSide, reply


def slow(clock: FakeClock, seconds: float) -> WoodenSide:
    """A side that takes so long."""

    def answer(request: Request) -> Exchange:
        clock.advance(seconds)
        return reply(request, "1")

    return WoodenSide(answer)


def test_ratio_is_of_neighbouring_measurements() -> None:
    """A side that takes twice as long has a ratio of two, and each pair is told."""
    clock, told = FakeClock(), list[int]()
    ratio = latency_ratio(slow(clock, 0.5), slow(clock, 1.0), ROWS, pairs=8, clock=clock, on_pair=told.append)

    assert ratio is not None
    assert (2.0, 2.0, 2.0, 8) == (ratio.median, ratio.low, ratio.high, ratio.pairs)
    assert (2.0,) * 8 == ratio.ratios
    assert list(range(1, 9)) == told


def test_sides_are_asked_in_turns() -> None:
    """Who is asked first changes with each pair, so that a trend of the machine falls on both."""
    clock, order = FakeClock(step=0.001), list[str]()

    def noting(name: str) -> WoodenSide:
        def answer(request: Request) -> Exchange:
            order.append(name)
            return reply(request, "1")

        return WoodenSide(answer)

    latency_ratio(noting("A"), noting("B"), ROWS, pairs=6, clock=clock, on_pair=lambda done: None)

    assert "ABBA" * ((6 + UNCOUNTED_PAIRS) // 2) == "".join(order)


def test_slow_images_are_asked_fewer_times() -> None:
    """The pairs end with the time, though never before an interval can be had."""
    clock = FakeClock()
    sides = slow(clock, 20.0), slow(clock, 20.0)
    ratio = latency_ratio(*sides, ROWS, pairs=40, clock=clock, on_pair=lambda done: None)

    assert ratio is not None
    assert FEWEST_PAIRS == ratio.pairs


def test_failing_side_has_no_ratio() -> None:
    """An answer that is a failure is not timed."""
    clock = FakeClock(step=0.1)
    failing = WoodenSide(lambda request: reply(request, "no", status=500))

    assert latency_ratio(WoodenSide(), failing, ROWS, pairs=6, clock=clock, on_pair=lambda done: None) is None


@pytest.mark.parametrize(("count", "low", "high"), [(6, 1, 6), (9, 2, 8), (10, 2, 9), (20, 6, 15), (40, 14, 27)])
def test_interval_is_that_of_the_textbooks(count: int, low: int, high: int) -> None:
    """The ranks that enclose the median with 95 % confidence are those of the tables of the sign test."""
    ratio = ratio_of([float(nth) for nth in range(1, count + 1)])

    assert (low, high) == (ratio.low, ratio.high)


def test_interval_holds_the_median_as_often_as_it_says() -> None:
    """Of 2,000 samples of a skewed distribution, at least 95 % less chance hold its median in their interval."""
    random = Random(1)
    ratios = [ratio_of([random.lognormvariate(0, 1) for _ in range(25)]) for _ in range(2000)]

    assert sum(each.low <= 1 <= each.high for each in ratios) >= 0.94 * 2000


def test_too_few_ratios_have_no_interval() -> None:
    """Fewer pairs than an interval takes are refused."""
    with pytest.raises(ValueError, match="5 ratios have no 95 % confidence interval"):
        ratio_of([1.0] * 5)
