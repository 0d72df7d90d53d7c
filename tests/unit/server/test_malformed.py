"""What is no HTTP, too much of it, or half of it: a clean answer or a closed connection, and the server lives on."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from emulator import limits
from emulator.testing import Answer, Script

SIGNED = (
    b"Host: x\r\nX-Amz-Date: 20260101T000000Z\r\nAuthorization: AWS4-HMAC-SHA256 Credential=byoc/20260101/us-east-1/"
    b"sagemaker/aws4_request, SignedHeaders=host, Signature=0\r\n"
)
LIST = b"POST / HTTP/1.1\r\nX-Amz-Target: SageMaker.ListModels\r\n" + SIGNED + b"Content-Length: 2\r\n\r\n{}"
INVOKE = b"POST /endpoints/iris/invocations HTTP/1.1\r\n" + SIGNED
SECONDS = 10


@contextmanager
def connected(aws: Any) -> Iterator[socket.socket]:
    """A socket to the gateway."""
    with socket.create_connection(("127.0.0.1", aws.port), timeout=SECONDS) as made:
        yield made


def said(connection: socket.socket) -> bytes:
    """All that the other side says until it hangs up."""
    data = b""
    try:
        while more := connection.recv(65536):
            data += more
    except ConnectionResetError:
        pass
    return data


def answer_to(aws: Any, request: bytes) -> tuple[int, dict[str, Any]]:
    """Status and JSON of the one answer, after which the connection is closed."""
    with connected(aws) as connection:
        connection.sendall(request)
        head, _, body = said(connection).partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(body)


def lives(aws: Any) -> bool:
    """Whether the gateway still answers."""
    return "Models" in aws.client("sagemaker").list_models()


@pytest.mark.parametrize(
    "request_",
    [
        b"hello\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"POST / HTTP/9.9\r\n\r\n",
        b"GET \xff HTTP/1.1\r\n\r\n",
        b"GET http:// HTTP/1.1\r\n\r\n",
        b"CONNECT x:1 HTTP/1.1\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n1",
        b"POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n1",
        b"POST / HTTP/1.1\r\nno colon\r\n\r\n",
        b"POST / HTTP/1.1\r\nX: a\x00b\r\n\r\n",
        b"POST / HTTP/1.1\r\n X: folded first\r\n\r\n",
    ],
    ids=[
        "hello",
        "TLS",
        "version",
        "path",
        "no host",
        "CONNECT",
        "negative",
        "two lengths",
        "smuggled",
        "no colon",
        "NUL",
        "folded",
    ],
)
def test_what_is_no_http_is_refused(start: Any, capfd: pytest.CaptureFixture[str], request_: bytes) -> None:
    """Garbage gets one answer in AWS's form, nothing is printed, and the next client is served."""
    aws = start()
    status, content = answer_to(aws, request_)

    assert (400, "BadRequest") == (status, content["__type"])
    assert lives(aws)
    assert ("", "") == capfd.readouterr()


@pytest.mark.parametrize(
    "request_",
    [
        b"POST / HTTP/1.1\r\nX: " + b"a" * 100_000,
        b"POST / HTTP/1.1\r\n" + b"X: a\r\n" * 20_000,
        b"POST /" + b"a" * 100_000,
        b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n",
    ],
    ids=["one header", "many headers", "path", "path and no end"],
)
def test_endless_head_is_refused(start: Any, request_: bytes) -> None:
    """Headers that do not end are cut off at 64 KB; nobody's memory is filled with them."""
    aws = start()
    status, content = answer_to(aws, request_)

    assert (431, "RequestHeaderFieldsTooLarge") == (status, content["__type"])
    assert lives(aws)


def test_long_head_that_ends_is_served(start: Any) -> None:
    """60 KB of headers are many, and no reason to refuse a request."""
    aws = start()
    with connected(aws) as connection:
        connection.sendall(LIST.replace(b"Host: x", b"Connection: close\r\nX-Own: " + b"a" * 60_000 + b"\r\nHost: x"))

        assert said(connection).startswith(b"HTTP/1.1 200 OK\r\n")


def test_client_that_sends_no_more_is_answered(start: Any) -> None:
    """A client that closes its half of the connection after a request still gets the answer."""
    aws = start(Script(invocations=Answer(body=b"0.5", delay=0.1)))
    with connected(aws) as connection:
        connection.sendall(INVOKE + b"Content-Length: 1\r\n\r\n1")
        connection.shutdown(socket.SHUT_WR)
        answer = said(connection)

    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert answer.endswith(b"\r\n\r\n0.5")


