"""Rows for a search of what two sides disagree on: like those of a sample, and such with one value that is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from hypothesis import strategies as st

from emulator.model.record import Cell, Column, RecordSchema, Row
from emulator.strategies import batches, encoded, records

MOST_ROWS: Final = 12
"""Of one request: to ask takes longer than to draw."""

MOST_CATEGORIES: Final = 8

HUGE: Final = (1e6, -1e6, 1e38, 1e308, -1e308)
TINY: Final = (0.0, -0.0, 1e-45, 5e-324)
UNSEEN: Final = ("unseen", "0", " ")


@dataclass(frozen=True, slots=True)
class Drawn:
    """Rows that were drawn.

    Attributes:
        rows: at least one.
        odd: the place of a value that the sample does not make plausible; None for no such value.
    """

    rows: tuple[Row, ...]
    odd: int | None = None

    def body(self, schema: RecordSchema) -> bytes:
        """As the sample wrote its own."""
        return encoded(self.rows, schema)


def drawn(schema: RecordSchema) -> st.SearchStrategy[Drawn]:
    """Rows, most of them plausible; shrinks to the simplest plausible one, else to one with a single odd value."""
    plain = batches(schema, max_size=1 if schema.single else MOST_ROWS).map(lambda rows: Drawn(tuple(rows)))
    odd = [_odd(schema, place) for place, column in enumerate(schema.columns) if odd_values(schema, column)]
    return st.one_of(plain, *([st.one_of(odd)] if odd else []))


def odd_values(schema: RecordSchema, column: Column) -> tuple[Cell, ...]:
    """Values of a column that no sample had: missing, out of all ranges, unseen."""
    gap: tuple[Cell, ...] = () if column.missing else (None,)
    if column.numeric:
        numbers: Sequence[float] = (*TINY, *HUGE)
        if column.kind == "integer":
            numbers = (0, -1, 10**6, -(10**6), 2**31, 2**63)
        return (*gap, *(each for each in numbers if not column.admits(each)))
    if column.kind == "boolean" or schema.form == "npy":
        return gap
    swapped = (word.swapcase() for word in column.categories[:2])
    return (*gap, *(word for word in (*UNSEEN, *swapped) if not column.admits(word)))


def typical_values(column: Column, values: Sequence[Cell]) -> tuple[Cell, ...]:
    """What to set a column to, to see whether it matters: the sample's median or first value, then others of it.

    Args:
        column: it.
        values: those of the sample's records in it, in order.
    """
    present = [each for each in values if each is not None]
    if column.numeric:
        ordered = sorted(each for each in present if isinstance(each, int | float)) or [column.low, column.high]
        return tuple(dict.fromkeys((ordered[len(ordered) // 2], *present[:1], ordered[0], ordered[-1])))
    known: tuple[Cell, ...] = (False, True) if column.kind == "boolean" else column.categories[:MOST_CATEGORIES]
    return tuple(dict.fromkeys((*present[:1], *known)))


def _odd(schema: RecordSchema, place: int) -> st.SearchStrategy[Drawn]:
    values = odd_values(schema, schema.columns[place])

    def with_value(row: Row, value: Any) -> Drawn:
        return Drawn((with_cell(row, place, value),), odd=place)

    return st.builds(with_value, records(schema, missing=False), st.sampled_from(values))


def with_cell(row: Row, place: int, value: Cell) -> Row:
    """A row with another value in one place."""
    return (*row[:place], value, *row[place + 1 :])
