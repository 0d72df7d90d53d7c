"""Bodies read as what they are declared to be."""

from __future__ import annotations

import math
from typing import Any

import pytest

from emulator.compare.replies import content
from emulator.strategies.npy import npy


@pytest.mark.parametrize(
    ("content_type", "body", "form", "value"),
    [
        ("text/csv", b"1,2.5\n3,x\n", "CSV", [[1, 2.5], [3, "x"]]),
        ("text/csv; charset=latin-1", "é,1\n".encode("latin-1"), "CSV", [["é", 1]]),
        ("text/csv", b"True,,nan\n", "CSV", [[True, None, math.nan]]),
        ("text/csv", b"np.float64(1.0)\n2\n", "CSV", [["np.float64(1.0)"], [2]]),
        ("text/csv", b"None\n0.5\n", "CSV", [["None"], [0.5]]),
        ("text/csv", b"cat\ndog\n", "CSV", [["cat"], ["dog"]]),
        ("application/json", b'{"result": [1, 2.5]}', "JSON", {"result": [1, 2.5]}),
        ("application/json", b'{"at": <time:1.1>, "id": "<id:1.1>"}', "JSON", {"at": "<time:1.1>", "id": "<id:1.1>"}),
        ("application/vnd.x+json", b"[1]", "JSON", [1]),
        ("application/jsonlines", b'{"a": 1}\n\n{"a": 2}\n', "JSON Lines", [{"a": 1}, {"a": 2}]),
        ("application/x-npy", npy([1.0, 2.0, 3.0, 4.0], (2, 2)), "npy", [[1.0, 2.0], [3.0, 4.0]]),
        ("application/x-npy", npy([1.0, 2.0], (2,)), "npy", [1.0, 2.0]),
        ("text/plain", b"1\n2", "text", "1\n2"),
        (None, b"1\n2", "text", "1\n2"),
        (None, b"\xff\x00", "bytes", b"\xff\x00"),
        ("application/octet-stream", b"abc", "bytes", b"abc"),
    ],
)
def test_body_is_read_by_its_type(content_type: str | None, body: bytes, form: str, value: Any) -> None:
    """CSV, JSON, JSON Lines and npy have values; other text is a text, all else bytes."""
    read = content(content_type, body)

    assert (form, repr(value), "") == (read.form, repr(read.value), read.flaw)


def test_header_is_told_from_records() -> None:
    """A first record of names above numbers is a header."""
    read = content("text/csv", b"sex,score\nM,0.5\n")

    assert (("sex", "score"), [["M", 0.5]]) == (read.header, read.value)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b"{'result': 1}"),
        ("application/json", b"[" * 100_000),
        ("application/json", b"7" * 5000),
        ("application/jsonlines", b"{}\nx"),
        ("text/csv", b'"a'),
        ("text/csv; charset=nonsense", b"1"),
        ("application/x-npy", b"\x93NUMPY"),
    ],
)
def test_body_that_is_not_what_it_claims_is_compared_as_it_is(content_type: str, body: bytes) -> None:
    """What cannot be read is a text or bytes, with the reason."""
    read = content(content_type, body)

    assert read.form in ("text", "bytes")
    assert read.flaw.startswith("it is not what ")


def test_dtype_of_an_array_is_kept() -> None:
    """The same numbers in another dtype are told apart by it."""
    assert "<f4" == content("application/x-npy", npy([1.0], (1,), descr="<f4")).dtype
