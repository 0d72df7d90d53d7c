"""Numbers, bytes and foreign text in words."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.render import words

ANY_TEXT = st.text(st.characters(categories=None))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("naïve – 5 µs\n\tok", "naïve – 5 µs\n\tok"),
        ("\x1b[2J\x00\r", r"\x1b[2J\x00\r"),
        ("\u202egpj.exe\u2028", r"\u202egpj.exe\u2028"),
        ("\udc80\ufffe", r"\udc80\ufffe"),
    ],
    ids=["plain", "control", "direction", "no characters"],
)
def test_what_is_no_character_is_spelled_out(text: str, expected: str) -> None:
    """A terminal sequence, a direction mark and a lone surrogate become what a reader can see."""
    assert expected == words.printable(text)


@given(ANY_TEXT)
def test_printable_text_can_be_written(text: str) -> None:
    """Whatever goes in, out comes text that encodes, with lines and tabs as its only control characters."""
    shown = words.printable(text)

    assert shown == shown.encode().decode()
    assert {unicodedata.category(each) for each in shown} & {"Cc", "Cs"} <= (
        {"Cc"} if {"\n", "\t"} & {*shown} else set()
    )


@pytest.mark.parametrize(
    ("number", "expected"),
    [(0, "0 B"), (999, "999 B"), (1000, "1 kB"), (999_499, "999 kB"), (1_234_567_890, "1.23 GB"), (10**16, "1e+04 TB")],
)
def test_size(number: int, expected: str) -> None:
    """Three digits and a unit; bytes are exact."""
    assert expected == words.size(number)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(0, "0.0 ms"), (0.0031, "3.1 ms"), (0.72, "0.72 s"), (61.5, "61.5 s"), (125, "2 min 5 s")],
)
def test_duration(seconds: float, expected: str) -> None:
    """Milliseconds, seconds or minutes, as a person says it."""
    assert expected == words.duration(seconds)


@pytest.mark.parametrize(("number", "expected"), [(0, "0 notes"), (1, "1 note"), (1200, "1,200 notes")])
def test_counted(number: int, expected: str) -> None:
    """One is one, everything else is many."""
    assert expected == words.counted(number, "note")


def test_text_body_is_shown_as_text_and_cut() -> None:
    """A body in UTF-8 is text; what is cut off is counted."""
    assert "1,2\n3" == words.body(b"1,2\r\n3")
    assert "aa\n… 3 more characters" == words.body(b"aaaaa", limit=2)
    assert "" == words.body(b"")


def test_binary_body_is_shown_as_hex_and_cut() -> None:
    """A body that is no text is a hex dump; what is cut off is counted."""
    shown = words.body(b"\xff\x00AB" + bytes(20), limit=160)

    assert [
        "00000000  ff 00 41 42 00 00 00 00 00 00 00 00 00 00 00 00  ..AB............",
        "00000010  00 00 00 00                                      ....",
        "… 4 more bytes",
    ] == shown.splitlines()


def test_control_characters_make_a_body_binary() -> None:
    """UTF-8 that is mostly control characters is for no reader."""
    assert words.as_text(bytes(8)) is None
