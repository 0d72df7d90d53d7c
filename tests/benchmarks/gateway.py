"""Our gateway in a process of its own, before containers that another process started."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from emulator import limits
from emulator.adapters.clock import MonotonicClock
from emulator.adapters.loop_http import LoopSender
from emulator.hosting.instance import HostedContainer
from emulator.hosting.pipeline import Chain
from emulator.hosting.relay import Relay
from emulator.model.event import ignore
from emulator.model.hosting import Account
from emulator.model.launch import Address
from emulator.model.rules import HostingRules
from emulator.server.control_api import ControlApi
from emulator.server.gateway import Gateway
from emulator.server.runtime import Runtime
from emulator.server.serve import serving
from tests.benchmarks.clients import SIGNED, RawClient


class FirstOf:
    """Knows endpoints by how many of the containers they have: the endpoint ``first-3`` is the first three."""

    def __init__(self, addresses: Sequence[Address]) -> None:
        nobody: Any = None
        hosted = [HostedContainer(name=str(each), address=each, running=nobody) for each in addresses]
        self._chains = {
            name_of(count): Chain(
                containers=hosted[:count],
                endpoint=name_of(count),
                variant=limits.PRODUCTION_VARIANT,
                account=Account(),
                rules=HostingRules(),
            )
            for count in range(1, len(addresses) + 1)
        }

    def chain_for(self, endpoint_name: str, *_: object) -> Chain:
        """That many containers."""
        return self._chains[endpoint_name]


def name_of(count: int) -> str:
    """The endpoint that has so many containers."""
    return f"first-{count}"


def serve(addresses: Sequence[Address], pipe: Any) -> None:
    """The gateway before these containers, until the pipe closes; tells its address and, when asked, its CPU time."""
    nobody: Any = None
    relay = Relay(sender=LoopSender(MonotonicClock()), clock=MonotonicClock(), emit=ignore)
    runtime = Runtime(FirstOf(addresses), relay, payload_bytes=limits.PAYLOAD_BYTES)
    others: Any = type("Nothing", (), {"close": lambda self: None})()
    with serving(Gateway(ControlApi(nobody), runtime, others)) as url:
        pipe.send(url)
        while pipe.recv():
            spent = os.times()
            pipe.send(spent.user + spent.system)


@contextmanager
def gateway(addresses: Sequence[Address]) -> Iterator[tuple[Address, Callable[[], float]]]:
    """A gateway in another process: its address, and what tells the CPU seconds it has used."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(addresses, theirs), daemon=True)
    process.start()
    theirs.close()  # so that its end is noticed
    host, _, port = ours.recv().removeprefix("http://").partition(":")

    def spent() -> float:
        ours.send(True)
        seconds: float = ours.recv()
        return seconds

    try:
        yield Address(host=host, port=int(port)), spent
    finally:
        ours.send(False)
        process.join()


def through(address: Address, count: int, *, streaming: bool = False, attributes: str = "") -> RawClient:
    """A plain HTTP client of the endpoint that has so many containers."""
    operation = "invocations-response-stream" if streaming else "invocations"
    extra = f"X-Amzn-SageMaker-Custom-Attributes: {attributes}\r\n" if attributes else ""
    return RawClient(address, f"/endpoints/{name_of(count)}/{operation}", SIGNED + extra)
