"""A wooden bench: subjects whose containers are scripts, with real HTTP between."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from types import ModuleType
from typing import Any, TypeAlias

import pytest

from emulator.adapters.clock import MonotonicClock
from emulator.adapters.http import PooledSender
from emulator.adapters.raw_http import SocketHttp
from emulator.contract.check import Check, check
from emulator.contract.sample import Sample
from emulator.contract.subject import Bench, Subject
from emulator.model.event import Event
from emulator.model.finding import Violation
from emulator.model.hosting import Account, ContainerDefinition
from emulator.model.rules import HostingRules
from emulator.ports import World
from emulator.testing import Answer, FakeStore, Script, ScriptedRuntime

MANUAL = """Something is wrong.

What:
    A look.

Why it matters:
    It does.

How to fix:
    Mend it.

Source:
    Here.
"""

Looked: TypeAlias = Callable[..., Check]


class WoodenBench:
    """A bench and what happened on it."""

    def __init__(self, bench: Bench, runtime: ScriptedRuntime, events: list[Event]) -> None:
        self.bench, self.runtime, self.events = bench, runtime, events

    def subject(self, name: str = "good", **members: Any) -> Subject:
        """A subject of the image of that name."""
        members.setdefault("sample", Sample(body=b"1,2\n3,4\n", content_type="text/csv"))
        return Subject(
            name=members.pop("called", "primary"),
            definition=ContainerDefinition(name, model_data_url=members.pop("model", None)),
            image=self.runtime.image(name),
            profile=members.pop("profile", "realtime"),
            bench=self.bench,
            **members,
        )


@pytest.fixture
def wooden() -> Iterator[Callable[..., WoodenBench]]:
    """Makes a bench of these scripts."""
    opened: list[tuple[ScriptedRuntime, PooledSender]] = []

    def made(*, store: FakeStore | None = None, settle_seconds: float = 0.2, **scripts: Script) -> WoodenBench:
        runtime, sender, events = ScriptedRuntime(scripts), PooledSender(MonotonicClock()), list[Event]()
        opened.append((runtime, sender))
        world = World(runtime=runtime, sender=sender, store=store or FakeStore(), clock=MonotonicClock())
        bench = Bench(
            world=world,
            raw=SocketHttp(),
            rules=HostingRules(),
            account=Account(),
            emit=events.append,
            settle_seconds=settle_seconds,
        )
        return WoodenBench(bench, runtime, events)

    yield made
    for runtime, sender in opened:
        sender.close()
        left = runtime.left
        runtime.close()
        assert [] == left, "a container was left behind"


@pytest.fixture
def echo() -> Script:
    """A healthy container that answers what it is sent."""
    return Script(
        invocations=lambda request: Answer(
            headers={"Content-Type": request.headers.get("Content-Type", "text/plain")}, body=request.body
        )
    )


@pytest.fixture
def looking(monkeypatch: pytest.MonkeyPatch) -> Looked:
    """A check made of a function, as if it stood in a module with a manual."""

    def made(code: str, look: Callable[..., Iterable[Violation]], *, manual: str = MANUAL, **told: Any) -> Check:
        module = ModuleType("wooden.checks.image.one")
        module.__doc__ = manual
        monkeypatch.setitem(sys.modules, module.__name__, module)
        look.__module__ = module.__name__
        look.__name__ = told.pop("name", f"look_of_{code.lower()}")
        told.setdefault("severity", "error")
        told.setdefault("stage", "shared")
        return check(code, **told)(look)

    return made
