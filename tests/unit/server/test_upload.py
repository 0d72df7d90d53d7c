"""Large bodies: taken from the socket to where they stay, with all that can come between and after."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from time import sleep
from typing import Any

import pytest
import uvloop
from uvicorn import Config

from emulator import limits
from emulator.testing import Answer, Raw, Script

INVOKE = (
    b"POST /endpoints/iris/invocations HTTP/1.1\r\n"
    b"Host: x\r\nX-Amz-Date: 20260101T000000Z\r\nAuthorization: AWS4-HMAC-SHA256 Credential=byoc/20260101/us-east-1/"
    b"sagemaker/aws4_request, SignedHeaders=host, Signature=0\r\n"
)
BODY = bytes(range(256)) * 4096
SECONDS = 10
ECHO = Script(invocations=lambda request: Answer(body=request.body))
SIZE = Script(invocations=lambda request: Answer(body=b"%d" % len(request.body)))

Start = Callable[..., Any]


@pytest.fixture(params=[asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"], autouse=True)
def loop(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The gateway runs on either."""
    monkeypatch.setattr(Config, "get_loop_factory", lambda _: request.param)


@contextmanager
def connected(aws: Any) -> Iterator[socket.socket]:
    """A socket to the gateway."""
    with socket.create_connection(("127.0.0.1", aws.port), timeout=SECONDS) as made:
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield made


def posted(body: bytes, *extra: bytes) -> bytes:
    """A whole request."""
    return INVOKE + b"".join(each + b"\r\n" for each in extra) + b"Content-Length: %d\r\n\r\n" % len(body) + body


def answer(connection: socket.socket) -> tuple[int, bytes]:
    """Status and body of the next answer, and no byte more."""
    data = b""
    while not data.endswith(b"\r\n\r\n"):
        received = connection.recv(1)
        assert received, data
        data += received
    length = int(data.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
    body = b""
    while len(body) < length:
        body += connection.recv(length - len(body))
    return int(data.split()[1]), body


def test_large_body_arrives_and_comes_back(start: Start) -> None:
    """A body and its answer are the same, byte by byte, one after the other on one connection, with small ones."""
    aws = start(ECHO)
    with connected(aws) as connection:
        for body in (BODY, b"1", BODY[::-1], BODY[:20_000], b"", BODY * 6):
            connection.sendall(posted(body))

            assert (200, body) == answer(connection)


@pytest.mark.parametrize("pieces", [(300, 40_000), (10, 20_000, 70_000), (400_000,)], ids=str)
def test_body_may_come_in_pieces(start: Start, pieces: tuple[int, ...]) -> None:
    """Wherever head and body are cut on their way, and whenever the rest comes."""
    aws, request = start(ECHO), posted(BODY)
    cuts = (0, *pieces, len(request))
    with connected(aws) as connection:
        for begin, end in pairwise(cuts):
            connection.sendall(request[begin:end])
            sleep(0.02)

        assert (200, BODY) == answer(connection)


def test_next_request_may_follow_at_once(start: Start) -> None:
    """Requests that come in one go behind a large body, large ones among them, are answered in order."""
    aws = start(SIZE)
    with connected(aws) as connection:
        connection.sendall(posted(BODY) + posted(b"12") + posted(BODY[1:]) + posted(b"123"))

        assert [b"%d" % len(BODY), b"2", b"%d" % (len(BODY) - 1), b"3"] == [answer(connection)[1] for _ in range(4)]


def test_client_that_waits_for_100_is_told_to_go_on(start: Start) -> None:
    """With `Expect: 100-continue` a large body is asked for."""
    aws, request = start(SIZE), posted(BODY, b"Expect: 100-continue")
    with connected(aws) as connection:
        connection.sendall(request[: -len(BODY)])

        assert b"HTTP/1.1 100 Continue\r\n\r\n" == connection.recv(25)
        connection.sendall(BODY)
        assert (200, b"%d" % len(BODY)) == answer(connection)


def test_client_that_hangs_up_in_the_middle_harms_nobody(start: Start, capfd: pytest.CaptureFixture[str]) -> None:
    """Half a large body reaches no container, and nothing is printed."""
    aws = start(SIZE)
    for way in (socket.SHUT_WR, socket.SHUT_RDWR):
        with connected(aws) as connection:
            connection.sendall(posted(BODY)[:100_000])
            sleep(0.05)
            connection.shutdown(way)

            assert b"" == connection.recv(1)
    with connected(aws) as connection:
        connection.sendall(posted(b"1"))

        assert (200, b"1") == answer(connection)
    assert 1 == len(aws.runtime.containers[0].invocations)
    assert ("", "") == capfd.readouterr()


def test_body_that_does_not_come_to_its_end_is_not_waited_for(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that stops in the middle of a large body is told so, and its connection is closed."""
    monkeypatch.setattr(limits, "REQUEST_BODY_SECONDS", 0.1)
    aws = start(SIZE)
    with connected(aws) as connection:
        connection.sendall(posted(BODY)[:100_000])

        assert 408 == answer(connection)[0]
        assert b"" == connection.recv(1)


def test_body_over_the_limit_is_refused_as_soon_as_it_is_announced(start: Start) -> None:
    """What is too large is not read."""
    aws = start(SIZE)
    with connected(aws) as connection:
        connection.sendall(INVOKE + b"Content-Length: 6291457\r\n\r\n" + BODY)
        status, text = answer(connection)

    assert 400 == status
    assert b"oversize body" in text


def test_answer_to_a_large_body_may_be_a_stream(start: Start) -> None:
    """The end of a large body is not taken for a client that hangs up while it is answered."""
    act = Raw(pieces=[b"HTTP/1.1 200 OK\r\n\r\n", *[b"x" * 1000] * 20], pause=0.01)
    client = start(Script(invocations=act)).client("sagemaker-runtime")
    reply = client.invoke_endpoint_with_response_stream(EndpointName="iris", Body=BODY)

    assert b"x" * 20_000 == b"".join(each["PayloadPart"]["Bytes"] for each in reply["Body"])


def test_chunked_body_of_any_size_arrives(start: Start) -> None:
    """A body whose length is not told comes the other way."""
    aws = start(ECHO)
    with connected(aws) as connection:
        chunks = b"%x\r\n%b\r\n" % (len(BODY), BODY) + b"0\r\n\r\n"
        connection.sendall(INVOKE + b"Transfer-Encoding: chunked\r\n\r\n" + chunks)

        assert (200, BODY) == answer(connection)
