"""Cases drawn for properties: batches of rows, the same said in other ways, what is almost valid, what is hostile.

To draw takes Hypothesis longer than to answer takes a quick image, so that a case asks all that its rows are good for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from typing import Final

from hypothesis import strategies as st

from emulator.contract.check import NotApplicable
from emulator.fuzz.case import Case, Question
from emulator.model.record import RecordSchema, Row
from emulator.strategies import (
    batches,
    encoded,
    equivalent_encodings,
    hostile_bodies,
    media_types,
    neighbours,
    records,
)

MOST_ROWS: Final = 12
"""Of one batch: more of them find nothing more, and take longer."""

MOST_BAD: Final = 6
"""Malformed requests of one case."""

MOST_ORDERS: Final = 16

SPREAD: Final = 3
"""So many times as many rows are made of those that were drawn."""

TYPES: Final = ("application/json", "text/plain", "application/octet-stream")
"""What malformed bodies claim to be, beside what they were drawn as."""


def question(rows: Sequence[Row], schema: RecordSchema, *, label: str = "") -> Question:
    """Rows as the sample wrote them."""
    return Question(body=encoded(rows, schema), content_type=schema.media_type, rows=len(rows), label=label)


def valid_batches(schema: RecordSchema) -> st.SearchStrategy[Case]:
    """Rows, each on its own, with its neighbours, and then all in one batch; shrinks to one row."""
    return _spread(schema).map(lambda rows: Case(questions=_asked(rows, schema)))


def batches_and_their_rows(schema: RecordSchema) -> st.SearchStrategy[Case]:
    """A batch of two rows or more, and each of its rows on its own."""

    def case(rows: Sequence[Row]) -> Case:
        return Case(questions=(question(rows, schema), *(question([row], schema) for row in rows)))

    return _spread(_listed(schema), least=2).map(case)


def batches_in_orders(schema: RecordSchema) -> st.SearchStrategy[Case]:
    """A batch, and the same rows in the opposite order, both turned round; told are the orders."""

    def case(rows: Sequence[Row]) -> Case:
        places = list(range(len(rows)))
        turned = [way[by:] + way[:by] for by in places[:-1] for way in (places, places[::-1])]
        orders = [list(each) for each in dict.fromkeys(map(tuple, turned))][:MOST_ORDERS]
        asked = tuple(question([rows[place] for place in order], schema) for order in orders)
        return Case(questions=asked, told={"orders": orders})

    return _spread(_listed(schema), least=2, most=6).map(case)


def several_questions(schema: RecordSchema) -> st.SearchStrategy[Case]:
    """Two to twelve different questions; shrinks to two of one row each."""
    several = _spread(schema, least=2).map(lambda rows: _asked(rows, schema)[-MOST_ROWS:])
    return several.filter(lambda asked: len(asked) > 1).map(lambda asked: Case(questions=asked))


def batches_said_otherwise(schema: RecordSchema) -> st.SearchStrategy[Case]:
    """Batches, each followed by the same in encodings and under media types that mean the same; told is how many."""

    def said(rows: Sequence[Row]) -> list[Question]:
        others = [
            Question(body=each.body, content_type=each.content_type, rows=len(rows), label=each.label)
            for each in equivalent_encodings(rows, schema)
        ]
        return [question(rows, schema, label="as the sample"), *others]

    def case(rows: Sequence[Row]) -> Case:
        most = 1 if schema.single else 2
        groups = [said(rows[start : start + most]) for start in range(0, len(rows), most)]
        return Case(questions=tuple(chain.from_iterable(groups)), told={"groups": [len(each) for each in groups]})

    return _spread(schema, most=6).map(case)


def bad_question(schema: RecordSchema) -> st.SearchStrategy[Question]:
    """Something near validity, something hostile, or a valid row under a media type of another meaning."""
    odd = st.one_of(neighbours(schema), hostile_bodies(schema.media_type)).map(
        lambda each: Question(body=each.body, content_type=each.content_type, label=each.label)
    )
    mistyped = st.builds(
        lambda row, kind: Question(body=encoded([row], schema), content_type=kind.value, label=kind.label),
        records(schema),
        media_types(schema.media_type).filter(lambda kind: not kind.equivalent),
    )
    return st.one_of(odd, mistyped)


def malformed(schema: RecordSchema) -> st.SearchStrategy[Case]:
    """Malformed requests; shrinks to one."""
    return bad_questions(schema).map(lambda several: Case(questions=several))


def malformed_between(schema: RecordSchema) -> st.SearchStrategy[Case]:
    """Valid questions, and malformed ones to be asked between the first time and the second; told is how many."""

    def case(rows: Sequence[Row], bad: Sequence[Question]) -> Case:
        return Case(questions=(*_asked(rows, schema), *bad), told={"between": len(bad)})

    return st.builds(case, _rows(schema, most=4), bad_questions(schema))


def bad_questions(schema: RecordSchema) -> st.SearchStrategy[tuple[Question, ...]]:
    """Malformed requests, and what cutting and renaming gives, which costs nothing to draw."""
    wide = st.tuples(bad_question(schema), st.integers(0, SPREAD)).map(lambda drawn: _widened(*drawn))
    return st.lists(wide, min_size=1, max_size=MOST_BAD).map(lambda several: tuple(chain.from_iterable(several)))


def _widened(whole: Question, by: int) -> tuple[Question, ...]:
    if not by:
        return (whole,)
    half = len(whole.body) // 2
    body = whole.body
    parts = {
        "first half of": body[:half],
        "second half of": body[half:],
        "all but the first byte of": body[1:],
        "all but the last byte of": body[:-1],
        "twice": body * 2,
    }
    cut = [replace(whole, body=part, label=f"{how} {whole.label}") for how, part in parts.items()]
    named = [replace(whole, content_type=kind, label=f"{whole.label}, as {kind}") for kind in TYPES]
    return (whole, *cut, *named, replace(whole, content_type=None, label=f"{whole.label}, without a media type"))


def _asked(rows: Sequence[Row], schema: RecordSchema) -> tuple[Question, ...]:
    """Each row alone, with one and two others, and all together, as far as a request may hold them."""
    sizes = {1} if schema.single else {1, 2, 3, len(rows)}
    runs = [rows[start : start + size] for size in sorted(sizes) for start in range(len(rows) - size + 1)]
    asked = [question(each, schema) for each in runs]
    return tuple({each.body: each for each in asked}.values())


def _spread(schema: RecordSchema, *, least: int = 1, most: int = MOST_ROWS) -> st.SearchStrategy[list[Row]]:
    """Rows, and others whose values are from those, each from another row; shrinks to no others."""

    def wider(rows: list[Row], by: int) -> list[Row]:
        size = len(rows)
        others = [
            tuple(rows[(start + turn * place) % size][place] for place in range(len(rows[start])))
            for turn in range(1, by + 1)
            for start in range(size)
        ]
        return [*rows, *dict.fromkeys(each for each in others if each not in rows)]

    return st.builds(wider, _rows(schema, least=least, most=most), st.integers(0, SPREAD))


def _rows(schema: RecordSchema, *, least: int = 1, most: int = MOST_ROWS) -> st.SearchStrategy[list[Row]]:
    """Rows, however many a request of the schema may hold."""
    return batches(replace(schema, single=False), min_size=least, max_size=most)


def _listed(schema: RecordSchema) -> RecordSchema:
    if schema.single:
        raise NotApplicable("a request of this image holds one record")
    return schema
