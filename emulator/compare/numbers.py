"""How far two numbers are apart."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass

from emulator.model.comparison import Tolerance


@dataclass(frozen=True, slots=True)
class Distance:
    """Between two numbers.

    Attributes:
        absolute: their difference without its sign.
        relative: its share of the larger of the two, 0 to 2.
        ulps: how many representable float64 numbers one has to go from one to the other.

    All three are 0 for equal numbers, among which are two that are not a number, and infinite where only one of the
    two is finite, or one is not a number.
    """

    absolute: float
    relative: float
    ulps: float

    def excess(self, tolerance: Tolerance) -> float:
        """How many times what is tolerated; above 1 is too far. Close by any of the three is close."""
        pairs = (
            (self.absolute, tolerance.absolute),
            (self.relative, tolerance.relative),
            (self.ulps, float(tolerance.ulps)),
        )
        return min(_times(size, allowed) for size, allowed in pairs)


SAME = Distance(0.0, 0.0, 0.0)
ENDLESS = Distance(math.inf, math.inf, math.inf)


def distance(one: float, other: float) -> Distance:
    """How far two numbers are apart; integers of any size are compared exactly before they are rounded to float64."""
    if one == other:
        return SAME
    left, right = as_float(one), as_float(other)
    if math.isnan(left) and math.isnan(right):
        return SAME
    if not (math.isfinite(left) and math.isfinite(right)):
        return ENDLESS
    larger = max(abs(left), abs(right))
    # Divided before they are subtracted: the difference of two very large numbers may be beyond float64.
    relative = abs(left / larger - right / larger) if larger else 0.0
    return Distance(abs(left - right), relative, float(abs(_place(left) - _place(right))))


def as_float(number: float) -> float:
    """A number as float64; an integer that is too large for it becomes infinite."""
    try:
        return float(number)
    except OverflowError:
        return math.copysign(math.inf, number)


def _times(size: float, allowed: float) -> float:
    if not size:
        return 0.0
    return size / allowed if allowed else math.inf


def _place(number: float) -> int:
    """Where a number stands in the order of all float64 numbers; both zeros are 0."""
    (bits,) = struct.unpack("<q", struct.pack("<d", number))
    return int(bits) if bits >= 0 else -(int(bits) & 0x7FFF_FFFF_FFFF_FFFF)
