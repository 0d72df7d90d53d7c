"""Two answers to one request: each aspect in which they may differ."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.compare.exchanges import column_deltas, held
from emulator.compare.masking import masked
from emulator.model.comparison import Tolerance
from emulator.model.recording import Exchange
from emulator.strategies.npy import npy
from tests.unit.compare.wood import EXACT, ROWS, answers, reply

JSON = "application/json"


def told(one: Exchange, other: Exchange, *, tolerance: Tolerance | None = None) -> list[tuple[str, str, str, str]]:
    """Every difference, in short."""
    found = held(one, other, tolerance=tolerance or Tolerance()).differences
    return [(each.aspect, each.where, each.baseline, each.candidate) for each in found]


def test_equal_bytes_are_the_same() -> None:
    """Nothing differs between a reply and itself."""
    one, other = answers("1,nan\n2,x\n", "1,nan\n2,x\n")

    assert [] == told(one, other, tolerance=EXACT)
    assert held(one, other, tolerance=EXACT).equal


@pytest.mark.parametrize(
    ("content_type", "one", "other", "expected"),
    [
        ("text/csv", "1.0\n", "1\n", []),
        (JSON, '{"a": 1, "b": 2}', '{"b":2,"a":1.0}', []),
        ("text/csv", "1,2\n3,4\n", "1,2\n3,5\n", [("number", "row 2, column 2", "4.0", "5.0")]),
        ("text/csv", "a,b\n1,2\n3,4\n", "a,b\n1,3\n3,6\n", [("number", "row 2, b and 1 more", "4.0", "6.0")]),
        ("text/csv", "a,b\n1,2\n", "b,a\n2,1\n", [("schema", "header", "a,b", "b,a")]),
        ("text/csv", "1,2\n", "1\n", [("schema", "row 1, columns", "2 values", "1 value")]),
        (
            "text/csv",
            "1\n2\n3\n",
            "1\n5\n",
            [("row count", "reply", "3", "2"), ("number", "row 2, column 1", "2.0", "5.0")],
        ),
        (
            "text/csv",
            "1.0\n2.0\n",
            "np.float64(1.0)\nnp.float64(2.0)\n",
            [("schema", "row 1, column 1 and 1 more", "number 1.0", "text np.float64(1.0)")],
        ),
        ("text/csv", "cat\n", "dog\n", [("text", "row 1, column 1", "cat", "dog")]),
        (JSON, "[true]", "[false]", [("text", "row 1, column 1", "true", "false")]),
        (JSON, "[1]", "[null]", [("schema", "row 1, column 1", "number 1", "null")]),
        (JSON, '{"result": [1]}', '{"result": ["1"]}', [("schema", "row 1, result", "number 1", "text 1")]),
        (JSON, '{"result": [1]}', '{"result": [2]}', [("number", "row 1, result", "1.0", "2.0")]),
        (JSON, '{"a": 1}', '{"b": 1}', [("schema", "a", "number 1", "none"), ("schema", "b", "none", "number 1")]),
        (
            JSON,
            '{"predictions": [{"score": 1, "label": "x"}]}',
            '{"predictions": [{"score": 2, "label": "y"}]}',
            [
                ("text", "row 1, predictions[].label", "x", "y"),
                ("number", "row 1, predictions[].score", "1.0", "2.0"),
            ],
        ),
        (JSON, '{"p": [[1, 2]]}', '{"p": [[1, 3]]}', [("number", "row 1, p[][1]", "2.0", "3.0")]),
        (JSON, "[[1, 2]]", "[[1, 3]]", [("number", "row 1, column 2", "2.0", "3.0")]),
        (JSON, '[{"s": [1]}]', '[{"s": [1, 2]}]', [("schema", "row 1, s", "1 value", "2 values")]),
        (JSON, "[1]", '{"result": [1]}', [("schema", "reply", "list of 1", "object of 1")]),
        (JSON, "7", "8", [("number", "reply", "7.0", "8.0")]),
        ("application/jsonlines", '{"a":1}\n', '{"a":2}\n', [("number", "row 1, a", "1.0", "2.0")]),
        ("text/plain", "one\ntwo\n", "one\nthree\n", [("text", "line 2", "two", "three")]),
        ("text/plain", "one\n", "one\ntwo\n", [("text", "reply", "1 line", "2 lines")]),
        ("image/png", "ab", "ac", [("text", "byte 1", "2 bytes, 61 62", "2 bytes, 61 63")]),
    ],
)
def test_difference_has_aspect_place_and_both_values(
    content_type: str, one: str, other: str, expected: list[tuple[str, str, str, str]]
) -> None:
    """Each kind of reply is compared by its own parts, and numbers as numbers."""
    assert expected == told(*answers(one, other, content_type=content_type))


def test_json_that_is_none_any_longer_is_another_schema() -> None:
    """A reply that has become unreadable says so."""
    ((aspect, where, one, other),) = told(*answers("[1]", "{'a'}", content_type=JSON))

    assert ("schema", "reply", "JSON") == (aspect, where, one)
    assert other.startswith("it is not what application/json is: ")


def test_arrays_are_compared_by_dtype_and_number() -> None:
    """An array in another dtype differs by it, and by numbers beyond tolerance only."""
    one, other = npy([1.0, 0.1], (2, 1)), npy([1.0, 0.1], (2, 1), descr="<f4")

    assert [("schema", "dtype", "<f8", "<f4")] == told(*answers(one, other, content_type="application/x-npy"))


@pytest.mark.parametrize(
    ("one", "other", "where"),
    [
        ("text/csv", "text/csv; charset=utf-8", "Content-Type, in its parameters only"),
        ("text/csv", "text/plain", "Content-Type"),
        ("text/csv", None, "Content-Type"),
    ],
)
def test_media_type_is_compared_as_text(one: str | None, other: str | None, where: str) -> None:
    """A parameter alone is told from another type."""
    assert [("media type", where, str(one), other or "none")] == told(reply(ROWS, "1", one), reply(ROWS, "1", other))


def test_failure_is_a_difference_of_status_with_the_containers_words() -> None:
    """Where one answers and the other fails, the failure's text is what one reads."""
    failed = reply(ROWS, "no such\ncategory", "text/plain", status=500)

    assert [("status", "reply", "200", "500: no such category")] == told(reply(ROWS, "1"), failed)


