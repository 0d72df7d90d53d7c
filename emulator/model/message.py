"""What is asked and answered: the client's invocation, and each hop it makes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


def media_type(content_type: str | None) -> str:
    """A Content-Type without its parameters, in lower case; empty for none."""
    return (content_type or "").partition(";")[0].strip().lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    """One InvokeEndpoint call, header by header; None is a header not sent.

    Source: API InvokeEndpoint; hosting contract 3.13.
    """

    body: bytes
    content_type: str | None = None
    accept: str | None = None
    custom_attributes: str | None = None
    inference_id: str | None = None
    session_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """What one container is sent."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpReply:
    """What one container answered.

    Attributes:
        headers: names in lower case.
        complete: False when the body was cut, by the sender's limit or by the container.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    complete: bool = True

    @property
    def content_type(self) -> str | None:
        """The Content-Type header, verbatim."""
        return self.headers.get("content-type")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One container's exchange.

    Attributes:
        container: its ContainerHostname.
        request: what it was sent.
        reply: what it answered; None when nothing came.
        failure: why nothing came; empty otherwise.
        seconds: from the first byte sent to the last byte read.
    """

    container: str
    request: HttpRequest
    reply: HttpReply | None
    failure: str = ""
    seconds: float

    def __str__(self) -> str:
        sent = f"{self.request.headers.get('Content-Type', 'no type')}, {len(self.request.body):,} B"
        if self.reply is None:
            answer = self.failure
        else:
            kind = self.reply.content_type or "no type"
            answer = f"{self.reply.status} {kind}, {len(self.reply.body):,} B"
        return f"{self.container}: {sent} -> {answer} in {self.seconds * 1000:.1f} ms"


@dataclass(frozen=True, slots=True)
class Trace:
    """The hops of one invocation, in order. ``print(trace)`` gives a line a hop."""

    hops: tuple[Hop, ...] = ()

    @property
    def seconds(self) -> float:
        """Time spent in the containers."""
        return sum(hop.seconds for hop in self.hops)

    def __iter__(self) -> Iterator[Hop]:
        return iter(self.hops)

    def __len__(self) -> int:
        return len(self.hops)

    def __str__(self) -> str:
        return "\n".join(map(str, self.hops))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the client gets back from a healthy chain.

    Attributes:
        body: the last container's bytes, unmodified.
        content_type: its Content-Type, verbatim.
        invoked_production_variant: the variant that answered.
        custom_attributes: only where the container set them.
        new_session_id: the session a container opened, with its expiry.
        closed_session_id: the session a container closed.
        trace: every hop.

    Source: hosting contract 3.17.
    """

    body: bytes
    content_type: str | None
    invoked_production_variant: str
    custom_attributes: str | None = None
    new_session_id: str | None = None
    closed_session_id: str | None = None
    trace: Trace = field(default_factory=Trace)

    @property
    def text(self) -> str:
        """The body as UTF-8 text; undecodable bytes become U+FFFD."""
        return self.body.decode(errors="replace")

    def json(self) -> Any:
        """The body as JSON.

        Raises:
            ValueError: it is not JSON.
        """
        return json.loads(self.body)
