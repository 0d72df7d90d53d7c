"""InvokeEndpointWithResponseStream: pieces as they come, errors inside of the stream, and clients that leave."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from threading import Event
from typing import Any

import pytest
import requests
from botocore.eventstream import EventStreamBuffer
from botocore.exceptions import ClientError, EventStreamError

from emulator.model.rules import HostingRules
from emulator.testing import Answer, Raw, Script

SECONDS = 10
SIGNED = {
    "Authorization": "AWS4-HMAC-SHA256 Credential=byoc/20260101/us-east-1/sagemaker/aws4_request, SignedHeaders=host, "
    "Signature=0",
    "X-Amz-Date": "20260101T000000Z",
}
CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n"
END = b"0\r\n\r\n"


def chunk(data: bytes) -> bytes:
    """A chunk of a chunked body."""
    return b"%x\r\n%s\r\n" % (len(data), data)


class Paced(Sequence[bytes]):
    """Pieces of a reply, each written when it is released."""

    def __init__(self, *pieces: bytes) -> None:
        self._pieces = pieces
        self.released = [Event() for _ in pieces]
        self.written, self.finished = 0, Event()

    def __len__(self) -> int:
        return len(self._pieces)

    def __getitem__(self, index: Any) -> Any:
        return self._pieces[index]

    def __iter__(self) -> Iterator[bytes]:
        for piece, released in zip(self._pieces, self.released, strict=True):
            released.wait(SECONDS)
            yield piece
            self.written += 1
        self.finished.set()

    def release(self, count: int | None = None) -> None:
        """Let the first ``count`` pieces go, or all."""
        for each in self.released[:count]:
            each.set()


def stream_of(aws: Any, **request: Any) -> Any:
    """The streamed reply."""
    client = aws.client("sagemaker-runtime")
    return client.invoke_endpoint_with_response_stream(**{"EndpointName": "iris", "Body": b"1", **request})


def parts(reply: Any) -> Generator[bytes]:
    """The bytes of its events."""
    with closing(reply["Body"]) as events:
        for event in events:
            yield event["PayloadPart"]["Bytes"]


def test_first_piece_comes_before_the_last_is_made(start: Any) -> None:
    """The client reads the first piece while the container has not written the second."""
    paced = Paced(CHUNKED + chunk(b"one "), chunk(b"two"), END)
    paced.release(1)
    reply = stream_of(start(Script(invocations=Raw(pieces=paced))))
    pieces = parts(reply)
    first, written = next(pieces), paced.written
    paced.release()

    assert (b"one ", True) == (first, written < 3)
    assert b"two" == b"".join(pieces)


def test_headers_come_before_any_piece(start: Any) -> None:
    """A stream begins with the container's headers, under the names of this operation."""
    paced = Paced(CHUNKED, END)
    paced.release(1)
    reply = stream_of(start(Script(invocations=Raw(pieces=paced))))
    paced.release()

    assert ("text/plain", "blue") == (reply["ContentType"], reply["InvokedProductionVariant"])
    assert [] == list(parts(reply))


def test_container_sees_an_ordinary_invocation(start: Any) -> None:
    """Streaming is the gateway's matter: the container gets the same request, with the client's Accept (9.1)."""
    aws = start(Script())
    list(parts(stream_of(aws, ContentType="text/csv", Accept="a/b", CustomAttributes="c")))
    (seen,) = aws.runtime.containers[0].invocations

    assert ("POST", "/invocations", b"1") == (seen.method, seen.path, seen.body)
    assert ("text/csv", "a/b", "c") == (
        seen.headers["Content-Type"],
        seen.headers["Accept"],
        seen.headers["X-Amzn-SageMaker-Custom-Attributes"],
    )


def test_only_the_last_container_is_streamed(start: Any) -> None:
    """In a pipeline the next container gets the whole of what the one before it streamed."""
    first = Script(invocations=Raw(pieces=[CHUNKED + chunk(b"a"), chunk(b"b") + END]))
    echo = Script(invocations=lambda request: Answer(body=request.body + b"!"))

    assert b"ab!" == b"".join(parts(stream_of(start(first, echo))))


def test_large_stream_arrives_whole(start: Any) -> None:
    """A stream has no limit of size, and arrives byte by byte as it was sent."""
    body = bytes(range(256)) * 65_536

    assert body == b"".join(parts(stream_of(start(Script(invocations=Answer(body=body))))))


