"""Ids and times out of the way, and which of them are equal still told."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.compare.masking import Wavering, masked, steadied
from emulator.model.recording import Exchange, Request

A, B = "0b6c8a14-5d1f-4c1e-9d4e-2f6d3a7b9c01", "f3a2c1d0-1111-4222-8333-444455556666"
HEX = "9f86d081884c7d659a2feaa0c55ad015"


def said(*bodies: str | bytes, asked: str = "1,2") -> list[Exchange]:
    """Answers to as many requests."""
    return [
        Exchange(
            request=Request(body=asked.encode(), content_type="text/csv"),
            status=200,
            content_type="application/json",
            body=each if isinstance(each, bytes) else each.encode(),
        )
        for each in bodies
    ]


def bodies(exchanges: Sequence[Exchange]) -> list[str]:
    """What was answered."""
    return [each.body.decode() for each in exchanges]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f'{{"id": "{A}", "again": "{A}"}}', '{"id": "<id:1.1>", "again": "<id:1.1>"}'),
        (f"{A},{B}", "<id:1.1>,<id:1.2>"),
        (f"req-{HEX}", "req-<id:1.1>"),
        ("at 2026-01-01T10:20:30.123456+00:00.", "at <time:1.1>."),
        ("2026-01-01 10:20:30,1", "<time:1.1>"),
        ("2026-01-01T10:20Z", "<time:1.1>"),
        ("1234567890123456e5,0.1234567890123456789", "1234567890123456e5,0.1234567890123456789"),
        ("abcdefabcdefabcdef,123456789012345678", "abcdefabcdefabcdef,123456789012345678"),
        ("2026-01-01", "2026-01-01"),
        ("<id:7.1>", "<id:7.1>"),
    ],
)
def test_what_looks_like_an_id_or_a_time_becomes_a_reference(body: str, expected: str) -> None:
    """UUIDs, long hexadecimal words and dates with a time of day are replaced; numbers and plain dates stay."""
    assert [expected] == bodies(masked(said(body)))


def test_equal_ids_stay_equal() -> None:
    """An id that comes again in a later reply has the reference of its first appearance."""
    assert ["<id:1.1>", "<id:2.1> <id:1.1>", "<id:2.1>"] == bodies(masked(said(A, f"{B} {A}", B)))


def test_a_reply_without_its_id_does_not_change_the_others() -> None:
    """References count within an exchange, so one that lacks an id leaves those after it alone."""
    whole, less = masked(said(A, B, HEX)), masked(said(A, "none", HEX))

    assert (whole[0].body, whole[2].body) == (less[0].body, less[2].body)


def test_an_echo_stays_an_echo() -> None:
    """A request's id has a reference before the reply's, so that another id in its place is seen; requests stay."""
    echoed, other = masked(said(f"{A} {B}", asked=A)), masked(said(f"{B} {HEX}", asked=A))

    assert (["<id:1.1> <id:1.2>"], ["<id:1.2> <id:1.3>"]) == (bodies(echoed), bodies(other))
    assert A.encode() == echoed[0].request.body


def test_binary_replies_are_left_alone() -> None:
    """What is no text stays byte for byte."""
    body = b"\x93NUMPY\xff" + A.encode()

    assert body == masked(said(body))[0].body


WORDS = st.sampled_from([A, B, HEX, "req-4f3a9c", "0.5", "1", ",", " ", "\n", '"', "2026-01-01T00:00:00Z", "<id:1.1>"])


@given(replies=st.lists(st.lists(WORDS, max_size=8).map("".join), max_size=4))
def test_masking_twice_is_masking_once(replies: list[str]) -> None:
    """What is masked stays as it is, also beside a recording of itself."""
    once = masked(said(*replies))

    assert once == masked(once) == masked(once, like=once)


def test_ids_that_only_two_answers_give_away() -> None:
    """A short id, a time of day and seconds since 1970 are found by their change, and only in the place of change."""
    first, rest = steadied(
        said('{"id": "req-4f3a9c", "model": "m-12ab34", "t": 1767225600.5, "at": "10:20:30"}'),
        said('{"id": "req-77b01d", "model": "m-12ab34", "t": 1767225601.5, "at": "10:20:31"}'),
    )

    assert ['{"id": "<id:1.1>", "model": "m-12ab34", "t": <time:1.1>, "at": "<time:1.2>"}'] == bodies(first)
    assert () == rest


def test_a_live_reply_is_masked_like_the_recorded_one() -> None:
    """Where a recording has a reference, a live reply's short id gets the same one; elsewhere it stays."""
    first, _ = steadied(said("req-4f3a9c m-12ab34"), said("req-77b01d m-12ab34"))
    live = masked(said("req-0a0a0a m-99zz99"), like=first)

    assert ["<id:1.1> m-99zz99"] == bodies(live)
    assert ["a b c"] == bodies(masked(said("a b c"), like=first))


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [
        ("0.25,1", "0.5,1", Wavering(0, 1, ("0.25", "0.5"))),
        ("yes", "no", Wavering(0, 0, ("yes", "no"))),
        ("class_a:0.8341", "class_a:0.8342", Wavering(0, 1, ("0.8341", "0.8342"))),
        ("label-10.5", "label-9.25", Wavering(0, 0, ("label-10", "label-9"))),
        ("class12", "class13", Wavering(0, 0, ("class12", "class13"))),
        ("-1.5e-05,2", "-1.5e-06,2", Wavering(0, 1, ("1.5e-05", "1.5e-06"))),
        ("a b", "a b c", Wavering(0, 0, ("", " c"))),
        (b"\xff1", b"\xff2", Wavering(0, 0, ("2 B", "2 other B"))),
    ],
)
def test_what_else_differs_is_told(one: str | bytes, two: str | bytes, expected: Wavering) -> None:
    """Numbers and texts that are not the same twice are told, and the first answer stays as it is."""
    first, wavering = steadied(said(one), said(two))

    assert (expected,) == wavering
    assert tuple(said(one)) == first


def test_another_status_is_told() -> None:
    """An answer that fails the second time wavers in its status."""
    failed = [Exchange(request=said("")[0].request, status=500, body=b"no")]

    assert (Wavering(0, 0, ("200 application/json", "500 no type")),) == steadied(said("1"), failed)[1]


def test_fresh_ids_are_no_wavering() -> None:
    """Two answers that differ in UUIDs alone are the same answer."""
    assert (said("<id:1.1>,1"), ()) == (list(steadied(said(f"{A},1"), said(f"{B},1"))[0]), ())
    assert () == steadied(said(f"x {A},1"), said(f"x {B},1"))[1]
