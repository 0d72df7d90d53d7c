"""Random pipelines of scripted containers, held against the rules of a chain."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.properties.chain_rules import Call, Choices, Stage, passage
from tests.unit.properties.pipelines import BETWEEN, CALLS, CHOICES, PAYLOAD, PIPELINES
from tests.unit.properties.ways_in import Gateway, by_gateway, by_python


def hold(deployed: Any, stages: tuple[Stage, ...], calls: list[Call], choices: Choices) -> None:
    """Send all calls, and hold what comes of each against the rules."""
    for call in calls:
        told, seen = passage(stages, call, choices)
        assert (told, seen) == deployed.send(call)
        if any(stage.how == "exits" for stage in stages[: len(seen)]):
            return  # what comes after is not about the chain


@given(stages=PIPELINES, calls=st.lists(CALLS, min_size=1, max_size=2), choices=CHOICES)
def test_by_python(stages: tuple[Stage, ...], calls: list[Call], choices: Choices) -> None:
    """The Python API keeps the rules of sections 3 and 4, whatever the containers do."""
    with by_python(stages, choices) as deployed:
        hold(deployed, stages, calls, choices)


@pytest.fixture(scope="module")
def gateway() -> Iterator[Gateway]:
    """An account with the rules that AWS's numbers give it."""
    with by_gateway(Choices(payload=PAYLOAD, between=BETWEEN)) as opened:
        yield opened


@given(stages=PIPELINES, calls=st.lists(CALLS, min_size=1, max_size=2), hostnames=st.booleans())
def test_by_gateway(gateway: Gateway, stages: tuple[Stage, ...], calls: list[Call], hostnames: bool) -> None:
    """The gateway keeps them too, and says so in AWS's form."""
    choices = Choices(payload=PAYLOAD, between=BETWEEN, hostnames=hostnames)
    with gateway(stages, choices) as deployed:
        hold(deployed, stages, calls, choices)