def test_no_answer_is_a_difference_of_status() -> None:
    """Where nothing came, the reason is what one reads."""
    silent = Exchange(request=ROWS, status=0, failure="the connection closed")

    assert [("status", "reply", "200", "no answer: the connection closed")] == told(reply(ROWS, "1"), silent)


def test_long_texts_are_cut_around_their_first_difference() -> None:
    """What is shown of long texts is where they differ."""
    one, other = answers("a" * 5000 + "b", "a" * 5000 + "c", content_type="text/plain")
    ((_, _, left, right),) = told(one, other)

    assert ("…" + "a" * 50 + "b", "…" + "a" * 50 + "c") == (left, right)


def test_nesting_beyond_all_bounds_is_no_crash() -> None:
    """Replies that are nested too deeply are compared as a whole."""
    deep = ["[" * 900 + number + "]" * 900 for number in "12"]

    assert told(*answers(*deep, content_type=JSON))


def test_masked_numbers_do_not_hide_the_others() -> None:
    """A reply in which a time was masked is still JSON, and its numbers are still compared with tolerance."""
    one = reply(ROWS, '{"at": <time:1.1>, "result": [0.5]}', JSON)
    live = masked([replace(one, body=b'{"at": 1700000000, "result": [0.500000001]}')], like=[one])

    assert [] == told(one, live[0])


def test_columns_sum_up_all_requests() -> None:
    """Numbers of several replies are one column, with the largest of each measure and the worst pair."""
    pairs = [answers("1\n2\n", "1\n4\n"), answers("4\n", "4.000000001\n")]
    (column,) = column_deltas([held(*pair, tolerance=Tolerance()) for pair in pairs], Tolerance())

    assert ("column 1", 3, 2, 1) == (column.column, column.compared, column.differing, column.beyond)
    assert (2.0, 0.5, 2.0, 4.0) == (column.absolute, column.relative, column.baseline, column.candidate)
    assert (0.0, 2.0) == column.deltas[:2]


VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=15,
)


@given(VALUES, VALUES)
def test_any_two_values_can_be_compared(one: object, other: object) -> None:
    """Whatever JSON holds is compared without a crash, and is the same as itself."""
    left, right = answers(json.dumps(one), json.dumps(other), content_type=JSON)

    assert held(left, left, tolerance=EXACT).equal
    assert bool(told(left, right)) == bool(told(right, left))
