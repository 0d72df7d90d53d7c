"""One invocation through containers 1 to n from an event loop, whole or as a stream."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

from emulator import limits
from emulator.hosting.pipeline import Chain, Exchange, Walk, walk
from emulator.model.event import Emit
from emulator.model.message import HttpReply, Invocation, Reply
from emulator.ports import AsyncHttpSender, Clock, NoReply, StreamedReply


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyStream:
    """A reply whose body is on its way.

    Attributes:
        reply: as of a whole one, but for the body; its last hop ends where the body begins.
    """

    reply: Reply
    _streamed: StreamedReply

    def pieces(self) -> AsyncIterator[bytes]:
        """The last container's body, as it comes.

        Raises:
            NoReply: it broke off, or took longer than the endpoint's streams may.
        """
        return self._streamed.pieces()

    def close(self) -> None:
        """Stop reading from the container."""
        self._streamed.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Relay:
    """Sends invocations through chains; belongs to one event loop."""

    sender: AsyncHttpSender
    clock: Clock
    emit: Emit

    async def send(self, chain: Chain, invocation: Invocation) -> Reply:
        """As :func:`emulator.hosting.pipeline.send_through`, raising the same."""
        steps = walk(chain, invocation, clock=self.clock, emit=self.emit)
        try:
            exchange = next(steps)
            while True:
                exchange = steps.send(await self._outcome(exchange, chain))
        except StopIteration as done:
            reply: Reply = done.value
            return reply

    async def stream(self, chain: Chain, invocation: Invocation) -> ReplyStream:
        """The last container's answer as soon as it begins; whoever gets it closes it.

        All containers but the last answer in whole, as the next one needs it all.

        Raises:
            ValidationError: the body is larger than the endpoint takes.
            ModelError: a container failed before the answer began.
        """
        steps = walk(chain, invocation, clock=self.clock, emit=self.emit, seconds=chain.rules.stream_seconds)
        exchange = next(steps)
        while not exchange.last:
            exchange = steps.send(await self._outcome(exchange, chain))
        try:
            streamed = await self.sender.stream(
                exchange.hosted.address,
                exchange.request,
                seconds=exchange.seconds,
                connect_seconds=limits.ACCEPT_CONNECTION_SECONDS,
            )
        except NoReply as silence:
            _end(steps, silence)
            raise
        try:
            begun = 200 <= streamed.status < 300
            outcome = _head(streamed) if begun else await _whole(streamed, chain)
            return ReplyStream(reply=_end(steps, outcome), _streamed=streamed)
        except BaseException:
            streamed.close()
            raise

    async def _outcome(self, exchange: Exchange, chain: Chain) -> HttpReply | NoReply:
        try:
            return await self.sender.send(
                exchange.hosted.address,
                exchange.request,
                seconds=exchange.seconds,
                connect_seconds=limits.ACCEPT_CONNECTION_SECONDS,
                limit=chain.rules.payload_bytes,
            )
        except NoReply as silence:
            return silence


def _end(steps: Walk, outcome: HttpReply | NoReply) -> Reply:
    """The reply that a walk ends with; or its exception."""
    try:
        steps.send(outcome)
    except StopIteration as done:
        reply: Reply = done.value
        return reply
    raise AssertionError("the last exchange ends a walk")


def _head(streamed: StreamedReply) -> HttpReply:
    return HttpReply(status=streamed.status, headers=streamed.headers)


async def _whole(streamed: StreamedReply, chain: Chain) -> HttpReply | NoReply:
    """An answer that is an error, read to its end, as its text goes into a message."""
    body, complete = bytearray(), True
    try:
        async for piece in streamed.pieces():
            body += piece
            if len(body) > chain.rules.payload_bytes:
                complete = False
                break
    except NoReply as broken:
        if broken.kind == "timeout":
            return broken
        complete = False
    return HttpReply(status=streamed.status, headers=streamed.headers, body=bytes(body), complete=complete)
