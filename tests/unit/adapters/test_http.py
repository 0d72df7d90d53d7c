"""HTTP to a container: kept connections, one deadline for all, and every way a reply can fail to come."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest

from emulator.adapters.clock import MonotonicClock
from emulator.adapters.http import PooledSender
from emulator.errors import EmulatorError, UsageError
from emulator.model.launch import Address
from emulator.model.message import HttpReply, HttpRequest
from emulator.ports import NoReply
from emulator.testing import DROPPED, Answer, Behaviour, FakeClock, Raw, Script, ScriptedContainer

POST = HttpRequest(method="POST", path="/invocations", headers={"Host": "model.aws.local:8080"}, body=b"1")
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@pytest.fixture
def sender() -> Iterator[PooledSender]:
    """A sender in real time."""
    made = PooledSender(MonotonicClock())
    yield made
    made.close()


def send(
    sender: PooledSender,
    container: ScriptedContainer,
    request: HttpRequest = POST,
    *,
    seconds: float = 5,
) -> HttpReply:
    """One exchange, with time enough."""
    return sender.send(container.address(), request, seconds=seconds, connect_seconds=1, limit=1000)


def silence(sender: PooledSender, act: Behaviour, *, seconds: float = 5) -> NoReply:
    """The failure to get a reply from a container that acts so."""
    with ScriptedContainer(Script(invocations=act)) as container, pytest.raises(NoReply) as caught:
        send(sender, container, seconds=seconds)
    return caught.value


def test_request_arrives_as_it_was_given(sender: PooledSender) -> None:
    """Method, path, body and headers go over the wire in their spelling; only the length is added."""
    headers = {"Host": "model.aws.local:8080", "X-mixed-CASE": "a b;c=\u00e9"}
    request = HttpRequest(method="POST", path="/invocations", headers=headers, body=b"\x00\xff")
    with ScriptedContainer() as container:
        send(sender, container, request)
        (seen,) = container.requests

    assert ("POST", "/invocations", b"\x00\xff") == (seen.method, seen.path, seen.body)
    assert {**headers, "Content-Length": "2"} == seen.headers


def test_get_has_no_length(sender: PooledSender) -> None:
    """A GET carries no Content-Length, an empty POST carries a zero."""
    with ScriptedContainer() as container:
        send(sender, container, HttpRequest(method="GET", path="/ping"))
        send(sender, container, HttpRequest(method="POST", path="/invocations"))

        assert [{}, {"Content-Length": "0"}] == [each.headers for each in container.requests]


def test_reply_is_read_as_it_is(sender: PooledSender) -> None:
    """Status, body and headers come back; header names in lower case."""
    with ScriptedContainer(Script(invocations=Answer(status=418, headers={"X-Own": "A"}, body=b"\x00"))) as container:
        reply = send(sender, container)

    assert HttpReply(status=418, headers={"x-own": "A", "content-length": "1"}, body=b"\x00") == reply


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
    ],
    ids=["chunked", "HTTP/1.0", "until close", "204", "no reason", "interim", "surplus"],
)
def test_form_of_http_is_understood(sender: PooledSender, pieces: list[bytes], body: bytes) -> None:
    """Each way in which HTTP says where a reply ends is understood."""
    with ScriptedContainer(Script(invocations=Raw(pieces=pieces))) as container:
        reply = send(sender, container)

    assert (body, True) == (reply.body, reply.complete)


def test_folded_header_is_one_line(sender: PooledSender) -> None:
    """A header value that goes on in a second line is given as one line, fit to be sent on."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/csv;\r\n  charset=utf-8\r\nContent-Length: 0\r\n\r\n"
    with ScriptedContainer(Script(invocations=Raw(pieces=[head]))) as container:
        reply = send(sender, container)

    assert "text/csv; charset=utf-8" == reply.content_type


def test_connection_is_reused(sender: PooledSender) -> None:
    """Requests in a row go over one connection."""
    with ScriptedContainer() as container:
        for _ in range(5):
            send(sender, container)

        assert (5, 1) == (len(container.requests), container.connections)


@pytest.mark.parametrize(("idle", "connections"), [(0.9, 1), (1.0, 2)])
def test_idle_connection_is_reused_for_a_second(idle: float, connections: int) -> None:
    """A connection unused for a second is given up before its server does."""
    clock = FakeClock()
    sender = PooledSender(clock)
    with ScriptedContainer() as container:
        send(sender, container)
        clock.advance(idle)
        send(sender, container)
        sender.close()

        assert connections == container.connections


def test_connection_that_the_server_closed_is_not_reused(sender: PooledSender) -> None:
    """A kept connection on which the server hung up is not tried: the next request goes to a new one."""
    with ScriptedContainer() as container:
        send(sender, container)
        container.stop_listening()
        with pytest.raises(NoReply) as caught:
            send(sender, container)

    assert "refused" == caught.value.kind


