"""A body is held against its declared type, and its records are counted."""

from __future__ import annotations

import pytest

from emulator.contract.body import flaw, records
from emulator.model.message import HttpReply

NPY = (
    b"\x93NUMPY\x01\x00"
    + (70).to_bytes(2, "little")
    + b"{'descr': '<f8', 'fortran_order': False, 'shape': (3, 2), }".ljust(70)
)


def reply(body: bytes, content_type: str | None, **headers: str) -> HttpReply:
    """A reply of that type."""
    given = {} if content_type is None else {"content-type": content_type}
    return HttpReply(status=200, headers={**given, **headers}, body=body)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"1,2\n3,4\n", "text/csv"),
        (b"1,2\r\n\r\n3,4", "Text/CSV; charset=utf-8; header=absent"),
        (b'"a,b\n",2\n"c",4\n', "text/csv"),
        (b"0.5", "text/csv"),
        (b"", "text/csv"),
        (b"x" * 200_000, "text/csv"),
        ("é,1".encode("latin-1"), "text/csv; charset=latin-1"),
        (b'{"a": [1, null]}', "application/json"),
        (b"[]", "application/vnd.api+json"),
        (b'{"a": 1}\n\n{"a": 2}\n', "application/jsonlines"),
        (b"<p>hello", "text/html"),
        (b"setosa", "text/plain"),
        (NPY, "application/x-npy"),
        (b"anything", "application/octet-stream"),
        (b"anything \xff", None),
    ],
)
def test_true_declaration_passes(body: bytes, content_type: str | None) -> None:
    """What parses as its type has no flaw, and neither has what cannot be judged."""
    assert flaw(reply(body, content_type)) == ""


@pytest.mark.parametrize(
    ("body", "content_type", "word"),
    [
        (b"1,2\n3\n", "text/csv", "row 2 has 1 fields"),
        (b'{"a": 1}', "text/csv", "it is JSON"),
        (b"[0.5]", "text/csv", "it is JSON"),
        (b'"a"b,2\n', "text/csv", "no CSV"),
        (b"{'a': 1}", "application/json", "no JSON"),
        (b"", "application/json", "no JSON"),
        (b'{"a": NaN}', "application/json", "NaN"),
        (b"[" * 100_000, "application/json", "no JSON"),
        (b'{"a": 1}\n{"a": 2}', "application/json", "no JSON"),
        (b'{"a": 1}\n{"a":', "application/jsonlines", "line 2"),
        (b"setosa", "text/html; charset=utf-8", "no tag"),
        (b"[1]", "text/html", "it is JSON"),
        (b"\xff,1", "text/csv", "byte 0"),
        (b"a", "text/plain; charset=utf-9", "no charset"),
        (b"[1]", "application/x-npy", "NUMPY"),
    ],
)
def test_untrue_declaration_is_seen(body: bytes, content_type: str, word: str) -> None:
    """What does not parse as its type has a flaw, which says why."""
    assert word in flaw(reply(body, content_type))


def test_compressed_body_is_seen() -> None:
    """A body that only Content-Encoding explains cannot be read by who gets no such header."""
    assert "gzip" in flaw(reply(b"\x1f\x8b", "text/csv", **{"content-encoding": "gzip"}))
    assert flaw(reply(b"1", "text/csv", **{"content-encoding": "identity"})) == ""


@pytest.mark.parametrize(
    ("body", "content_type", "count"),
    [
        (b"1\n2\n\n", "text/csv", 2),
        (b'"a\nb"\n2', "text/csv; charset=utf-8", 2),
        (b"[1, 2, 3]", "application/json", 3),
        (b'{"predictions": [1, 2], "model": "x"}', "application/json", 2),
        (b'{"labels": ["a", "b"], "scores": [1, 2]}', "application/json", 2),
        (b'{"scores": [1, 2], "shape": [1]}', "application/json", None),
        (b"0.5", "application/json", None),
        (b"{", "application/json", None),
        (b"{}\n{}\n", "application/jsonlines", 2),
        (NPY, "application/x-npy", 3),
        (NPY[:20], "application/x-npy", None),
        (b"1\n2\n", "text/plain", None),
    ],
)
def test_records_are_counted(body: bytes, content_type: str, count: int | None) -> None:
    """Lines, lists, and lists within an object if they agree; None where the type does not tell."""
    assert count == records(reply(body, content_type))
