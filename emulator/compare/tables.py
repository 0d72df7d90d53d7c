"""Two values held against each other, place by place: rows, members, kinds, numbers, texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Any, Final

from emulator.compare.numbers import Distance, as_float, distance
from emulator.model.comparison import Aspect, ColumnDelta, Difference, Tolerance
from emulator.render.words import counted

MOST_DELTAS: Final = 1000

MOST_CHARACTERS: Final = 200
"""Of a text in a difference."""

MOST_PLACES: Final = 64
"""Elements of a list within a record that are told apart; those of longer lists are one column."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two numbers at one place."""

    baseline: float
    candidate: float
    apart: Distance
    row: int


@dataclass(slots=True)
class Tally:
    """What two replies have in common and what not, by column.

    Attributes:
        numbers: all pairs of them, by column.
        others: what else differs, by aspect and column: its first place, what each has there, and how often.
    """

    numbers: dict[str, list[Pair]] = field(default_factory=dict)
    others: dict[tuple[Aspect, str], tuple[int, str, str, int]] = field(default_factory=dict)

    def number(self, column: str, row: int, one: float, other: float) -> None:
        """Two numbers at one place; ``row`` is counted from 1, and 0 where there are no rows."""
        pair = Pair(as_float(one), as_float(other), distance(one, other), row)
        self.numbers.setdefault(column, []).append(pair)

    def differs(self, aspect: Aspect, column: str, row: int, one: str, other: str) -> None:
        """Something else that differs."""
        first = self.others.get((aspect, column), (row, *cut(one, other), 0))
        self.others[aspect, column] = (*first[:3], first[3] + 1)

    def differences(self, tolerance: Tolerance, exchange: int) -> Iterator[Difference]:
        """One for each aspect and column: the first of those that are no numbers, the worst of those that are."""
        for (aspect, column), (row, one, other, times) in self.others.items():
            where = _where(column, row, times)
            yield Difference(aspect=aspect, where=where, baseline=one, candidate=other, exchange=exchange)
        for column, pairs in self.numbers.items():
            beyond = [pair for pair in pairs if pair.apart.excess(tolerance) > 1]
            if beyond:
                worst = max(beyond, key=lambda pair: badness(pair, tolerance))
                yield Difference(
                    aspect="number",
                    where=_where(column, worst.row, len(beyond)),
                    baseline=repr(worst.baseline),
                    candidate=repr(worst.candidate),
                    exchange=exchange,
                )


def badness(pair: Pair, tolerance: Tolerance) -> tuple[float, float, float]:
    """How bad a pair is, to find the worst one."""
    return (pair.apart.excess(tolerance), pair.apart.relative, pair.apart.absolute)


def column_delta(column: str, pairs: Sequence[Pair], tolerance: Tolerance) -> ColumnDelta:
    """What became of the numbers of one column; at least one pair."""
    worst = max(pairs, key=lambda pair: badness(pair, tolerance))
    return ColumnDelta(
        column=column,
        compared=len(pairs),
        differing=sum(pair.apart.absolute > 0 for pair in pairs),
        beyond=sum(pair.apart.excess(tolerance) > 1 for pair in pairs),
        absolute=max(pair.apart.absolute for pair in pairs),
        relative=max(pair.apart.relative for pair in pairs),
        ulps=max(pair.apart.ulps for pair in pairs),
        baseline=worst.baseline,
        candidate=worst.candidate,
        deltas=tuple(map(_delta, pairs[:MOST_DELTAS])),
    )


def hold(one: Any, other: Any, tally: Tally, *, column: str = "", row: int = 0) -> None:
    """Compare two values and all within them.

    The outermost list is the one of the rows, wherever it is; what comes below it has a column: ``column 2`` of a list
    of lists, ``score`` of a list of objects, ``result`` of ``{"result": [1, 2]}``, ``predictions[].score``.
    """
    kinds = kind(one), kind(other)
    name = column or ("column 1" if row else "reply")
    if kinds[0] != kinds[1]:
        tally.differs("schema", name, row, _shown(one, kinds[0]), _shown(other, kinds[1]))
    elif isinstance(one, Mapping):
        _members(one, other, tally, column, row)
    elif isinstance(one, list):
        (_within if row else _rows)(one, other, tally, column, row)
    elif kinds[0] == "number":
        tally.number(name, row, one, other)
    elif one != other:
        tally.differs("text", name, row, _plain(one), _plain(other))


def kind(value: Any) -> str:
    """``number``, ``text``, ``boolean``, ``null``, ``list`` or ``object``."""
    if isinstance(value, bool):
        return "boolean"
    kinds: dict[type, str] = {int: "number", float: "number", str: "text", list: "list", dict: "object"}
    return kinds.get(type(value), "null")


def cut(one: str, other: str) -> tuple[str, str]:
    """Two texts that differ, cut to the part around their first difference where they are long."""
    start = next((place for place, (left, right) in enumerate(zip(one, other, strict=False)) if left != right), 0)
    skip = max(0, start - MOST_CHARACTERS // 4) if max(len(one), len(other)) > MOST_CHARACTERS else 0
    return _cut(one, skip), _cut(other, skip)


def _cut(text: str, skip: int) -> str:
    part = text[skip : skip + MOST_CHARACTERS]
    return f"{'…' * bool(skip)}{part}{'…' * (skip + len(part) < len(text))}"


def _members(one: Mapping[str, Any], other: Mapping[str, Any], tally: Tally, column: str, row: int) -> None:
    for name in dict.fromkeys((*one, *other)):
        place = f"{column}.{name}" if column else name
        if name in one and name in other:
            hold(one[name], other[name], tally, column=place, row=row)
        else:
            sides = [_shown(side[name], kind(side[name])) if name in side else "none" for side in (one, other)]
            tally.differs("schema", place, row, *sides)


def _rows(one: list[Any], other: list[Any], tally: Tally, column: str, _row: int) -> None:
    if len(one) != len(other):
        tally.differs("row count", column or "reply", 0, str(len(one)), str(len(other)))
    for nth, (left, right) in enumerate(zip(one, other, strict=False), start=1):
        nested = bool(column) and isinstance(left, list | dict)
        hold(left, right, tally, column=f"{column}[]" if nested else column, row=nth)


def _within(one: list[Any], other: list[Any], tally: Tally, column: str, row: int) -> None:
    if len(one) != len(other):
        tally.differs("schema", column or "columns", row, *(counted(len(each), "value") for each in (one, other)))
    long = len(one) > MOST_PLACES and bool(column)
    for nth, (left, right) in enumerate(zip(one, other, strict=False)):
        place = f"{column}[{'' if long else nth}]" if column else f"column {nth + 1}"
        hold(left, right, tally, column=place, row=row)


def _where(column: str, row: int, times: int) -> str:
    more = f" and {times - 1:,} more" if times > 1 else ""
    return f"row {row}, {column}{more}" if row else f"{column}{more}"


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else str(value).lower()


def _shown(value: Any, called: str) -> str:
    if called in ("list", "object"):
        return f"{called} of {len(value)}"
    return called if value is None else f"{called} {_plain(value)}"


def _delta(pair: Pair) -> float:
    """Candidate minus baseline; 0 for two that are the same infinity, or no numbers."""
    if not pair.apart.absolute:
        return 0.0
    delta = pair.candidate - pair.baseline
    return delta if delta == delta else inf  # noqa: PLR0124 - one of the two is not a number
