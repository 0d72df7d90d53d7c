"""HTTP to a container from an event loop: the same promises as the blocking sender's, and streams."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from threading import Event
from typing import TypeVar

import pytest
import uvloop

from emulator.adapters.clock import MonotonicClock
from emulator.adapters.loop_http import LoopSender
from emulator.errors import UsageError
from emulator.model.launch import Address
from emulator.model.message import HttpReply, HttpRequest
from emulator.ports import NoReply
from emulator.testing import DROPPED, Answer, Behaviour, Exit, FakeClock, Raw, Script, ScriptedContainer

POST = HttpRequest(method="POST", path="/invocations", headers={"Host": "model.aws.local:8080"}, body=b"1")
LOOPS = [asyncio.new_event_loop, uvloop.new_event_loop]
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

Result = TypeVar("Result")


def run(work: Callable[[LoopSender], Awaitable[Result]], clock: FakeClock | None = None) -> Result:
    """The result of some work with a sender, in a loop of its own."""

    async def main() -> Result:
        sender = LoopSender(clock or MonotonicClock())
        try:
            return await work(sender)
        finally:
            sender.close()

    return asyncio.run(main())


async def send(
    sender: LoopSender, container: ScriptedContainer, request: HttpRequest = POST, *, seconds: float = 5
) -> HttpReply:
    """One exchange, with time enough."""
    return await sender.send(container.address(), request, seconds=seconds, connect_seconds=1, limit=1000)


def reply_of(act: Behaviour, request: HttpRequest = POST) -> HttpReply:
    """What a container that acts so answers."""
    with ScriptedContainer(Script(invocations=act)) as container:
        return run(lambda sender: send(sender, container, request))


def silence(act: Behaviour, *, seconds: float = 5) -> NoReply:
    """The failure to get a reply from a container that acts so."""
    with ScriptedContainer(Script(invocations=act)) as container, pytest.raises(NoReply) as caught:
        run(lambda sender: send(sender, container, seconds=seconds))
    return caught.value


def test_request_arrives_as_it_was_given() -> None:
    """Method, path, body and headers go over the wire in their spelling; only the length is added."""
    headers = {"Host": "model.aws.local:8080", "X-mixed-CASE": "a b;c=\u00e9"}
    request = HttpRequest(method="POST", path="/invocations", headers=headers, body=b"\x00\xff")
    with ScriptedContainer() as container:
        run(lambda sender: send(sender, container, request))
        (seen,) = container.requests

    assert ("POST", "/invocations", b"\x00\xff") == (seen.method, seen.path, seen.body)
    assert {**headers, "Content-Length": "2"} == seen.headers


def test_reply_is_read_as_it_is() -> None:
    """Status, body and headers come back; header names in lower case."""
    assert HttpReply(status=418, headers={"x-own": "A", "content-length": "1"}, body=b"\x00") == reply_of(
        Answer(status=418, headers={"X-Own": "A"}, body=b"\x00")
    )


@pytest.mark.parametrize(
    ("pieces", "body"),
    [
        ([b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n"], b"abcde"),
        ([b"HTTP/1.0 200 OK\r\n\r\nabc"], b"abc"),
        ([b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nabc"], b"abc"),
        ([b"HTTP/1.1 204 No Content\r\n\r\n"], b""),
        ([b"HTTP/1.1 200\r\nContent-Length: 1\r\n\r\nx"], b"x"),
        ([b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n", OK], b"ok"),
        ([b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokand more"], b"ok"),
        ([b"HTTP/1.1 200 OK\nContent-Length: 2\n\nok"], b"ok"),
        ([bytes([byte]) for byte in OK], b"ok"),
    ],
    ids=["chunked", "HTTP/1.0", "until close", "204", "no reason", "interim", "surplus", "bare newlines", "bytes"],
)
def test_form_of_http_is_understood(pieces: list[bytes], body: bytes) -> None:
    """Each way in which HTTP says where a reply ends is understood."""
    reply = reply_of(Raw(pieces=pieces))

    assert (body, True) == (reply.body, reply.complete)


@pytest.mark.parametrize(
    "pieces",
    [
        [b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"],
        [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n9\r\n"],
        [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nxyz\r\n"],
    ],
    ids=["length", "chunk", "chunk size"],
)
def test_reply_that_ends_early_is_marked(pieces: list[bytes]) -> None:
    """A body that ends before its announced end is given as far as it came, and marked."""
    reply = reply_of(Raw(pieces=pieces))

    assert (200, b"half", False) == (reply.status, reply.body, reply.complete)


@pytest.mark.parametrize(("size", "complete"), [(1000, True), (1001, False)])
def test_long_reply_is_cut(size: int, complete: bool) -> None:
    """A body up to the limit is whole; one byte more is cut there, and marked."""
    reply = reply_of(Answer(body=b"x" * size))

    assert (1000, complete) == (len(reply.body), reply.complete)


@pytest.mark.parametrize(
    ("script", "connections"),
    [
        (Script(), 1),
        (Script(invocations=Answer(headers={"Connection": "close"})), 3),
        (Script(invocations=Answer(body=b"x" * 2000)), 3),
    ],
    ids=["kept", "announced", "cut"],
)
def test_connection_is_reused_where_it_can_be(script: Script, connections: int) -> None:
    """Requests in a row share a connection, unless the container or an unread rest ended it."""

    async def thrice(sender: LoopSender) -> None:
        for _ in range(3):
            await send(sender, container)

    with ScriptedContainer(script) as container:
        run(thrice)

        assert connections == container.connections


@pytest.mark.parametrize(("idle", "connections"), [(0.9, 1), (1.0, 2)])
def test_idle_connection_is_reused_for_a_second(idle: float, connections: int) -> None:
    """A connection unused for a second is given up before its server does."""
    clock = FakeClock()

    async def twice(sender: LoopSender) -> None:
        await send(sender, container)
        clock.advance(idle)
        await send(sender, container)

    with ScriptedContainer() as container:
        run(twice, clock)

        assert connections == container.connections


def test_connection_that_the_server_closed_is_not_reused() -> None:
    """A kept connection on which the server hung up is not tried, even if the loop has not heard of it yet."""

    async def then_gone(sender: LoopSender) -> None:
        await send(sender, container)
        container.stop_listening()
        await send(sender, container)

    with ScriptedContainer() as container, pytest.raises(NoReply) as caught:
        run(then_gone)

    assert "refused" == caught.value.kind


@pytest.mark.parametrize(
    "act",
    [
        Answer(delay=30),
        Raw(pieces=[OK[n : n + 1] for n in range(len(OK))], pause=0.02),
        Raw(pieces=[b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n", *[b"x"] * 50], pause=0.02),
    ],
    ids=["silent", "dripping status", "dripping body"],
)
def test_deadline_is_for_the_whole_exchange(act: Behaviour) -> None:
    """A container that always says a little more does not get more time for it."""
    failure = silence(act, seconds=0.15)

    assert "timeout" == failure.kind
    assert str(failure).endswith("before the deadline")


def test_no_time_left_is_a_timeout() -> None:
    """With nothing left of its time an exchange times out, whatever the container does."""

    async def late(sender: LoopSender) -> None:
        await send(sender, container)
        await send(sender, container, seconds=0)

    with ScriptedContainer() as container, pytest.raises(NoReply) as caught:
        run(late)

    assert "timeout" == caught.value.kind


@pytest.mark.parametrize(
    ("act", "kind", "text"),
    [
        (DROPPED, "closed", "closed the connection without a complete reply"),
        (Exit(code=1), "closed", "closed the connection without a complete reply"),
        (Raw(pieces=[b"HTTP/1.1 200 OK\r\nX-A: b\r\n"]), "closed", "closed the connection without a complete reply"),
        (Raw(pieces=[b"hello\r\n"]), "malformed", "did not answer in HTTP: HttpParserError("),
        (Raw(pieces=[b"HTTP/1.1 99 Low\r\n\r\n"]), "malformed", "did not answer in HTTP: "),
        (
            Raw(pieces=[b"HTTP/1.1 101 Switch\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"]),
            "malformed",
            "did not answer",
        ),
        (Raw(pieces=[b"HTTP/1.1 200 " + b"x" * 70_000]), "malformed", "its headers are too long"),
    ],
    ids=["dropped", "exit", "half headers", "hello", "low", "upgrade", "long line"],
)
def test_no_reply_says_why(act: Behaviour, kind: str, text: str) -> None:
    """A connection that breaks and a reply that is no HTTP are told apart."""
    failure = silence(act)

    assert kind == failure.kind
    assert text in str(failure)


def test_closed_port_is_refused() -> None:
    """Where nothing listens, that is said at once."""
    with ScriptedContainer(Script(listens=False)) as container, pytest.raises(NoReply) as caught:
        run(lambda sender: send(sender, container))

    assert ("refused", f"nothing listens on {container.address()}: Connection refused") == (
        caught.value.kind,
        str(caught.value),
    )


@pytest.mark.parametrize(("seconds", "kind"), [(5, "refused"), (0.05, "timeout")])
def test_connection_that_is_not_accepted(seconds: float, kind: str) -> None:
    """A full door is refused after the time for connecting, unless the whole exchange ran out of time first."""
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        host, port = full.getsockname()
        address = Address(host=host, port=port)
        waiting = [socket.socket() for _ in range(4)]
        try:
            for each in waiting:
                each.setblocking(False)
                each.connect_ex((host, port))
            with pytest.raises(NoReply) as caught:
                run(lambda sender: sender.send(address, POST, seconds=seconds, connect_seconds=0.1, limit=1))
        finally:
            for each in waiting:
                each.close()

    assert kind == caught.value.kind
    assert f"127.0.0.1:{port} did not accept the connection within {min(seconds, 0.1):g} s" == str(caught.value)


def test_early_refusal_of_a_large_body_is_read() -> None:
    """A server may answer 413 and hang up while 6 MB are still on their way; its answer counts."""
    request = HttpRequest(method="POST", path="/invocations", body=b"x" * 6_291_456)
    reply = reply_of(Answer(status=413, body=b"too large", unread=True), request)

    assert (413, b"too large") == (reply.status, reply.body)


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\n", "\u20ac", "a\x00"])
def test_header_that_is_no_line_is_refused(value: str) -> None:
    """A header value that could be read as something else is never sent."""
    request = HttpRequest(method="POST", path="/invocations", headers={"Accept": value})
    with ScriptedContainer() as container:
        with pytest.raises(UsageError, match=r"A header of the request cannot be sent\."):
            run(lambda sender: send(sender, container, request))

        assert [] == container.requests


@pytest.mark.parametrize("make", LOOPS)
def test_busy_loop_takes_nobody_for_silent(make: Callable[[], asyncio.AbstractEventLoop]) -> None:
    """While the loop was held up for longer than a container has to accept, it has accepted."""

    async def held_up(sender: LoopSender) -> list[int]:
        work = [sender.send(container.address(), POST, seconds=5, connect_seconds=0.05, limit=9) for _ in range(20)]
        sending = [asyncio.ensure_future(each) for each in work]
        asyncio.get_running_loop().call_soon(Event().wait, 0.2)
        return [reply.status for reply in await asyncio.gather(*sending)]

    loop = make()
    with ScriptedContainer() as container:
        sender = LoopSender(MonotonicClock())
        statuses = loop.run_until_complete(held_up(sender))
        sender.close()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()

    assert [200] * 20 == statuses


def test_many_at_once_have_their_own_replies() -> None:
    """A hundred exchanges side by side do not mix."""
    bodies = [b"%d" % n for n in range(100)]

    async def all_at_once(sender: LoopSender) -> list[bytes]:
        requests = [HttpRequest(method="POST", path="/invocations", body=body) for body in bodies]
        return [reply.body for reply in await asyncio.gather(*[send(sender, container, each) for each in requests])]

    with ScriptedContainer(Script(invocations=lambda request: Answer(body=request.body))) as container:
        assert bodies == run(all_at_once)


def test_streamed_connection_is_reused_after_its_end() -> None:
    """A stream that was read to its end gives its connection back; one that was left does not."""

    async def streams(sender: LoopSender) -> list[int]:
        counts = []
        for whole in (True, True, False, True):
            stream = await sender.stream(container.address(), POST, seconds=5, connect_seconds=1)
            if whole:
                assert b"x" * 500_000 == b"".join([piece async for piece in stream.pieces()])
            stream.close()
            counts.append(container.connections)
        return counts

    with ScriptedContainer(Script(invocations=Answer(body=b"x" * 500_000))) as container:
        assert [1, 1, 1, 2] == run(streams)
