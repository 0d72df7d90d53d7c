"""Two answers to one request: in which aspects they differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from emulator.compare.replies import Content, content
from emulator.compare.tables import Pair, Tally, column_delta, cut, hold
from emulator.model.comparison import Aspect, ColumnDelta, Difference, Tolerance
from emulator.model.message import media_type
from emulator.model.recording import Exchange
from emulator.render.words import counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What two answers to one request came to.

    Attributes:
        differences: beyond tolerance.
        numbers: all pairs of numbers at the same place of both, by column.
    """

    differences: tuple[Difference, ...] = ()
    numbers: dict[str, list[Pair]] = field(default_factory=dict)

    @property
    def equal(self) -> bool:
        """Whether nothing differs, not even within tolerance."""
        return not self.differences and not any(pair.apart.absolute for each in self.numbers.values() for pair in each)


def held(baseline: Exchange, candidate: Exchange, *, tolerance: Tolerance, exchange: int = 0) -> Held:
    """Compare two answers to one request: status, media type, row count, schema, numbers, text.

    Args:
        baseline: what one answered.
        candidate: what the other answered.
        tolerance: for numbers.
        exchange: which of the requests it was, for the differences.
    """
    if baseline.status != candidate.status and not (baseline.ok and candidate.ok):
        one, other = _outcome(baseline), _outcome(candidate)
        return Held(differences=(_difference("status", "reply", one, other, exchange),))
    found = [
        _difference(aspect, where, one, other, exchange)
        for aspect, where, one, other in _heads(baseline, candidate)
        if one != other
    ]
    tally = Tally()
    if media_type(baseline.content_type) == media_type(candidate.content_type):
        _bodies(baseline, candidate, tally)
    return Held(differences=(*found, *tally.differences(tolerance, exchange)), numbers=tally.numbers)


def column_deltas(several: Sequence[Held], tolerance: Tolerance) -> tuple[ColumnDelta, ...]:
    """What became of the numbers of each column, over all requests."""
    columns: dict[str, list[Pair]] = {}
    for each in several:
        for column, pairs in each.numbers.items():
            columns.setdefault(column, []).extend(pairs)
    return tuple(column_delta(column, pairs, tolerance) for column, pairs in columns.items())


def _difference(aspect: Aspect, where: str, one: str, other: str, exchange: int) -> Difference:
    return Difference(aspect=aspect, where=where, baseline=one, candidate=other, exchange=exchange)


def _heads(baseline: Exchange, candidate: Exchange) -> Iterator[tuple[Aspect, str, str, str]]:
    yield "status", "reply", str(baseline.status), str(candidate.status)
    yield "text", "why nothing came", baseline.failure, candidate.failure
    one, other = baseline.content_type, candidate.content_type
    same_media = media_type(one) == media_type(other)
    where = "Content-Type, in its parameters only" if same_media else "Content-Type"
    yield "media type", where, "none" if one is None else one, "none" if other is None else other


def _outcome(exchange: Exchange) -> str:
    """The status of an answer; with the container's own text where it failed."""
    if exchange.ok:
        return str(exchange.status)
    if not exchange.status:
        return f"no answer: {exchange.failure}"
    text = " ".join(exchange.body.decode(errors="replace").split())
    shown, _ = cut(text, "")
    return f"{exchange.status}: {shown}" if text else str(exchange.status)


def _bodies(baseline: Exchange, candidate: Exchange, tally: Tally) -> None:
    if baseline.body == candidate.body and len(baseline.body) == 0:
        return
    one = content(baseline.content_type, baseline.body)
    other = content(candidate.content_type, candidate.body)
    if one.form != other.form:
        tally.differs("schema", "reply", 0, one.flaw or one.form, other.flaw or other.form)
        return
    judge: dict[str, Callable[[Content, Content, Tally], None]] = {"text": _texts, "bytes": _bytes, "CSV": _csv}
    judge.get(one.form, _values)(one, other, tally)


def _values(one: Content, other: Content, tally: Tally) -> None:
    if one.dtype != other.dtype:
        tally.differs("schema", "dtype", 0, one.dtype, other.dtype)
    try:
        hold(one.value, other.value, tally)
    except RecursionError:
        if one.value != other.value:
            tally.differs("text", "reply", 0, "nested too deeply to tell", "nested too deeply to tell")


def _csv(one: Content, other: Content, tally: Tally) -> None:
    """By name where both have the same names in whatever order, else by place."""
    if one.header != other.header:
        tally.differs("schema", "header", 0, _names(one), _names(other))
    if set(one.header) == set(other.header) and one.header:
        hold([_named(one, row) for row in one.value], [_named(other, row) for row in other.value], tally)
        return
    hold(one.value, other.value, tally)


def _names(table: Content) -> str:
    return ",".join(table.header) or "no names"


def _named(table: Content, row: list[Any]) -> dict[str, Any]:
    places = (f"column {nth}" for nth in range(len(table.header) + 1, len(row) + 1))
    return dict(zip((*table.header, *places), row, strict=False))


def _texts(one: Content, other: Content, tally: Tally) -> None:
    lines = one.value.splitlines(keepends=True), other.value.splitlines(keepends=True)
    for number, (left, right) in enumerate(zip(*lines, strict=False), start=1):
        if left != right:
            tally.differs("text", f"line {number}", 0, left.rstrip("\n"), right.rstrip("\n"))
            return
    if len(lines[0]) != len(lines[1]):
        tally.differs("text", "reply", 0, *(counted(len(each), "line") for each in lines))


def _bytes(one: Content, other: Content, tally: Tally) -> None:
    if one.value != other.value:
        left, right = (f"{len(each.value):,} bytes, {each.value[:16].hex(' ')}" for each in (one, other))
        at = next(
            (place for place, pair in enumerate(zip(one.value, other.value, strict=False)) if len(set(pair)) > 1), None
        )
        where = f"byte {at}" if at is not None else "reply"
        tally.differs("text", where, 0, left, right)
