"""Valid records: inside of the ranges, among the categories, missing only what may be."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Final

from hypothesis import strategies as st

from emulator.errors import UsageError
from emulator.model.record import Cell, Column, RecordSchema, Row

EXACT_DECIMALS: Final = 15
EXACT_MAGNITUDE: Final = 10**15
"""Numbers with more digits than these are drawn as floats, all others as decimals: 0.455, not 0.45500000000000002."""

RAREST: Final = 9
"""Values drawn for one that is missing, at most: what is rare in the sample still has to come up."""

FEW: Final = 8

SPARED: Final = 7
"""One record of so many and one is drawn for nothing."""


def records(schema: RecordSchema, *, missing: bool = True) -> st.SearchStrategy[Row]:
    """Records that a sample makes plausible, as tuples in the order of the columns.

    Args:
        schema: as it was learnt.
        missing: whether values may be missing, where the sample had some missing.

    Shrinks to the simplest value of each column: round numbers near zero, the shortest category, nothing missing.
    """
    return st.tuples(*(_cells(column, missing) for column in schema.columns))


def batches(
    schema: RecordSchema, *, min_size: int = 1, max_size: int | None = None, missing: bool = True
) -> st.SearchStrategy[list[Row]]:
    """Lists of records, as one payload carries them.

    Args:
        schema: as it was learnt.
        min_size: fewest records.
        max_size: most records; None for 8, or for 1 where a payload is one record.
        missing: whether values may be missing, where the sample had some missing.

    Raises:
        UsageError: the sizes are out of order, or a payload of the schema is one record.

    Shrinks to as few of the simplest records as may be.
    """
    most = (1 if schema.single else max(min_size, FEW)) if max_size is None else max_size
    if not 1 <= min_size <= most:
        raise UsageError(f"a batch of {min_size} to {most} records cannot be generated.", fix="give 1 or more")
    if schema.single and most > 1:
        raise UsageError(f"a payload of this schema is one record, not up to {most}")
    # Hypothesis does not delete long elements from the front of a list: a record that is not needed shrinks to one
    # that is not kept.
    drawn = st.lists(
        st.tuples(st.integers(0, SPARED), records(schema, missing=missing)), min_size=min_size, max_size=most
    )
    return drawn.map(lambda pairs: _kept(pairs, min_size))


def _kept(pairs: list[tuple[int, Row]], min_size: int) -> list[Row]:
    kept = [row for keep, row in pairs if keep]
    return kept if len(kept) >= min_size else [row for _, row in pairs[:min_size]]


def _cells(column: Column, missing: bool) -> st.SearchStrategy[Cell]:
    values = _values(column)
    if values is None:
        return st.none()
    if not missing or not column.missing:
        return values
    times = max(1, min(RAREST, round(1 / column.missing) - 1))
    # The value is drawn even where it is not used: a shorter draw would be what all others shrink to.
    return st.tuples(values, st.integers(0, times)).map(lambda drawn: None if drawn[1] == times else drawn[0])


def _values(column: Column) -> st.SearchStrategy[Cell] | None:
    """The values of a column; None where no value of it is known."""
    if column.kind == "boolean":
        return st.booleans()
    if column.kind == "category":
        return st.sampled_from(column.categories) if column.categories else None
    if column.kind == "text":
        return _texts(column)
    return _integers(column) if column.kind == "integer" else _numbers(column)


def _texts(column: Column) -> st.SearchStrategy[str]:
    # A reader may take blanks off the ends of a field, and an empty text for a missing one.
    texts = st.text(alphabet=column.alphabet, min_size=int(column.low), max_size=int(column.high))
    return texts.filter(lambda text: text == text.strip())


def _integers(column: Column) -> st.SearchStrategy[int]:
    low, high = math.ceil(column.low), math.floor(column.high)
    if low > high:
        raise UsageError(f"column {column.name!r} has no integer from {column.low} to {column.high}")
    return st.integers(0, high - low + 2).map(lambda place: _nth(place, low, high))


def _numbers(column: Column) -> st.SearchStrategy[float]:
    ranges = [_scaled(column, decimals) for decimals in range(min(column.decimals, EXACT_DECIMALS) + 1)]
    levels: list[tuple[int, int, int]] = [
        (10**decimals, least, most) for decimals, (least, most) in enumerate(ranges) if least <= most
    ]
    if not levels or column.decimals > EXACT_DECIMALS or max(abs(column.low), abs(column.high)) > EXACT_MAGNITUDE:
        low, high = float(column.low), float(column.high)
        return st.floats(low, high, allow_nan=False, allow_subnormal=column.denormal)
    # One draw for the number and for how round it is, the roundest first: two would not shrink together.
    (coarse, least, most), (fine, low, high) = levels[0], levels[-1]
    round_ones = most - least + 1

    def number(place: int) -> float:
        if place < round_ones:
            return _nth(place, least, most) / coarse
        return _nth(place - round_ones, low, high) / fine

    return st.integers(0, round_ones + high - low + 2).map(number)


def _nth(place: int, low: int, high: int) -> int:
    """Integers of a range from the one nearest to zero on, and at last both ends once more.

    Hypothesis draws the ends of its own ranges often, and where ranges end, models do odd things.
    """
    beyond = place - (high - low + 1)
    if beyond >= 0:
        return (low, high)[beyond]
    if low >= 0 or high <= 0:
        return low + place if low >= 0 else high - place
    both = 2 * min(-low, high)
    if place <= both:
        return (place + 1) // 2 if place % 2 else -(place // 2)
    return place - both // 2 if high > -low else both // 2 - place


def _scaled(column: Column, decimals: int) -> tuple[int, int]:
    scale = 10**decimals
    return math.ceil(_exact(column.low) * scale), math.floor(_exact(column.high) * scale)


def _exact(number: float) -> Fraction:
    """The decimal that a float is the nearest one to."""
    return Fraction(repr(number))