@pytest.mark.parametrize(
    "request_",
    [
        b"",
        b"POST / HT",
        INVOKE + b"Content-Length: 9\r\n\r\nhalf",
        INVOKE + b"Transfer-Encoding: chunked\r\n\r\n4\r\nha",
    ],
    ids=["nothing", "half a line", "half a body", "half a chunk"],
)
def test_half_a_request_is_dropped(start: Any, capfd: pytest.CaptureFixture[str], request_: bytes) -> None:
    """A client that hangs up in the middle gets nothing; no container is asked, nothing is printed."""
    aws = start(Script())
    with connected(aws) as connection:
        connection.sendall(request_)
        connection.shutdown(socket.SHUT_WR)

        assert b"" == said(connection)
    assert lives(aws)
    assert [] == aws.runtime.containers[0].invocations
    assert ("", "") == capfd.readouterr()


def test_client_that_leaves_before_the_answer_harms_nobody(start: Any, capfd: pytest.CaptureFixture[str]) -> None:
    """The answer to a client that is gone is thrown away in silence."""
    aws = start(Script(invocations=Answer(delay=0.1)))
    for _ in range(5):
        with connected(aws) as connection:
            connection.sendall(INVOKE + b"Content-Length: 1\r\n\r\n1")
    aws.client("sagemaker-runtime").invoke_endpoint(EndpointName="iris", Body=b"1")

    assert lives(aws)
    assert ("", "") == capfd.readouterr()


def test_pipelined_requests_are_answered_in_order(start: Any) -> None:
    """Two requests in one packet have two answers."""
    aws = start()
    with connected(aws) as connection:
        connection.sendall(LIST + LIST.replace(b"Host: x", b"Host: x\r\nConnection: close"))

        assert 2 == said(connection).count(b"HTTP/1.1 200 OK\r\n")


def test_garbage_after_a_request_ends_the_connection(start: Any) -> None:
    """The answer to a request is not mixed with a complaint about what follows."""
    aws = start(Script(invocations=Answer(body=b"0.5", delay=0.1)))
    with connected(aws) as connection:
        connection.sendall(INVOKE + b"Content-Length: 1\r\n\r\n1\x00\x00garbage\r\n\r\n")

        assert 1 >= said(connection).count(b"HTTP/1.1")
    assert lives(aws)


@pytest.mark.parametrize("sent", [b"", b"POST / HTTP/1.1\r\nX: "], ids=["silent", "in mid-header"])
def test_head_that_does_not_come_is_not_waited_for(start: Any, monkeypatch: pytest.MonkeyPatch, sent: bytes) -> None:
    """A client that connects and does not ask is told so, and dropped."""
    monkeypatch.setattr(limits, "REQUEST_HEAD_SECONDS", 0.1)
    status, content = answer_to(start(), sent)

    assert (408, "RequestTimeout") == (status, content["__type"])


def test_body_that_does_not_come_is_not_waited_for(start: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that announces a body and does not send it is told so."""
    monkeypatch.setattr(limits, "REQUEST_BODY_SECONDS", 0.1)
    aws = start(Script())
    with connected(aws) as connection:
        connection.sendall(INVOKE + b"Content-Length: 9\r\n\r\nhalf")

        assert connection.recv(65536).startswith(b"HTTP/1.1 408 Request Timeout\r\n")


def test_idle_connection_is_closed(start: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection on which nothing is asked any more is closed after a while, not in the middle of a request."""
    monkeypatch.setattr(limits, "KEEP_ALIVE_SECONDS", 0.2)
    aws = start(Script(invocations=Answer(body=b"0.5", delay=0.5)))
    with connected(aws) as connection:
        for _ in range(2):
            connection.sendall(INVOKE + b"Content-Length: 1\r\n\r\n1")
            answer = b""
            while not answer.endswith(b"\r\n\r\n0.5"):
                answer += connection.recv(65536)

        assert b"" == said(connection)


def test_upgrade_is_not_taken_up(start: Any, capfd: pytest.CaptureFixture[str]) -> None:
    """Who asks for a web socket gets the answer to the plain request."""
    aws = start()
    with connected(aws) as connection:
        connection.sendall(LIST.replace(b"Host: x", b"Host: x\r\nConnection: Upgrade\r\nUpgrade: websocket"))

        assert connection.recv(65536).startswith(b"HTTP/1.1 200 OK\r\n")
    assert ("", "") == capfd.readouterr()
