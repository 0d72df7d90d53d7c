"""What a sample tells: layouts, types, ranges, categories, and what is missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from emulator.errors import UsageError
from emulator.model.record import Column, RecordSchema
from emulator.strategies import learnt_from
from emulator.strategies.npy import npy
from tests.unit.strategies.samples import CSV, SCHEMAS


def column(body: bytes) -> Column:
    """The only column of a sample of CSV."""
    (only,) = learnt_from(body, "text/csv").columns
    return only


def test_csv_tells_its_columns() -> None:
    """Categories, a range with its decimals and gaps, and integers are told from fields."""
    assert learnt_from(CSV, "text/csv") == RecordSchema(
        columns=(
            Column(kind="category", categories=("F", "I", "M")),
            Column(kind="number", low=0.35, high=0.455, decimals=3, missing=1 / 3),
            Column(kind="integer", low=7, high=15),
        )
    )


def test_real_data_is_learnt(request: pytest.FixtureRequest) -> None:
    """The abalone records are one category, seven numbers and an integer, with nothing missing."""
    path: Path = request.config.rootpath / "fixtures" / "abalone.csv"
    schema = learnt_from(path.read_bytes(), "text/csv")

    assert ["category", *["number"] * 7, "integer"] == [each.kind for each in schema.columns]
    assert schema.columns[0].categories == ("F", "I", "M")
    assert not schema.header
    assert not any(each.missing for each in schema.columns)


@pytest.mark.parametrize(
    ("body", "header"),
    [
        (b"sex,length\nM,0.5\n", True),
        (b"M,0.5\nF,0.5\n", False),
        (b"a,b\n", False),
        (b"sex,colour\nM,red\nF,red\nM,blue\nF,blue\n", True),
        (b"M,red\nF,red\nM,blue\nF,blue\n", False),
        (b"2019,2020\n1,2\n", False),
    ],
)
def test_header_is_told_from_records(body: bytes, header: bool) -> None:
    """Names stand above numbers, or differ from all the words below that recur."""
    assert header is learnt_from(body, "text/csv").header


@pytest.mark.parametrize(
    ("body", "low", "high"),
    [
        (b"4\n", 2, 8),
        (b"1\n", 1, 2),
        (b"-3\n", -6, -2),
        (b"0\n", 0, 1),
        (b"-0.5\n", -1.0, -0.25),
        (b"1e308\n", 5e307, 1.7976931348623157e308),
    ],
)
def test_lone_value_is_widened(body: bytes, low: float, high: float) -> None:
    """One row tells a range from the half to the double."""
    only = column(body)

    assert (low, high) == (only.low, only.high)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"1\n1\n2\n", {"kind": "integer", "low": 1, "high": 2}),
        (b"1\n2.50\n", {"kind": "number", "low": 1, "high": 2.5, "decimals": 2}),
        (b"007\n008\n", {"kind": "category", "categories": ("007", "008")}),
        (b"2024-01-05\n", {"kind": "category", "categories": ("2024-01-05",)}),
        (b"1\nx\n", {"kind": "category", "categories": ("1", "x")}),
        (b"1\nNA\nNA\n2\n", {"kind": "integer", "low": 1, "high": 2, "missing": 0.5, "marker": "NA"}),
        (b"1\ninf\n2\n", {"kind": "integer", "low": 1, "high": 2}),
        (b'""\n', {"kind": "category", "missing": 1.0}),
        (b"the cat sat\n", {"kind": "text", "low": 6, "high": 22, "alphabet": " acehst"}),
    ],
)
def test_fields_tell_a_type(body: bytes, expected: dict[str, Any]) -> None:
    """Numbers stay numbers, and whatever has a form of its own is repeated, not invented."""
    assert Column(**expected) == column(body)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiter_is_found(delimiter: str) -> None:
    """The one that cuts a line into most fields."""
    schema = learnt_from(delimiter.join(["1", "2", "3"]).encode(), "text/csv")

    assert (delimiter, 3) == (schema.delimiter, len(schema.columns))


@pytest.mark.parametrize(
    ("name", "layout"),
    [
        ("json arrays", {}),
        ("json objects", {"keyed": True}),
        ("json instances", {"wrapper": "instances", "row_key": "features"}),
        ("json record", {"keyed": True, "single": True}),
        ("json lines", {"keyed": True}),
        ("json lines of features", {"row_key": "features"}),
        ("npy", {}),
        ("npy record", {"single": True}),
    ],
)
def test_layout_is_learnt(name: str, layout: dict[str, Any]) -> None:
    """Objects or arrays, in a list or alone, with a key around them."""
    plain = {"keyed": False, "wrapper": "", "row_key": "", "single": False}

    assert {**plain, **layout} == {key: getattr(SCHEMAS[name], key) for key in plain}


def test_json_keeps_how_a_value_is_missing() -> None:
    """A member that is left out is told from a null and from NaN."""
    body = b'[{"a": 1, "b": null, "c": NaN}, {"b": 2, "c": 3, "a": 4}, {"b": 5, "c": 6}]'
    markers = {each.name: each.marker for each in learnt_from(body, "application/json").columns}

    assert {"a": "absent", "b": "", "c": "NaN"} == markers


def test_array_of_columns_is_read() -> None:
    """NumPy's other order, and its integers, are read as what they mean."""
    schema = learnt_from(npy([1, 2, 30, 40], (2, 2), fortran=True, descr=">i4"), "application/x-npy")

    assert [(1, 2), (30, 40)] == [(each.low, each.high) for each in schema.columns]
    assert ["integer", "integer"] == [each.kind for each in schema.columns]


@pytest.mark.parametrize(
    ("body", "content_type", "why"),
    [
        (b"", "text/csv", "it is empty"),
        (b" \n", "application/json", "it is empty"),
        (b"\xff", "text/csv", "byte 0 is not UTF-8"),
        (b"1,2\n3\n", "text/csv", "record 2 has 1 fields, and the first one has 2"),
        (b'"1,2\n', "text/csv", "it is no CSV, unexpected end of data"),
        (b"{", "application/json", "it is no JSON, "),
        (b"[" * 100_000, "application/json", "it is nested too deeply"),
        (b"3", "application/json", "its records are not all objects, or all arrays, of at least one value"),
        (b"[]", "application/json", "its records are not all objects, or all arrays, of at least one value"),
        (b"[[1], {}]", "application/json", "its records are not all objects, or all arrays, of at least one value"),
        (b"[[1], [1, 2]]", "application/json", "its records are of several lengths"),
        (b"[[1], [true]]", "application/json", "a column is numbers, text or booleans"),
        (b'{"a": {"b": 1}, "c": 1}', "application/json", "a column is numbers, text or booleans"),
        (b"1\nx\n", "application/jsonlines", "it is no JSON, "),
        (b"PK", "application/x-npy", "it is no array of records, it does not begin as NumPy's files do"),
        (npy([1.0], (1,))[:-1], "application/x-npy", "it is no array of records, 7 bytes of data"),
        (npy([], (0, 3)), "application/x-npy", "its array is empty"),
        (npy([1.0], (1, 1, 1)), "application/x-npy", "it is no array of records, "),
    ],
)
def test_unreadable_sample_is_refused(body: bytes, content_type: str, why: str) -> None:
    """A sample that tells nothing is a usage error that says why."""
    with pytest.raises(UsageError) as caught:
        learnt_from(body, content_type)

    assert caught.value.why.startswith(why)
    assert caught.value.fix
