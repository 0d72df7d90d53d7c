"""Valid records: plausible, as varied as the sample, and small when they shrink."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.errors import UsageError
from emulator.model.record import Column, RecordSchema, Row
from emulator.strategies import batches, decoded, encoded, equivalent_encodings, learnt_from, records
from emulator.strategies.records import _nth
from tests.unit.strategies.samples import CSV, SAMPLES, SCHEMAS, smallest

NAMES = pytest.mark.parametrize("name", SCHEMAS)


@NAMES
@settings(max_examples=25)
@given(data=st.data())
def test_generated_rows_are_plausible_and_survive(name: str, data: st.DataObject) -> None:
    """Rows lie in the learnt range, read back as themselves, and so they do from every equivalent encoding."""
    schema = SCHEMAS[name]
    rows = data.draw(batches(schema))

    assert all(map(schema.admits, rows))
    assert rows == decoded(encoded(rows, schema), schema)
    for payload in equivalent_encodings(rows, schema):
        assert rows == decoded(payload.body, schema), payload.label
        assert (payload.body, payload.content_type) != (encoded(rows, schema), schema.media_type)


@NAMES
def test_generated_rows_teach_the_same_layout(name: str) -> None:
    """What is learnt from a generated sample is of the same kind as what it was generated from."""
    schema = SCHEMAS[name]
    again = learnt_from(*SAMPLES[name])

    assert schema == again


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("csv", [("F", 0.4, 7)]),
        ("csv with a header", [("F", 0.4)]),
        ("csv of one column", [(1,)]),
        ("json arrays", [(2.0, False, "x")]),
        ("json objects", [(1, "x")]),
        ("json instances", [(1, 3.0)]),
        ("json record", [(1.0, "x")]),
        ("npy", [(0.0, 1.0)]),
    ],
)
def test_batch_shrinks_to_the_smallest_record(name: str, expected: list[Row]) -> None:
    """One record, with nothing missing, of the roundest numbers and the first categories."""
    assert expected == smallest(batches(SCHEMAS[name]))


def test_missing_value_is_found_and_stands_alone() -> None:
    """A gap that the sample had comes up, and is all that is left of the batch."""
    found = smallest(batches(SCHEMAS["csv"]), lambda rows: any(None in row for row in rows))

    assert [("F", None, 7)] == found


@pytest.mark.parametrize(("low", "high"), [(-2, 3), (-3, 2), (-2, 2), (2, 5), (-5, -2), (0, 0), (0, 4), (-4, 0)])
def test_integers_come_from_zero_outwards(low: int, high: int) -> None:
    """Every integer of a range has its place, the nearest to zero first, and the ends come again at last."""
    drawn = [_nth(place, low, high) for place in range(high - low + 3)]

    assert [*sorted(range(low, high + 1), key=lambda number: (abs(number), -number)), low, high] == drawn


def test_bounds_are_found() -> None:
    """Both ends of a range come up."""
    assert (0.35, 0.455) == tuple(
        smallest(records(SCHEMAS["csv"]), lambda row, bound=bound: row[1] == bound)[1] for bound in (0.35, 0.455)
    )


@settings(max_examples=25)
@given(records(SCHEMAS["csv"], missing=False))
def test_nothing_is_missing_if_not_wanted(row: Row) -> None:
    """Gaps can be left out."""
    assert None not in row


@given(
    st.floats(allow_nan=False, allow_infinity=False),
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(0, 20),
    st.data(),
)
def test_any_range_can_be_drawn_from(one: float, other: float, decimals: int, data: st.DataObject) -> None:
    """However small, large or narrow: what is drawn lies in the range, and survives."""
    low, high = sorted((one + 0.0, other + 0.0))
    schema = RecordSchema(columns=(Column(low=low, high=high, decimals=decimals),))
    row = data.draw(records(schema))

    assert schema.admits(row)
    assert [row] == decoded(encoded([row], schema), schema)


def test_drawn_numbers_have_the_decimals_of_the_sample() -> None:
    """A record looks as the sample does: no digits that nobody measured."""
    schema = learnt_from(b"0.1\n0.9\n", "text/csv")

    assert (0.7,) == smallest(records(schema), lambda row: isinstance(row[0], float) and row[0] > 0.6)


@pytest.mark.parametrize("sizes", [{"min_size": 0}, {"min_size": 3, "max_size": 2}])
def test_impossible_sizes_are_refused(sizes: dict[str, Any]) -> None:
    """A batch has at least one record."""
    with pytest.raises(UsageError):
        batches(SCHEMAS["csv"], **sizes)


def test_lone_record_makes_no_batch() -> None:
    """A payload that is one record is not asked for two."""
    with pytest.raises(UsageError):
        batches(SCHEMAS["npy record"], max_size=2)


def test_range_without_an_integer_is_refused() -> None:
    """A column by hand may be impossible."""
    schema = RecordSchema(columns=(Column(name="n", kind="integer", low=0.2, high=0.8),))

    with pytest.raises(UsageError, match=r"no integer from 0\.2 to 0\.8"):
        records(schema)


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ({}, b"F,,7\n"),
        ({"newline": "\r\n"}, b"F,,7\r\n"),
        ({"trailing": False}, b"F,,7"),
        ({"bom": True}, b"\xef\xbb\xbfF,,7\n"),
        ({"quoting": "all"}, b'"F","","7"\n'),
        ({"media_type": "application/json"}, b'[["F",null,7]]'),
        ({"media_type": "application/jsonlines", "gap": " "}, b'[ "F", null, 7 ]\n'),
    ],
)
def test_record_is_written_as_asked(how: dict[str, Any], expected: bytes) -> None:
    """Each option changes what it says."""
    assert expected == encoded([("F", None, 7)], learnt_from(CSV, "text/csv"), **how)


def test_array_is_written_as_numpy_does() -> None:
    """The bytes that `numpy.save` writes for [[1.0, 2.0]]."""
    schema = RecordSchema(columns=(Column(high=9),) * 2, media_type="application/x-npy")
    header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (1, 2), }"

    assert encoded([(1.0, 2.0)], schema) == (
        b"\x93NUMPY\x01\x00\x76\x00" + header.ljust(117) + b"\n" + bytes(6) + b"\xf0\x3f" + bytes(7) + b"\x40"
    )


@pytest.mark.parametrize(
    ("rows", "name"),
    [([], "csv"), ([("F", 1.0)], "csv"), ([(1.0, 2.0)] * 2, "npy record"), ([("x", 2.0)], "npy")],
)
def test_rows_that_do_not_fit_are_refused(rows: list[Row], name: str) -> None:
    """No rows, rows too short, too many of them, and text among numbers."""
    with pytest.raises(UsageError):
        encoded(rows, SCHEMAS[name])


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b"", "csv"),
        (b"F,1\n", "csv"),
        (b"F,x,1\n", "csv"),
        (b'"F,1,1\n', "csv"),
        (b"M;0.4\n", "csv with a header"),
        (b"{}", "json arrays"),
        (b"[{}]", "json arrays"),
        (b"[[1, true]]", "json arrays"),
        (b'[{"b": "x"}]', "json objects"),
        (b'[{"a": 1, "c": "x"}]', "json objects"),
        (b"[[1, 2]]", "json instances"),
        (b"[" * 100_000, "json arrays"),
        (b"\n", "json lines"),
    ],
)
def test_other_layouts_are_not_read(body: bytes, name: str) -> None:
    """Reading is strict."""
    with pytest.raises(ValueError):  # noqa: PT011 - whatever it says, it is for these tests
        decoded(body, SCHEMAS[name])