@pytest.mark.parametrize("status", [400, 503])
def test_error_before_the_stream_is_a_model_error(start: Any, status: int) -> None:
    """A status other than 2xx is an ordinary ModelError with the container's text (9.2)."""
    with pytest.raises(ClientError) as caught:
        stream_of(start(Script(invocations=Answer(status=status, body=b"no"))))
    response = caught.value.response

    assert (424, "ModelError") == (response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Code"])
    assert (status, "no") == (response["OriginalStatusCode"], response["OriginalMessage"])


def test_silence_before_the_stream_is_a_model_error(start: Any) -> None:
    """A container that does not begin in time is a ModelError of status 0."""
    with pytest.raises(ClientError) as caught:
        stream_of(start(Script(invocations=Answer(delay=30)), rules=HostingRules(stream_seconds=0.2)))

    assert 0 == caught.value.response["OriginalStatusCode"]
    assert "Your invocation timed out" in caught.value.response["OriginalMessage"]


BROKEN = {
    "chunks cut": (CHUNKED + chunk(b"one"),),
    "length cut": (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\none",),
    "garbled": (CHUNKED + chunk(b"one") + b"zzz\r\n",),
}


@pytest.mark.parametrize("pieces", BROKEN.values(), ids=BROKEN)
def test_broken_stream_ends_in_an_error(start: Any, pieces: tuple[bytes, ...]) -> None:
    """What breaks off after it began is an error inside of the stream, after all that came (9.2)."""
    seen = parts(stream_of(start(Script(invocations=Raw(pieces=pieces)))))

    assert b"one" == next(seen)
    with pytest.raises(EventStreamError, match="The stream of container primary broke: its reply ended early"):
        next(seen)


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (Raw(pieces=BROKEN["garbled"]), "StreamBroken"),
        (Raw(pieces=[CHUNKED, *[chunk(b"x")] * 99], pause=0.05), "ModelInvocationTimeExceeded"),
    ],
    ids=["broken", "late"],
)
def test_error_in_a_stream_has_a_code(start: Any, act: Raw, code: str) -> None:
    """ErrorCode, which boto3 does not show, is on the wire, and the stream ends as HTTP has it."""
    aws = start(Script(invocations=act), rules=HostingRules(stream_seconds=0.3))
    url = f"{aws.url}/endpoints/iris/invocations-response-stream"
    events = EventStreamBuffer()
    events.add_data(requests.post(url, data=b"1", headers=SIGNED, timeout=SECONDS).content)
    last = list(events)[-1]

    assert ("exception", "ModelStreamError") == (last.headers[":message-type"], last.headers[":exception-type"])
    assert code == json.loads(last.payload)["ErrorCode"]


def test_endless_stream_is_cut_off(start: Any) -> None:
    """A container that goes silent in mid-stream is cut off when its time is over."""
    paced = Paced(CHUNKED + chunk(b"one"), END)
    paced.release(1)
    aws = start(Script(invocations=Raw(pieces=paced)), rules=HostingRules(stream_seconds=0.3))
    seen = parts(stream_of(aws))

    assert b"one" == next(seen)
    with pytest.raises(EventStreamError, match="took longer than it may; container primary was cut off"):
        next(seen)
    paced.release()


def test_new_session_is_not_for_streams(start: Any) -> None:
    """NEW_SESSION breaks the pattern that this operation has for a session (3.20)."""
    with pytest.raises(ClientError, match="Value 'NEW_SESSION' at 'sessionId' failed to satisfy constraint"):
        stream_of(start(Script()), SessionId="NEW_SESSION")


def test_client_that_leaves_stops_the_container(start: Any) -> None:
    """When the client hangs up, the connection to the container is closed, though it goes on writing."""
    stopped = Event()

    class Endless(Sequence[bytes]):
        def __len__(self) -> int:
            return 1

        def __getitem__(self, index: Any) -> Any:
            return CHUNKED

        def __iter__(self) -> Iterator[bytes]:
            yield CHUNKED
            try:
                while True:
                    yield chunk(b"x" * 1000)
            finally:
                stopped.set()

    seen = parts(stream_of(start(Script(invocations=Raw(pieces=Endless())))))
    next(seen)
    seen.close()

    assert stopped.wait(SECONDS)


def test_slow_client_holds_the_container_back(start: Any) -> None:
    """A container is not read faster than the client takes what it says: the gateway's memory is no buffer."""
    size, limit = 1 << 20, 64
    paced = Paced(CHUNKED, *[chunk(bytes(size))] * limit, END)
    paced.release()
    reply = stream_of(start(Script(invocations=Raw(pieces=paced))))
    seen = parts(reply)
    first = len(next(seen))

    assert not paced.finished.wait(0.5)  # time enough to write all of it, if anybody read it
    assert size * limit == first + sum(map(len, seen))
