"""The containers of one model, side by side as on one ML instance."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from emulator.model.event import ContainerStopped, Emit
from emulator.model.launch import Address
from emulator.ports import RunningContainer, World


@dataclass(frozen=True, slots=True, kw_only=True)
class HostedContainer:
    """A started container and where it listens."""

    name: str
    address: Address
    running: RunningContainer


def stop(containers: Sequence[HostedContainer], *, seconds: float, world: World, emit: Emit) -> None:
    """End containers as the platform does: SIGTERM, ``seconds`` of grace together, SIGKILL, removal.

    All are asked at once and each is announced with :class:`ContainerStopped`. The one
    whose network the others share, the first, is removed last.
    """
    if not containers:
        return
    try:
        with ThreadPoolExecutor(len(containers)) as pool:
            list(pool.map(lambda each: _terminate(each, seconds=seconds, world=world, emit=emit), containers))
    finally:
        remove(containers, world=world)


def remove(containers: Sequence[HostedContainer], *, world: World) -> None:
    """End containers without asking them first."""
    for each in reversed(containers):
        world.sender.close(each.address)
        each.running.remove()


def _terminate(hosted: HostedContainer, *, seconds: float, world: World, emit: Emit) -> None:
    began = world.clock.now()
    hosted.running.terminate()
    exit_code = hosted.running.wait(seconds)
    emit(
        ContainerStopped(
            subject=hosted.name,
            exit_code=exit_code,
            killed=exit_code is None,
            seconds=world.clock.now() - began,
        )
    )
