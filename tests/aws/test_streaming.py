"""InvokeEndpointWithResponseStream: what a container writes is there before it has finished."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import botocore.exceptions
import pytest

pytestmark = pytest.mark.engine

CODE = "text/x-python"

WAITS = """
def pieces():
    yield b"first"
    assert TOLD.wait(30)
    yield b"last"

content_type, answer = "text/plain", pieces()
"""

BREAKS = """
def pieces():
    yield b"first"
    raise ConnectionAbortedError("on purpose")

answer = pieces()
"""


def test_first_event_comes_before_the_container_has_finished(obedient: str, runtime: Any) -> None:
    """The container waits for a call that is made only after its first bytes have reached the client."""
    reply = runtime.invoke_endpoint_with_response_stream(EndpointName=obedient, Body=WAITS, ContentType=CODE)
    events = iter(reply["Body"])
    first = next(events)["PayloadPart"]["Bytes"]
    runtime.invoke_endpoint(EndpointName=obedient, Body="TOLD.set(); answer = b''", ContentType=CODE)
    rest = b"".join(each["PayloadPart"]["Bytes"] for each in events)

    assert (b"first", b"last") == (first, rest)
    assert ("text/plain", "variant-1") == (reply["ContentType"], reply["InvokedProductionVariant"])


def test_unchunked_answer_is_streamed_too(obedient: str, runtime: Any) -> None:
    """An answer with a Content-Length comes whole, however many events it takes."""
    sent = bytes(range(256)) * 4096
    reply = runtime.invoke_endpoint_with_response_stream(EndpointName=obedient, Body=sent)

    assert sent == b"".join(each["PayloadPart"]["Bytes"] for each in reply["Body"])


def test_status_before_the_first_byte_is_a_model_error(obedient: str, runtime: Any) -> None:
    """A container that refuses instead of streaming is a plain ModelError."""
    with pytest.raises(runtime.exceptions.ModelError) as caught:
        runtime.invoke_endpoint_with_response_stream(
            EndpointName=obedient, Body="status, answer = 400, b'no'", ContentType=CODE
        )

    assert (400, "no") == tuple(caught.value.response[name] for name in ("OriginalStatusCode", "OriginalMessage"))


def test_stream_that_breaks_ends_with_its_exception(obedient: str, runtime: Any) -> None:
    """A container that hangs up in mid-stream is a ModelStreamError behind what came before it."""
    reply = runtime.invoke_endpoint_with_response_stream(EndpointName=obedient, Body=BREAKS, ContentType=CODE)
    with closing(reply["Body"]) as body:  # what breaks off keeps its connection otherwise, until it is collected
        events = iter(body)
        first = next(events)
        with pytest.raises(botocore.exceptions.EventStreamError) as caught:
            next(events)

    assert b"first" == first["PayloadPart"]["Bytes"]
    assert "ModelStreamError" == caught.value.response["Error"]["Code"]
