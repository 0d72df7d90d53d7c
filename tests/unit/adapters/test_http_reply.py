"""Replies from bytes, without a socket: however they are cut, and whatever stands in them."""

from __future__ import annotations

import pytest

from emulator.adapters.http_reply import BEGUN_BYTES, Replies
from emulator.adapters.http_whole import Gathered
from emulator.model.launch import Address
from emulator.model.message import HttpReply
from emulator.ports import NoReply

HERE = Address(host="container", port=8080)
LARGE = b"abcdefgh" * BEGUN_BYTES
LIMIT = 2 * len(LARGE)


def answered(raw: bytes, *, size: int, limit: int = LIMIT, room: bool = False) -> tuple[object, bool]:
    """What becomes of bytes that come in pieces of that size and then end, and whether another exchange may follow."""
    replies, gathered = Replies(HERE), Gathered(limit)
    replies.expect(gathered)
    while raw and replies.sink is not None:
        place = replies.room() if room else None
        piece, raw = raw[:size], raw[size:]
        if place is None:
            replies.feed(piece)
        else:
            piece, raw = (piece + raw)[: min(len(place), size)], (piece + raw)[min(len(place), size) :]
            place[: len(piece)] = piece
            replies.put(len(piece))
    reusable = replies.reusable
    if replies.sink is not None:
        replies.hung_up()
    return gathered.outcome, reusable and replies.reusable


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 6, 7, 11, 13, 1 << 20])
@pytest.mark.parametrize(
    ("raw", "headers", "body"),
    [
        (b"Content-Length: 2\r\n\r\nok", {"content-length": "2"}, b"ok"),
        (
            b"Transfer-Encoding: chunked\r\n\r\n1\r\no\r\n1 \r\nk\r\n0\r\nT: 1\r\n\r\n",
            {"transfer-encoding": "chunked"},
            b"ok",
        ),
        (b"X: 1\r\nx: 2\r\nContent-Length: 0\r\n\r\n", {"x": "2", "content-length": "0"}, b""),
        (b"X: \xe9\r\nContent-Length: 1\r\n\r\n1", {"x": "\xe9", "content-length": "1"}, b"1"),
        (b"X: a\r\n b\r\nContent-Length: 4\r\n\r\na\n b", {"x": "a b", "content-length": "4"}, b"a\n b"),
        (b"X: a\n b\nContent-Length: 4\n\na\n b", {"x": "a b", "content-length": "4"}, b"a\n b"),
        (b"X: a  b\r\nContent-Length: 5\r\n\r\n{\n  }", {"x": "a  b", "content-length": "5"}, b"{\n  }"),
    ],
    ids=["length", "chunks and trailer", "twice", "Latin-1", "folded", "bare newlines", "JSON"],
)
def test_reply_is_the_same_however_it_is_cut(size: int, raw: bytes, headers: dict[str, str], body: bytes) -> None:
    """Of a header that comes twice the last counts; a trailer is none; a body is not unfolded."""
    outcome, reusable = answered(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n" + raw, size=size)

    assert HttpReply(status=200, headers=headers, body=body) == outcome
    assert reusable


@pytest.mark.parametrize("room", [False, True], ids=["pieces", "room"])
@pytest.mark.parametrize("size", [1000, BEGUN_BYTES + 1, 50_000, 1 << 20])
def test_large_body_is_whole_and_may_be_cut_short(size: int, room: bool) -> None:
    """A large body with a length is the same whichever way it goes, and marked where its end is missing."""
    raw = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(LARGE) + LARGE
    whole, reusable = answered(raw, size=size, room=room)
    cut, cut_reusable = answered(raw[:-1], size=size, room=room)
    limited, limited_reusable = answered(raw, size=size, room=room, limit=len(LARGE) - 1)

    assert isinstance(whole, HttpReply)
    assert isinstance(cut, HttpReply)
    assert isinstance(limited, HttpReply)
    assert (LARGE, True, True) == (whole.body, whole.complete, reusable)
    assert (LARGE[:-1], False, False) == (cut.body, cut.complete, cut_reusable)
    assert (LARGE[:-1], False, False) == (limited.body, limited.complete, limited_reusable)


@pytest.mark.parametrize("body", [b"ok", LARGE], ids=["small", "large"])
@pytest.mark.parametrize("size", [100, 1 << 20])
def test_surplus_ends_the_connection(body: bytes, size: int) -> None:
    """Bytes behind a reply belong to no exchange: the reply counts, and no other follows on that connection."""
    replies, gathered = Replies(HERE), Gathered(LIMIT)
    replies.expect(gathered)
    raw = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%bmore" % (len(body), body)
    for begin in range(0, len(raw), size):
        replies.feed(raw[begin : begin + size])

    assert isinstance(gathered.outcome, HttpReply)
    assert (body, True, False) == (gathered.outcome.body, gathered.outcome.complete, replies.reusable)


def test_one_reply_after_the_other() -> None:
    """Small and large replies may follow each other on one connection."""
    replies = Replies(HERE)
    for body in (b"1", LARGE, b"", LARGE[1:], b"2"):
        gathered = Gathered(LIMIT)
        replies.expect(gathered)
        raw = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
        replies.feed(raw[:1000])
        if raw[1000:]:
            replies.feed(raw[1000:])

        assert isinstance(gathered.outcome, HttpReply)
        assert (body, True) == (gathered.outcome.body, replies.reusable)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"SSH-2.0-OpenSSH_9.2\r\n", r"HttpParserError\(.*\) at b'SSH-2\.0-OpenSSH_9\.2\\r\\n'"),
        (b"HTTP/1.1 099 Low\r\n\r\n", "did not answer in HTTP"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 102, "got more than 100 headers"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 65_536, "its headers are too long"),
        (b"HTTP/1.1 200 OK\r\nno colon\r\n", "did not answer in HTTP"),
    ],
    ids=["other protocol", "status", "headers", "length", "no header"],
)
def test_what_is_no_http_is_told_with_its_beginning(raw: bytes, text: str) -> None:
    """The message says what was wrong and how the reply began, at most 60 bytes of it."""
    outcome, reusable = answered(raw, size=1 << 20)

    assert isinstance(outcome, NoReply)
    assert ("malformed", False) == (outcome.kind, reusable)
    with pytest.raises(NoReply, match=text):
        raise outcome


def test_what_comes_unasked_ends_the_connection() -> None:
    """A container that speaks first is not asked again on that connection."""
    replies = Replies(HERE)
    replies.feed(b"HTTP/1.1 408 Request Timeout\r\n\r\n")

    assert not replies.reusable
