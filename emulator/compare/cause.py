"""What in a request brings a disagreement about: its one row, and the column of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from emulator.compare.numbers import Distance, distance
from emulator.compare.oddities import Drawn, typical_values, with_cell
from emulator.model.comparison import Counterexample, Difference
from emulator.model.record import RecordSchema, Row
from emulator.model.recording import Request
from emulator.strategies import decoded

MOST_NAMES: Final = 3
"""Columns that are named, where several bring it about together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """How to find it.

    Attributes:
        schema: of the rows.
        sample: what it was learnt from.
        disagreement: what two sides disagree on, given rows; None where they agree, or cannot be asked any longer.
        may_ask: whether they can be asked.
        asked: the request of rows.
    """

    schema: RecordSchema
    sample: Request
    disagreement: Callable[[Drawn], Difference | None]
    may_ask: Callable[[], bool]
    asked: Callable[[Drawn], Request]

    @property
    def records(self) -> list[Row]:
        """Those of the sample; none where it can be learnt from and is not written as we would."""
        try:
            return decoded(self.sample.body, self.schema)
        except ValueError:
            return []


def counterexample(rows: Drawn, difference: Difference, cause: Cause) -> Counterexample:
    """The smallest request on which two sides disagree, from the smallest that a search came to.

    Args:
        rows: of the latter.
        difference: what the two disagree on there.
        cause: how to ask them again.
    """
    rows, difference = _one_row(rows, difference, cause)
    apart = sizes(difference)
    return Counterexample(
        request=cause.asked(rows),
        difference=difference,
        absolute=apart.absolute if apart else None,
        relative=apart.relative if apart else None,
        input_column=", ".join(_columns(rows, cause)[:MOST_NAMES]) if len(rows.rows) == 1 else "",
    )


def sizes(difference: Difference) -> Distance | None:
    """How far the two numbers of a difference are apart; None where it is one of something else."""
    if difference.aspect != "number":
        return None
    return distance(float(difference.baseline), float(difference.candidate))


def worst(differences: Sequence[Difference]) -> Difference | None:
    """The first that is none of numbers, else the one whose numbers are furthest apart; None of none."""
    others = [each for each in differences if each.aspect != "number"]
    if others or not differences:
        return next(iter(others), None)
    return max(differences, key=_relative)


def _relative(difference: Difference) -> float:
    apart = sizes(difference)
    return apart.relative if apart else 0.0


def _one_row(rows: Drawn, difference: Difference, cause: Cause) -> tuple[Drawn, Difference]:
    """The first row that is enough on its own; all of them where none is."""
    for row in rows.rows if len(rows.rows) > 1 else ():
        alone = replace(rows, rows=(row,))
        found = cause.disagreement(alone)
        if found is not None:
            return alone, found
    return rows, difference


def _columns(rows: Drawn, cause: Cause) -> list[str]:
    """The columns of a row that make the disagreement vanish when they are set to a value of the sample's."""
    (row,) = rows.rows
    names = [column.name or f"column {place}" for place, column in enumerate(cause.schema.columns, start=1)]
    if rows.odd is not None and (not cause.may_ask() or _matters(row, rows.odd, cause)):
        return [names[rows.odd]]
    return [name for place, name in enumerate(names) if place != rows.odd and _matters(row, place, cause)]


def _matters(row: Row, place: int, cause: Cause) -> bool:
    for value in typical_values(cause.schema.columns[place], [each[place] for each in cause.records]):
        if value != row[place]:
            found = cause.disagreement(Drawn((with_cell(row, place, value),)))
            if found is None:
                return cause.may_ask()  # else it was the time that ended
    return False
