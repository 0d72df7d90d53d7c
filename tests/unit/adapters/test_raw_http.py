"""Bytes go out as they are given, and replies come back as they were sent."""

from __future__ import annotations

import pytest

from emulator.adapters.raw_http import SocketHttp
from emulator.model.launch import Address
from emulator.ports import NoReply
from emulator.testing import Answer, Raw, Script, ScriptedContainer

REQUEST = b"POST /invocations HTTP/1.1\r\nContent-Length: 2\r\n\r\nab"


def test_two_requests_on_one_connection() -> None:
    """A connection can be used again, with a body sent in pieces."""
    with ScriptedContainer(Script(invocations=Answer(body=b"1", headers={"Content-Type": "text/csv"}))) as container:
        connection = SocketHttp().connect(container.address(), 2)
        replies = []
        for _ in range(2):
            connection.send(REQUEST[:-1])
            connection.send(REQUEST[-1:])
            replies.append(connection.reply(2))
        connection.close()

    assert [(200, b"1", "text/csv", True)] * 2 == [
        (each.status, each.body, each.content_type, each.complete) for each in replies
    ]
    assert 1 == container.connections


@pytest.mark.parametrize(
    ("act", "kind"),
    [
        (Answer(delay=5), "timeout"),
        (Raw(), "closed"),
        (Raw(pieces=(b"hello\r\n\r\n",)), "malformed"),
    ],
)
def test_silence_has_a_kind(act: Answer | Raw, kind: str) -> None:
    """No reply in time, none at all, and one that is no HTTP are told apart."""
    with ScriptedContainer(Script(invocations=act)) as container:
        connection = SocketHttp().connect(container.address(), 2)
        connection.send(REQUEST)
        with pytest.raises(NoReply) as silence:
            connection.reply(0.2)
        connection.close()

    assert kind == silence.value.kind


def test_reply_that_breaks_off_is_marked() -> None:
    """A body shorter than announced is given, and said to be incomplete."""
    cut = Raw(pieces=(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc",))
    with ScriptedContainer(Script(invocations=cut)) as container:
        connection = SocketHttp().connect(container.address(), 2)
        connection.send(REQUEST)
        reply = connection.reply(2)
        connection.close()

    assert (b"abc", False) == (reply.body, reply.complete)


def test_hanging_up_is_seen() -> None:
    """Whether the other side closes can be waited for."""
    with ScriptedContainer(Script(invocations=Raw())) as container:
        connection = SocketHttp().connect(container.address(), 2)
        waiting = connection.hung_up(0.1)
        connection.send(REQUEST)
        closed = connection.hung_up(2)
        connection.send(b"more")
        connection.close()

    assert (False, True) == (waiting, closed)


def test_nobody_listens() -> None:
    """A refused connection is a NoReply."""
    with pytest.raises(NoReply) as silence:
        SocketHttp().connect(Address(host="127.0.0.1", port=1), 1)

    assert "refused" == silence.value.kind
