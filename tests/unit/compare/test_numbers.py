"""How far two numbers are apart, in three measures."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.compare.numbers import SAME, Distance, distance
from emulator.model.comparison import Tolerance

FINITE = st.floats(allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (1.0, 1.0, (0.0, 0.0, 0.0)),
        (0.0, -0.0, (0.0, 0.0, 0.0)),
        (math.nan, math.nan, (0.0, 0.0, 0.0)),
        (math.inf, math.inf, (0.0, 0.0, 0.0)),
        (math.inf, -math.inf, (math.inf, math.inf, math.inf)),
        (math.inf, 1.0, (math.inf, math.inf, math.inf)),
        (1.0, math.nan, (math.inf, math.inf, math.inf)),
        (1.0, math.nextafter(1.0, 2.0), (2.0**-52, 2.0**-52, 1.0)),
        (5e-324, -5e-324, (1e-323, 2.0, 2.0)),
        (10**400, 10**400, (0.0, 0.0, 0.0)),
        (2**53, 2**53 + 1, (0.0, 0.0, 0.0)),
    ],
)
def test_distance_is_known(one: float, other: float, expected: tuple[float, float, float]) -> None:
    """Equal numbers, and two that are none, are no distance apart; finite and infinite ones are infinitely far."""
    assert Distance(*expected) == distance(one, other)


def test_largest_numbers_have_a_relative_distance() -> None:
    """Two numbers whose difference is beyond float64 still have a share."""
    assert 2.0 == distance(1.7e308, -1.7e308).relative


@given(FINITE, FINITE)
def test_distance_is_symmetric(one: float, other: float) -> None:
    """Which of the two comes first is all the same, and only equal numbers are no distance apart."""
    assert distance(one, other) == distance(other, one)
    assert (one == other) == (distance(one, other) == SAME)


@given(FINITE)
def test_neighbours_are_one_ulp_apart(number: float) -> None:
    """The next representable number is one away, across zero as well."""
    above = math.nextafter(number, math.inf)

    assert math.isinf(above) or distance(number, above).ulps == 1


@pytest.mark.parametrize(
    ("one", "other", "tolerance", "close"),
    [
        (0.0, 1e-9, Tolerance(), True),
        (1e6, 1e6 + 1, Tolerance(), True),
        (1.0, 1.1, Tolerance(), False),
        (1.0, 1.1, Tolerance(absolute=0.2, relative=0, ulps=0), True),
        (1e-300, math.nextafter(1e-300, 1), Tolerance(absolute=0, relative=0, ulps=1), True),
        (1.0, math.nextafter(1.0, 2), Tolerance(absolute=0, relative=0, ulps=0), False),
        (1.0, 1.0, Tolerance(absolute=0, relative=0, ulps=0), True),
        (math.inf, 1.0, Tolerance(absolute=1e300), False),
    ],
)
def test_close_by_any_measure_is_close(one: float, other: float, tolerance: Tolerance, close: bool) -> None:
    """One of the three tolerances is enough, and none makes infinity close to a number."""
    assert close == (distance(one, other).excess(tolerance) <= 1)
