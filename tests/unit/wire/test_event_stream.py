"""AWS's event stream, written here and read by botocore."""

from __future__ import annotations

import json

import pytest
from botocore.eventstream import EventStreamBuffer, EventStreamMessage

from emulator.wire.event_stream import payload_part, stream_exception


def read(data: bytes) -> list[EventStreamMessage]:
    """The messages that botocore finds, with both checksums right."""
    buffer = EventStreamBuffer()
    buffer.add_data(data)
    return list(buffer)


@pytest.mark.parametrize("payload", [b"", b"1,2,3", bytes(range(256)) * 1000])
def test_part_carries_any_bytes(payload: bytes) -> None:
    """A PayloadPart is an event with the bytes as they are."""
    (message,) = read(payload_part(payload))

    assert payload == message.payload
    assert {
        ":event-type": "PayloadPart",
        ":content-type": "application/octet-stream",
        ":message-type": "event",
    } == message.headers


def test_exception_carries_its_members() -> None:
    """An error is an exception message with JSON."""
    (message,) = read(stream_exception("ModelStreamError", {"Message": "caf\u00e9", "ErrorCode": "StreamBroken"}))

    assert ("exception", "ModelStreamError") == (message.headers[":message-type"], message.headers[":exception-type"])
    assert {"Message": "caf\u00e9", "ErrorCode": "StreamBroken"} == json.loads(message.payload)


def test_messages_follow_each_other() -> None:
    """Messages need nothing between them."""
    assert [b"a", b"b"] == [message.payload for message in read(payload_part(b"a") + payload_part(b"b"))]
