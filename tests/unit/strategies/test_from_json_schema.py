"""JSON Schemas of records, and those that are none."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from emulator.errors import UsageError
from emulator.model.record import Column
from emulator.strategies import batches, encoded, schema_records
from emulator.strategies.decode import _json as parsed
from tests.unit.strategies.samples import smallest

ABALONE: dict[str, Any] = {
    "type": "object",
    "properties": {
        "sex": {"enum": ["M", "F", None]},
        "length": {"$ref": "#/$defs/length"},
        "rings": {"type": ["integer", "null"], "exclusiveMinimum": 0, "maximum": 30},
        "wild": {"type": "boolean"},
        "note": {"anyOf": [{"type": "string", "minLength": 2, "maxLength": 5}, {"type": "null"}]},
    },
    "required": ["sex", "length", "rings", "note"],
    "additionalProperties": False,
    "$defs": {"length": {"type": "number", "minimum": 0.05, "exclusiveMaximum": 1}},
}

SCHEMAS: dict[str, Any] = {
    "record": ABALONE,
    "list": {"type": "array", "items": {"$ref": "#/$defs/row"}, "$defs": {**ABALONE["$defs"], "row": ABALONE}},
    "instances": {
        "type": "object",
        "properties": {"instances": {"type": "array", "items": {"$ref": "#/$defs/row"}}},
        "$defs": {"row": {"type": "array", "items": {"type": "number"}, "minItems": 3, "maxItems": 3}},
    },
    "places": {"type": "array", "prefixItems": [{"type": "number", "maximum": -5}, {"const": "x"}], "items": False},
}


@pytest.mark.parametrize("name", SCHEMAS)
@settings(max_examples=25)
@given(data=st.data())
def test_generated_records_are_valid(name: str, data: st.DataObject) -> None:
    """What is generated for a schema is valid under it, as another library judges."""
    schema = schema_records(SCHEMAS[name])
    body = encoded(data.draw(batches(schema)), schema)

    Draft202012Validator(SCHEMAS[name]).validate(parsed(body.decode()))


def test_properties_are_columns() -> None:
    """Ranges, categories, decimals, and what may be null or left out."""
    sex, length, rings, wild, note = schema_records(ABALONE).columns

    assert sex == Column(name="sex", kind="category", categories=("F", "M"), missing=0.1)
    assert (length.low, length.high, length.decimals) == (0.05, 0.999999, 6)
    assert (rings.kind, rings.low, rings.high, rings.missing) == ("integer", 1, 30, 0.1)
    assert wild == Column(name="wild", kind="boolean", missing=0.1, marker="absent")
    assert (note.kind, note.low, note.high) == ("text", 2, 5)


def test_multiple_of_tells_decimals() -> None:
    """A power of ten is understood, and keeps an open bound out."""
    part = {"type": "number", "exclusiveMinimum": 0, "maximum": 1, "multipleOf": 0.01}
    (only,) = schema_records({"type": "object", "properties": {"a": part}}).columns

    assert (0.01, 1, 2) == (only.low, only.high, only.decimals)


def test_records_shrink() -> None:
    """The smallest record of a schema has nothing missing, and round numbers near zero."""
    assert [("F", 0.1, 1, False, "00")] == smallest(batches(schema_records(ABALONE)))
    assert [(0.0, 0.0, 0.0)] == smallest(batches(schema_records(SCHEMAS["instances"])))


def test_records_can_be_written_as_csv() -> None:
    """The same schema serves another format, with its names on top."""
    schema = schema_records(ABALONE, media_type="text/csv", header=True)

    assert encoded([("F", 0.1, None, None, "a")], schema) == b"sex,length,rings,wild,note\nF,0.1,,,a\n"


@pytest.mark.parametrize(
    "schema",
    [
        True,
        [],
        {},
        {"type": "object"},
        {"type": "object", "properties": {"a": {}}},
        {"type": "object", "properties": {"a": 1}},
        {"type": "object", "properties": {"a": {"type": "object", "properties": {"b": {"type": "number"}}}}},
        {"type": "object", "properties": {"a": {"type": "string", "pattern": "^a"}}},
        {"type": "object", "properties": {"a": {"enum": [1, 2]}}},
        {"type": "object", "properties": {"a": {"enum": "M"}}},
        {"type": "object", "properties": {"a": {"type": []}}},
        {"type": "object", "properties": {"a": {"type": "number", "minimum": "1"}}},
        {"type": "object", "properties": {"a": {"type": "number", "minimum": 2, "maximum": 1}}},
        {"type": "object", "properties": {"a": {"type": "number", "multipleOf": 3}}},
        {"type": "object", "properties": {"a": {"type": "number", "multipleOf": "x"}}},
        {"type": "object", "properties": {"a": {"type": "string", "minLength": "x"}}},
        {"type": "object", "properties": {"a": {"anyOf": [{"type": "number"}, {"type": "string"}]}}},
        {"type": "object", "properties": {"a": {"anyOf": 1}}},
        {"type": "array", "items": {"type": "number"}},
        {"$ref": "#"},
        {"$ref": "#/$defs/a"},
        {"$ref": "other.json"},
    ],
)
def test_what_cannot_be_translated_is_refused(schema: Any) -> None:
    """A schema that is none, or says too much or too little, is a usage error."""
    with pytest.raises(UsageError):
        schema_records(schema)
