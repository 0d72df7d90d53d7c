"""Large bodies from and to a container, by either sender: whole, cut and broken off."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TypeAlias

import pytest
import uvloop

from emulator.adapters.clock import MonotonicClock
from emulator.adapters.http import PooledSender
from emulator.adapters.loop_http import LoopSender
from emulator.model.message import HttpReply, HttpRequest
from emulator.ports import NoReply
from emulator.testing import Answer, Behaviour, Raw, Script, ScriptedContainer

Send: TypeAlias = "Callable[[ScriptedContainer, Sequence[bytes], int, float], list[HttpReply]]"
"""Sends bodies one after the other, with this limit and so many seconds for each."""

ECHO = Script(invocations=lambda request: Answer(body=request.body))
HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 500000\r\n\r\n"


def asked(body: bytes) -> HttpRequest:
    """The request."""
    return HttpRequest(method="POST", path="/invocations", body=body)


def blocking(container: ScriptedContainer, bodies: Sequence[bytes], limit: int, seconds: float) -> list[HttpReply]:
    """By the sender of the Python API."""
    sender, address = PooledSender(MonotonicClock()), container.address()
    try:
        return [sender.send(address, asked(each), seconds=seconds, connect_seconds=1, limit=limit) for each in bodies]
    finally:
        sender.close()


def by(make: Callable[[], asyncio.AbstractEventLoop]) -> Send:
    """By the sender of the gateway, in such a loop."""

    def looped(container: ScriptedContainer, bodies: Sequence[bytes], limit: int, seconds: float) -> list[HttpReply]:
        async def work() -> list[HttpReply]:
            sender, address = LoopSender(MonotonicClock()), container.address()
            try:
                return [
                    await sender.send(address, asked(each), seconds=seconds, connect_seconds=1, limit=limit)
                    for each in bodies
                ]
            finally:
                sender.close()

        loop = make()
        try:
            return loop.run_until_complete(work())
        finally:
            loop.close()

    return looped


@pytest.fixture(params=["blocking", "asyncio", "uvloop"])
def send(request: pytest.FixtureRequest) -> Send:
    """Each way."""
    ways: dict[str, Send] = {
        "blocking": blocking,
        "asyncio": by(asyncio.new_event_loop),
        "uvloop": by(uvloop.new_event_loop),
    }
    return ways[request.param]


def test_bodies_go_and_come_over_one_connection(send: Send) -> None:
    """Bodies of any size are the same there and back, large ones and small ones in turns."""
    sizes = (1, 8_191, 8_192, 65_535, 3, 65_537, 3_000_000, 0, 6_291_456)
    bodies = [(b"abcdefgh" * (size // 8 + 1))[:size] for size in sizes]
    with ScriptedContainer(ECHO) as container:
        replies = send(container, bodies, 6_291_456, 10)

        assert 1 == container.connections
    assert [True] * len(bodies) == [each.complete for each in replies]
    assert bodies == [each.body for each in replies]


@pytest.mark.parametrize(
    ("act", "size"),
    [
        (Answer(body=b"x" * 500_000), 300_000),
        (Raw(pieces=[HEAD, b"x" * 200_000]), 200_000),
        (Raw(pieces=[HEAD + b"x" * 100, b"x" * 199_900]), 200_000),
    ],
    ids=["too large", "broken off", "begun with its head"],
)
def test_what_is_cut_is_marked(send: Send, act: Behaviour, size: int) -> None:
    """A body over the limit, and one that ends before its end, are given as far as they go; others have new ways."""
    with ScriptedContainer(Script(invocations=act)) as container:
        replies = send(container, [b"1", b"2"], 300_000, 5)

        assert 2 == container.connections
    assert [(b"x" * size, False)] * 2 == [(each.body, each.complete) for each in replies]


def test_deadline_is_for_the_whole_body(send: Send) -> None:
    """A large body that drips runs out of time like any other."""
    act = Raw(pieces=[HEAD, *[b"x" * 10_000] * 50], pause=0.02)
    with ScriptedContainer(Script(invocations=act)) as container, pytest.raises(NoReply) as caught:
        send(container, [b"1"], 1_000_000, 0.15)

    assert "timeout" == caught.value.kind