@pytest.mark.parametrize(
    "answer",
    [Answer(headers={"Connection": "close"}), Answer(body=b"x" * 2000)],
    ids=["announced", "cut"],
)
def test_connection_is_not_kept(sender: PooledSender, answer: Answer) -> None:
    """After `Connection: close`, and after a body that was not read to its end, the next request has a new one."""
    with ScriptedContainer(Script(invocations=answer)) as container:
        send(sender, container)
        send(sender, container)

        assert 2 == container.connections


def test_closed_sender_keeps_no_connection(sender: PooledSender) -> None:
    """A reply that comes after the sender was closed, as a late ping's may, leaves no connection behind."""
    with ScriptedContainer() as container:
        sender.close()
        send(sender, container)
        send(sender, container)

        assert 2 == container.connections


def test_closing_drops_kept_connections(sender: PooledSender) -> None:
    """After a close of its address a container is connected to anew."""
    with ScriptedContainer() as container:
        send(sender, container)
        sender.close(Address(host="127.0.0.1", port=1))
        send(sender, container)
        sender.close(container.address())
        send(sender, container)

        assert 2 == container.connections


@pytest.mark.parametrize(
    ("size", "read", "complete"),
    [(1000, 1000, True), (1001, 1000, False), (0, 0, True)],
)
@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunked"])
def test_long_reply_is_cut(sender: PooledSender, size: int, read: int, complete: bool, chunked: bool) -> None:
    """A body up to the limit is whole; one byte more is cut there, and marked."""
    body = b"x" * size
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    pieces = [head, *([b"%x\r\n%s\r\n" % (size, body)] if size else []), b"0\r\n\r\n"]
    act = Raw(pieces=pieces) if chunked else Answer(body=body)
    with ScriptedContainer(Script(invocations=act)) as container:
        reply = send(sender, container)

    assert (read, complete) == (len(reply.body), reply.complete)


