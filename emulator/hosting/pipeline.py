"""One invocation through containers 1 to n."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from emulator import limits
from emulator.errors import ValidationError
from emulator.hosting.instance import HostedContainer
from emulator.hosting.traffic import Traffic
from emulator.model.event import Emit, HopFinished
from emulator.model.hosting import Account
from emulator.model.message import Hop, HttpReply, HttpRequest, Invocation, Reply, Trace
from emulator.model.rules import HostingRules
from emulator.ports import Clock, NoReply, World
from emulator.wire import container_api
from emulator.wire.model_error import (
    Origin,
    from_incomplete_reply,
    from_large_hop,
    from_silence,
    from_status,
    from_timeout,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """The containers of one variant, and what a message needs to say where it failed.

    Attributes:
        containers: in the order in which a request passes through them.
        endpoint: the endpoint's name.
        variant: the production variant's name.
        traffic: is entered by each invocation, so that an update can let them end.
    """

    containers: Sequence[HostedContainer]
    endpoint: str
    variant: str
    account: Account
    rules: HostingRules
    traffic: Traffic = field(default_factory=Traffic, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """What has to be done next: send this to that container, and bring back what comes of it.

    Attributes:
        seconds: what is left of the chain's time.
        last: whether the answer goes to the client.
    """

    hosted: HostedContainer
    request: HttpRequest
    seconds: float
    last: bool


Walk: TypeAlias = "Generator[Exchange, HttpReply | NoReply, Reply]"


def send_through(chain: Chain, invocation: Invocation, *, world: World, emit: Emit) -> Reply:
    """The last container's answer, with the trace of every hop.

    Raises:
        ValidationError: the body is larger than the endpoint takes.
        ModelError: a container answered with another status than 2xx, too late, too
            much or not at all; names it and carries the trace. Later containers are
            not called (hosting contract 4.7).
    """
    steps = walk(chain, invocation, clock=world.clock, emit=emit)
    try:
        exchange = next(steps)
        while True:
            try:
                outcome: HttpReply | NoReply = world.sender.send(
                    exchange.hosted.address,
                    exchange.request,
                    seconds=exchange.seconds,
                    connect_seconds=limits.ACCEPT_CONNECTION_SECONDS,
                    limit=chain.rules.payload_bytes,
                )
            except NoReply as silence:
                outcome = silence
            exchange = steps.send(outcome)
    except StopIteration as done:
        reply: Reply = done.value
        return reply


def walk(chain: Chain, invocation: Invocation, *, clock: Clock, emit: Emit, seconds: float | None = None) -> Walk:
    """The same without a socket: yields each exchange, is sent its outcome, and returns the reply.

    Args:
        chain: where the invocation goes.
        invocation: what the client sent.
        clock: times the hops.
        emit: hears of each.
        seconds: for the whole chain; default is the rules'.
    """
    with chain.traffic:
        return (yield from _walked(chain, invocation, clock=clock, emit=emit, seconds=seconds))


def _walked(chain: Chain, invocation: Invocation, *, clock: Clock, emit: Emit, seconds: float | None) -> Walk:
    rules = chain.rules
    if len(invocation.body) > rules.payload_bytes:
        raise ValidationError(
            f"Request of {len(invocation.body)} bytes to endpoint {chain.endpoint} has oversize body.",
            why=f"a request may have {rules.payload_bytes} bytes",
            fix="send fewer rows at once, or raise payload_bytes if your account's limit is higher",
        )
    deadline = clock.now() + (rules.invocation_seconds if seconds is None else seconds)
    trace, previous = Trace(), None
    names = [each.name for each in chain.containers]
    for hosted, receiver in zip(chain.containers, [*names[1:], None], strict=True):
        last = receiver is None
        request = container_api.request_for(invocation, previous=previous, last=last, rules=rules)
        began = clock.now()
        outcome = yield Exchange(hosted=hosted, request=request, seconds=max(deadline - began, 0.0), last=last)
        took = clock.now() - began
        reply, silence = (None, outcome) if isinstance(outcome, NoReply) else (outcome, None)
        hop = Hop(container=hosted.name, request=request, reply=reply, failure=str(silence or ""), seconds=took)
        trace = Trace((*trace.hops, hop))
        emit(HopFinished(subject=hosted.name, hop=hop))
        origin = Origin(container=hosted.name, endpoint=chain.endpoint, account=chain.account, trace=trace)
        if reply is None:
            late = silence is not None and silence.kind == "timeout"
            raise (from_timeout(origin) if late else from_silence(hop.failure, origin)) from silence
        _require_usable(reply, origin, receiver=receiver, rules=rules)
        previous = reply
    if previous is None:
        raise ValueError("a chain has at least one container")
    return container_api.reply_from(previous, variant=chain.variant, trace=trace)


def _require_usable(reply: HttpReply, origin: Origin, *, receiver: str | None, rules: HostingRules) -> None:
    if not 200 <= reply.status < 300:
        raise from_status(reply, origin)
    if receiver is not None and len(reply.body) > rules.payload_between_bytes:
        raise from_large_hop(reply, origin, receiver=receiver, most=rules.payload_between_bytes)
    if not reply.complete:
        cut = f"its reply is larger than {rules.payload_bytes} bytes, or the connection closed before its end"
        raise from_incomplete_reply(origin, why=cut)
