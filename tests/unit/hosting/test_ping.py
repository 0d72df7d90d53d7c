"""One ping, with the adapter's own deadline of two seconds replaced by a sender that knows no time."""

from __future__ import annotations

from typing import Literal

import pytest

from emulator.adapters.clock import MonotonicClock
from emulator.hosting.health import ping
from emulator.hosting.instance import HostedContainer
from emulator.model.launch import Address
from emulator.model.message import HttpReply, HttpRequest
from emulator.ports import HttpSender, NoReply, World
from emulator.testing import FakeStore, ScriptedContainer, ScriptedRuntime


class Mute:
    """A sender that gets no reply, for a reason given; remembers the time it was allowed."""

    def __init__(self, kind: Literal["refused", "timeout", "closed", "malformed"]) -> None:
        self.kind = kind
        self.allowed: tuple[float, float] = (0, 0)

    def send(
        self, address: Address, request: HttpRequest, *, seconds: float, connect_seconds: float, limit: int
    ) -> HttpReply:
        """Nothing."""
        self.allowed = seconds, connect_seconds
        raise NoReply(self.kind, "the reason")

    def close(self, address: Address | None = None) -> None:
        """Nothing to drop."""


_fits: type[HttpSender] = Mute


@pytest.mark.parametrize(
    ("sender", "outcome"),
    [
        (Mute("timeout"), "no answer within 2 s"),
        (Mute("refused"), "the reason"),
        (Mute("closed"), "the reason"),
        (Mute("malformed"), "the reason"),
    ],
    ids=lambda value: value.kind if isinstance(value, Mute) else None,
)
def test_ping_without_reply(sender: Mute, outcome: str) -> None:
    """A ping that takes over 2 s counts as none, as does any other silence (hosting contract 2.3)."""
    world = World(runtime=ScriptedRuntime({}), sender=sender, store=FakeStore(), clock=MonotonicClock())
    with ScriptedContainer() as container:
        hosted = HostedContainer(name="primary", address=container.address(), running=container)

        assert outcome == ping(hosted, world=world)
    assert (2.0, 2.0) == sender.allowed
