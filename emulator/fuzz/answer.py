"""What a chain of containers made of an invocation, as an answer: faults of AWS's are data here."""

from __future__ import annotations

from typing import Any

from emulator.errors import ModelError, UsageError, ValidationError
from emulator.hosting.endpoint import Endpoint
from emulator.model.finding import Probe
from emulator.model.message import HttpReply, Invocation


class Closed(Exception):
    """The endpoint was closed meanwhile; says nothing about its containers."""


def answer(endpoint: Endpoint, given: Invocation) -> tuple[HttpReply | None, str]:
    """The reply of the container that answered last, or None and why there is none.

    Raises:
        Closed: the endpoint is.
    """
    try:
        reply = endpoint.send(given)
    except ModelError as failed:
        return _failed(failed)
    except ValidationError as refused:
        if len(given.body) <= endpoint.chain.rules.payload_bytes:
            raise Closed from refused
        return HttpReply(status=413, headers={"content-type": "text/plain"}, body=refused.what.encode()), ""
    except UsageError as unsendable:  # a media type of one container's that the next cannot be sent
        return None, f"malformed: {unsendable.what} {unsendable.why}"
    last = reply.trace.hops[-1].reply if reply.trace.hops else None
    headers = {} if reply.content_type is None else {"content-type": reply.content_type}
    return last or HttpReply(status=200, headers=headers, body=reply.body), ""


def lost(probe: Probe) -> bool:
    """Whether its connection broke: the container may be about to end."""
    return probe.reply is None and not probe.failure.startswith("timeout")


def _failed(failed: ModelError) -> tuple[HttpReply | None, str]:
    trace: Any = failed.trace or ()
    hops = list(trace)
    if not hops:
        return None, f"closed: {failed.what}"
    last: HttpReply | None = hops[-1].reply
    if last is None:
        late = "timed out" in failed.what
        return None, f"{'timeout' if late else 'closed'}: {hops[-1].failure}"
    if 200 <= last.status < 300 and last.complete:  # sound in itself, and of no use to the next container
        return None, f"malformed: {failed.what}"
    return last, ""
