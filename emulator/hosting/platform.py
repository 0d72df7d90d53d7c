"""What all endpoints of a session share."""

from __future__ import annotations

from dataclasses import dataclass

from emulator.model.event import Emit
from emulator.model.hosting import Account
from emulator.model.rules import HostingRules
from emulator.ports import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """One world under one set of rules.

    Attributes:
        world: the doors to engine, network, store and clock.
        account: whose AWS it pretends to be.
        rules: what AWS leaves open.
        emit: hears every event, from many threads at once.
    """

    world: World
    account: Account
    rules: HostingRules
    emit: Emit
