"""The start of one container, pinged until something is known."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from threading import Event
from typing import Final

from emulator import limits
from emulator.contract.trial import Trial
from emulator.hosting.instance import HostedContainer
from emulator.model.launch import ContainerLaunch
from emulator.model.report import Moment
from emulator.ports import StartRefused, World
from emulator.ports.raw import RawHttp

POLL_SECONDS: Final = 0.02
"""Between two pings of a container that starts."""

KNOCK_SECONDS: Final = 0.5
"""A container that has just ended does not even refuse a connection."""

LOADING: Final = frozenset({"500", "502", "503", "504"})
"""What a server answers that is still loading its model: no verdict before the window closes."""

LOOK_SECONDS: Final = 1.0
"""Between two looks at the programs that run in a container that starts."""

PATIENCE: Final = 6
"""So much longer a server may take that answers nothing while something listens: it may be loading with its hands full,
or its workers may have been first."""


@contextmanager
def started(
    launch: ContainerLaunch,
    *,
    port: int,
    seconds: float,
    settle_seconds: float,
    loading: Collection[str] = LOADING,
    world: World,
    raw: RawHttp,
) -> Iterator[Trial]:
    """Start a container and ping it until it is healthy, has ended, or will not become healthy; gone on exit.

    Args:
        launch: how.
        port: where it is to listen.
        seconds: the window for the first 200.
        settle_seconds: a ping's outcome that has not changed for so long will not, unless it is one of a server
            that loads, or nothing listens anywhere yet; an answer that does not come gets :data:`PATIENCE`.
        loading: the statuses of a server that loads.
        world: the doors.
        raw: the same for bytes.
    """
    trial = Trial(launch=launch, port=port, world=world, raw=raw)
    began = world.clock.now()

    def note(text: str) -> None:
        trial.moments.append(Moment(world.clock.now() - began, text))

    try:
        running = world.runtime.start(launch)
    except StartRefused as refused:
        trial.refused = str(refused)
        note(f"the engine cannot start it: {refused}")
        yield trial
        return
    trial.hosted = HostedContainer(name=launch.name, address=running.address(port), running=running)
    try:
        note("started")
        _await(trial, began=began, seconds=seconds, settle_seconds=settle_seconds, loading=loading, note=note)
        yield trial
    finally:
        trial.remove()


def _await(
    trial: Trial,
    *,
    began: float,
    seconds: float,
    settle_seconds: float,
    loading: Collection[str],
    note: Callable[[str], None],
) -> None:
    now, pause, since, looked = trial.world.clock.now, Event(), began, began
    while now() - began < seconds:
        if now() - looked >= LOOK_SECONDS:
            looked = now()
            trial.programs.update(dict.fromkeys(trial.running.running.processes()))
        answered = trial.ping(connect_seconds=KNOCK_SECONDS)
        outcome = str(answered.status or answered.failure)
        trial.pings[outcome] = answered
        if outcome != trial.outcome:
            trial.outcome, since = outcome, now()
            note(f"GET {limits.PING} -> {outcome}")
        if answered.status == 200:
            trial.healthy_after = now() - began
            return
        if (code := trial.exit_code) is not None:
            note(f"it ended (exit {code})")
            return
        same = now() - since
        if same >= settle_seconds and _settled(trial, loading, patient=same < PATIENCE * settle_seconds):
            note(f"given up: for {same:.1f} s nothing changed")
            return
        pause.wait(POLL_SECONDS)


def _settled(trial: Trial, loading: Collection[str], *, patient: bool) -> bool:
    """Whether what pings met will stay as it is."""
    if trial.outcome.isdigit():
        return trial.outcome not in loading
    sockets = trial.running.running.listening() or ()
    hosts = [ip_address(each.host) for each in sockets if each.port == trial.port]
    if hosts and all(each.is_loopback for each in hosts):
        return True
    # Asked again: it may listen only since the last ping.
    return not patient and bool(sockets) and trial.ping().reply is None
