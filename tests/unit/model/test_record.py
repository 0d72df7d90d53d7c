"""A record schema: what it admits, and that it can be saved."""

from __future__ import annotations

import json
from typing import Any

import pytest

from emulator.errors import UsageError
from emulator.model.record import Cell, Column, RecordSchema, form_of

SEX = Column(name="sex", kind="category", categories=("F", "M"), missing=0.25)
LENGTH = Column(name="length", kind="number", low=0.5, high=2.0, decimals=3)


@pytest.mark.parametrize(
    ("content_type", "form"),
    [
        ("text/csv", "csv"),
        ("Text/CSV; charset=utf-8", "csv"),
        ("application/json", "json"),
        ("application/vnd.acme+json", "json"),
        ("application/x-ndjson", "jsonlines"),
        ("application/x-npy", "npy"),
    ],
)
def test_content_type_tells_the_form(content_type: str, form: str) -> None:
    """Neither case nor parameters matter."""
    assert form == form_of(content_type)


def test_unknown_type_is_refused() -> None:
    """A type whose records cannot be written is told with those that can."""
    with pytest.raises(UsageError) as caught:
        form_of("image/png")

    assert str(caught.value) == (
        "records of type 'image/png' cannot be generated.\n"
        "fix: give a sample of text/csv, application/json, application/jsonlines or application/x-npy"
    )


@pytest.mark.parametrize(
    ("column", "cell", "expected"),
    [
        (SEX, "F", True),
        (SEX, None, True),
        (SEX, "I", False),
        (SEX, 1, False),
        (LENGTH, 0.5, True),
        (LENGTH, 2, True),
        (LENGTH, 2.1, False),
        (LENGTH, None, False),
        (LENGTH, True, False),
        (Column(kind="integer", low=1, high=3), 2, True),
        (Column(kind="integer", low=1, high=3), 2.0, False),
        (Column(kind="boolean"), False, True),
        (Column(kind="boolean"), 0, False),
        (Column(kind="text", low=1, high=3, alphabet="ab"), "aba", True),
        (Column(kind="text", low=1, high=3, alphabet="ab"), "abba", False),
        (Column(kind="text", low=1, high=3, alphabet="ab"), "abc", False),
    ],
)
def test_column_admits_what_is_plausible(column: Column, cell: Cell, expected: bool) -> None:
    """A value has the type of its column, and lies in its range."""
    assert expected is column.admits(cell)


def test_record_has_a_value_for_each_column() -> None:
    """A record is admitted if each value is, and there are as many as columns."""
    schema = RecordSchema(columns=(SEX, LENGTH))

    assert schema.admits(("F", 1.0))
    assert not schema.admits(("F",))
    assert not schema.admits(("F", 3.0))


def test_schema_survives_json() -> None:
    """A schema that was saved is the same one again."""
    schema = RecordSchema(columns=(SEX, LENGTH), media_type="application/json", keyed=True, wrapper="instances")

    assert schema == RecordSchema.from_json(json.loads(json.dumps(schema.to_json())))


@pytest.mark.parametrize("values", [{}, {"columns": 1}, {"columns": [{"colour": 1}]}, {"columns": [1]}, []])
def test_values_of_something_else_are_refused(values: Any) -> None:
    """What is no saved schema is a usage error."""
    with pytest.raises(UsageError):
        RecordSchema.from_json(values)


@pytest.mark.parametrize(
    "facts",
    [
        {"kind": "date"},
        {"low": 2, "high": 1},
        {"low": float("nan")},
        {"high": float("inf")},
        {"missing": 1.5},
    ],
)
def test_impossible_column_is_refused(facts: dict[str, Any]) -> None:
    """A column that nothing could be generated for is refused when it is made."""
    with pytest.raises(UsageError):
        Column(**facts)


@pytest.mark.parametrize("facts", [{"columns": ()}, {"columns": (SEX,), "delimiter": ""}])
def test_impossible_schema_is_refused(facts: dict[str, Any]) -> None:
    """Records have a column, and fields of CSV something between them."""
    with pytest.raises(UsageError):
        RecordSchema(**facts)


def test_columns_without_a_name_are_called_by_their_place() -> None:
    """A header can be written for any schema."""
    assert RecordSchema(columns=(Column(), LENGTH)).names == ("column_1", "length")
