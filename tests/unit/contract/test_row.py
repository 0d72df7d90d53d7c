"""Rows are counted as readers of the format count them."""

from __future__ import annotations

import pytest

from emulator.contract.row import counts


@pytest.mark.parametrize(
    ("body", "kind", "expected"),
    [
        (b"1,2\n3,4\n", "text/csv", {2}),
        (b"1,2\r\n3,4", "text/csv; charset=utf-8", {2}),
        (b"\xef\xbb\xbf1\n\n2\n", "text/csv", {2}),
        (b"a,b\n1,2\n", "text/csv", {1, 2}),
        (b"M,1\nF,2\n", "text/csv", {2}),
        (b"good\nbad\n", "text/csv", {2}),
        (b'"a, b",1\n"c",2\n', "text/csv", {2}),
        (b"", "text/csv", {0}),
        (b'{"a": 1}\n{"a": 2}\n', "application/jsonlines", {2}),
        (b"[1, 2]", "application/json", set()),
        (b"\xff\n", "text/csv", set()),
        (b"1\n", None, set()),
    ],
)
def test_rows_are_counted(body: bytes, kind: str | None, expected: set[int]) -> None:
    """Lines count, empty ones do not, and a first line of names may or may not."""
    assert expected == counts(body, kind)