@pytest.mark.parametrize(
    "pieces",
    [
        [b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"],
        [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nha\r\n9\r\nlf"],
        [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nxyz\r\n"],
    ],
    ids=["length", "chunk", "chunk size"],
)
def test_reply_that_ends_early_is_marked(sender: PooledSender, pieces: list[bytes]) -> None:
    """A body that ends before its announced end is given as far as it came, and marked."""
    with ScriptedContainer(Script(invocations=Raw(pieces=pieces))) as container:
        reply = send(sender, container)

    assert (200, b"half", False) == (reply.status, reply.body, reply.complete)


@pytest.mark.parametrize(
    "act",
    [
        Answer(delay=30),
        Raw(pieces=[OK[n : n + 1] for n in range(len(OK))], pause=0.02),
        Raw(pieces=[b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n", *[b"x"] * 50], pause=0.02),
        Raw(pieces=[b"HTTP/1.1 200 OK\r\n", *[b"X-A: b\r\n"] * 50], pause=0.02),
    ],
    ids=["silent", "dripping status", "dripping body", "dripping headers"],
)
def test_deadline_is_for_the_whole_exchange(sender: PooledSender, act: Behaviour) -> None:
    """A container that always says a little more does not get more time for it."""
    clock = MonotonicClock()
    began = clock.now()
    failure = silence(sender, act, seconds=0.15)

    assert "timeout" == failure.kind
    assert str(failure).endswith("before the deadline")
    assert 0.15 <= clock.now() - began < 0.6


def test_no_time_left_is_a_timeout(sender: PooledSender) -> None:
    """With nothing left of its time, an exchange over a kept connection times out, whatever the container does."""
    with ScriptedContainer(Script(invocations=(Answer(), Answer(delay=30)))) as container:
        send(sender, container)
        with pytest.raises(NoReply) as caught:
            send(sender, container, seconds=0)

    assert "timeout" == caught.value.kind


@pytest.mark.parametrize(("seconds", "kind"), [(5, "refused"), (0.05, "timeout")])
def test_connection_that_is_not_accepted(sender: PooledSender, seconds: float, kind: str) -> None:
    """A full door is refused after the time for connecting, unless the whole exchange ran out of time first."""
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        host, port = full.getsockname()
        waiting = [socket.socket() for _ in range(4)]
        try:
            for each in waiting:
                each.setblocking(False)
                each.connect_ex((host, port))
            with pytest.raises(NoReply) as caught:
                sender.send(Address(host=host, port=port), POST, seconds=seconds, connect_seconds=0.1, limit=1)
        finally:
            for each in waiting:
                each.close()

    assert kind == caught.value.kind
    assert f"127.0.0.1:{port} did not accept the connection within {min(seconds, 0.1):g} s" == str(caught.value)


def test_closed_port_is_refused(sender: PooledSender) -> None:
    """Where nothing listens, that is said at once."""
    with ScriptedContainer(Script(listens=False)) as container:
        with pytest.raises(NoReply) as caught:
            send(sender, container)
        said = f"nothing listens on {container.address()}: Connection refused"

    assert ("refused", said) == (caught.value.kind, str(caught.value))


@pytest.mark.parametrize(
    ("act", "kind", "text"),
    [
        (DROPPED, "closed", "closed the connection without a complete reply"),
        (Raw(pieces=[b"HTTP/1.1 200 O"]), "closed", "closed the connection without a complete reply"),
        (Raw(pieces=[b"HTTP/1.1 200 OK\r\nX-"]), "closed", "closed the connection without a complete reply"),
        (Raw(pieces=[b"HTTP/1.1 200 OK\r\nX-A: b\r\n"]), "closed", "closed the connection without a complete reply"),
        (Raw(pieces=[b"hello\r\n"]), "malformed", "did not answer in HTTP: HttpParserError("),
        (Raw(pieces=[b"hello\r\n"]), "malformed", " at b'hello\\r\\n'"),
        (
            Raw(pieces=[b"HTTP/1.1 2x0 OK\r\n\r\n"]),
            "malformed",
            "did not answer in HTTP: HttpParserInvalidStatusError(",
        ),
        (Raw(pieces=[b"HTTP/1.1 99 Low\r\n\r\n"]), "malformed", "did not answer in HTTP: "),
        (Raw(pieces=[b"HTTP/3 200 OK\r\n\r\n"]), "malformed", "did not answer in HTTP: HttpParserError("),
        (Raw(pieces=[b"HTTP/1.1 101 Switch\r\n\r\n"]), "malformed", "did not answer in HTTP: HttpParserError("),
        (Raw(pieces=[b"HTTP/1.1 200 " + b"x" * 70_000]), "malformed", "its headers are too long"),
        (
            Raw(pieces=[b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200 + b"\r\n"]),
            "malformed",
            "did not answer in HTTP: got more than 100 headers",
        ),
    ],
    ids=[
        *("dropped", "half status", "half header", "half headers", "hello", "quoted", "status", "low", "protocol"),
        *("upgrade", "long line", "headers"),
    ],
)
def test_no_reply_says_why(sender: PooledSender, act: Raw, kind: str, text: str) -> None:
    """A connection that breaks and a reply that is no HTTP are told apart, with what was seen."""
    failure = silence(sender, act)

    assert kind == failure.kind
    assert text in str(failure)


def test_container_that_ends_in_mid_exchange_has_closed(sender: PooledSender) -> None:
    """A container that dies over a request broke the connection."""
    from emulator.testing import Exit

    assert "closed" == silence(sender, Exit(code=1)).kind


def test_early_refusal_of_a_large_body_is_read(sender: PooledSender) -> None:
    """A server may answer 413 and hang up while 6 MB are still on their way; its answer counts."""
    request = HttpRequest(method="POST", path="/invocations", body=b"x" * 6_291_456)
    with ScriptedContainer(Script(invocations=Answer(status=413, body=b"too large", unread=True))) as container:
        reply = send(sender, container, request)

    assert (413, b"too large") == (reply.status, reply.body)


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "a\r\nX-Evil: 1"},
        {"Accept": "a\n"},
        {"Accept": "a\n b"},
        {"Accept": "\u20ac"},
        {"Accept": "a\0"},
    ],
    ids=["injection", "newline", "folded", "not Latin-1", "NUL"],
)
def test_header_that_is_no_line_is_refused(sender: PooledSender, headers: dict[str, str]) -> None:
    """A header value that could be read as something else is never sent."""
    with ScriptedContainer() as container:
        with pytest.raises(UsageError) as caught:
            send(sender, container, HttpRequest(method="POST", path="/invocations", headers=headers))

        assert [] == container.requests
    assert "A header of the request cannot be sent." == caught.value.what
    assert "headers are one line of Latin-1 text" == caught.value.fix


def leaves(kind: type[BaseException]) -> Iterator[type[BaseException]]:
    """An exception class and all classes below it."""
    yield kind
    for each in kind.__subclasses__():
        yield from leaves(each)


def made(kind: type[BaseException]) -> BaseException:
    """An instance, whatever its arguments."""
    for arguments in ((), ("x",), (b"x",), ("x", 1)):
        try:
            return kind(*arguments)
        except TypeError:
            continue
    raise AssertionError(f"no way to make {kind}")


FOREIGN = sorted(
    {each for each in leaves(OSError) if each.__module__ in ("builtins", "socket")},
    key=lambda each: each.__name__,
)


@pytest.mark.parametrize("kind", FOREIGN, ids=lambda each: each.__name__)
@pytest.mark.parametrize("where", ["sending", "receiving"])
def test_foreign_exception_dies_at_the_door(kind: type[BaseException], where: str) -> None:
    """Whatever a socket may raise, hosting sees NoReply or an error of ours, and nothing else."""

    class Breaking(FakeClock):
        """Raises at one of the two moments before bytes move: time is looked at before each of them."""

        def __init__(self) -> None:
            super().__init__()
            self.looks = 0

        def now(self) -> float:
            """The time, or the exception."""
            self.looks += 1
            if self.looks == (2 if where == "sending" else 3):
                raise made(kind)
            return super().now()

    sender: Any = PooledSender(Breaking())
    with ScriptedContainer() as container, pytest.raises((NoReply, EmulatorError)) as caught:
        send(sender, container)

    assert isinstance(caught.value, NoReply)
