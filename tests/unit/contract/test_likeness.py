"""Answers that say the same are told from those that do not."""

from __future__ import annotations

import pytest

from emulator.contract.likeness import VOLATILE, alike, readable


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (b"1.5\n2.5\n", b"1.5\n2.5\n"),
        (b"1.5\n2.5\n", b"1.500001\n2.5\n"),
        (b'{"predictions": [0.25, 7]}', b'{"predictions":[0.250001,7.0]}'),
        (b'{"p": 1, "id": "a"}', b'{"p": 1, "id": "b"}'),
        (b'{"p": 1}\n{"p": 2}\n', b'{"p": 1.00001}\n{"p": 2}\n'),
        (b"yes,0.5\n", b"yes,0.50001\n"),
        (b"0.0\n", b"1e-9\n"),
        (b"\xff\x00", b"\xff\x00"),
    ],
)
def test_same_answers_are_alike(one: bytes, other: bytes) -> None:
    """Equal bodies, numbers nearly equal, and other ids are the same answer."""
    assert alike(one, other, tolerance=1e-4, volatile=VOLATILE.split())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (b"1.5\n", b"1.6\n"),
        (b"1.5\n2.5\n", b"1.5\n"),
        (b"yes,0.5\n", b"no,0.5\n"),
        (b'{"p": 1}', b'{"q": 1}'),
        (b'{"p": [1]}', b'{"p": [1, 1]}'),
        (b'{"p": true}', b'{"p": null}'),
        (b'{"p": "a"}', b'{"p": "b"}'),
        (b"{broken", b"{other"),
        (b"\xff\x00", b"\xff\x01"),
        (b"1", b""),
    ],
)
def test_other_answers_are_not_alike(one: bytes, other: bytes) -> None:
    """Another number, word, row or member is another answer, and so is any other byte that is no text."""
    assert not alike(one, other, tolerance=1e-4, volatile=VOLATILE.split())


def test_without_tolerance_digits_count() -> None:
    """A tolerance of zero wants equal numbers, however they are written."""
    assert alike(b'{"p": 1}', b'{"p":1.0}', tolerance=0)
    assert not alike(b"1.5\n", b"1.500001\n", tolerance=0)


def test_bytes_with_zeros_are_no_text() -> None:
    """NumPy arrays of ASCII bytes and zeros are not compared as text."""
    assert readable(b"1,2")
    assert not readable(b"1\x002")
    assert not readable(b"\xff")
