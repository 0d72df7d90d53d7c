"""Cases drawn for properties: batches of rows, the same said in other ways, what is almost valid, what is hostile."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

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

MOST_ROWS = 12
"""Of one batch: more of them find nothing more, and take longer."""


def question(rows: Sequence[Any], schema: RecordSchema, *, label: str = "") -> Question:
    """Rows as the sample wrote them."""
    return Question(body=encoded(rows, schema), content_type=schema.media_type, rows=len(rows), label=label)


def valid_batches(schema: RecordSchema) -> st.SearchStrategy[Case]:
    """One batch of valid rows; shrinks to one row."""
    most = 1 if schema.single else MOST_ROWS
    return batches(schema, max_size=most).map(lambda rows: Case(questions=(question(rows, schema),)))


def batches_and_their_rows(schema: RecordSchema) -> st.SearchStrategy[Case]:
    """A batch of two rows or more, and each of its rows on its own."""

    def case(rows: Sequence[Any]) -> Case:
        return Case(questions=(question(rows, schema), *(question([row], schema) for row in rows)))

    return _several(schema).map(case)


def batches_both_ways(schema: RecordSchema) -> st.SearchStrategy[Case]:
    """A batch, and the same rows in the opposite order."""

    def case(rows: Sequence[Any]) -> Case:
        return Case(questions=(question(rows, schema), question(list(reversed(rows)), schema)))

    return _several(schema).map(case)


def _several(schema: RecordSchema) -> st.SearchStrategy[list[Row]]:
    if schema.single:
        raise NotApplicable("a request of this image holds one record")
    return batches(schema, min_size=2, max_size=MOST_ROWS)


def several_batches(schema: RecordSchema) -> st.SearchStrategy[Case]:
    """Two to eight different questions; shrinks to two of one row each."""
    one = batches(schema, max_size=1 if schema.single else 4).map(lambda rows: question(rows, schema))
    return st.lists(one, min_size=2, max_size=8, unique_by=lambda each: each.body).map(
        lambda several: Case(questions=tuple(several))
    )


def batches_said_otherwise(schema: RecordSchema) -> st.SearchStrategy[Case]:
    """A batch, and the same in encodings and under media types that mean the same."""

    def case(rows: Sequence[Any]) -> Case:
        others = tuple(
            Question(body=each.body, content_type=each.content_type, rows=len(rows), label=each.label)
            for each in equivalent_encodings(rows, schema)
        )
        return Case(questions=(question(rows, schema, label="as the sample"), *others))

    return batches(schema, max_size=1 if schema.single else 4).map(case)


def malformed(schema: RecordSchema) -> st.SearchStrategy[Case]:
    """Something near validity, something hostile, or a valid row under a media type of another meaning."""
    odd = st.one_of(neighbours(schema), hostile_bodies(schema.media_type)).map(
        lambda each: Question(body=each.body, content_type=each.content_type, label=each.label)
    )
    mistyped = st.builds(
        lambda row, kind: Question(body=encoded([row], schema), content_type=kind.value, label=kind.label),
        records(schema),
        media_types(schema.media_type).filter(lambda kind: not kind.equivalent),
    )
    return st.one_of(odd, mistyped).map(lambda each: Case(questions=(each,)))


def malformed_between(schema: RecordSchema) -> st.SearchStrategy[Case]:
    """A valid batch and something malformed, to be asked before and after it."""
    return st.builds(
        lambda valid, bad: Case(questions=(valid.questions[0], bad.questions[0])),
        valid_batches(schema),
        malformed(schema),
    )
