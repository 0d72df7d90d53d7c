"""Start-up pings: healthy is 200 from every container, dead is noticed at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Event, Thread

from emulator import limits
from emulator.errors import ContainerExited, PingCheckFailed
from emulator.hosting.diagnosis import exit_cause, exit_fix, without_noise
from emulator.hosting.instance import HostedContainer
from emulator.model.event import Emit, PingAnswered
from emulator.ports import NoReply, World
from emulator.wire import container_api, failure_reason

POLL_SECONDS = 0.01
"""Between two start-up pings at first. The platform waits 5 s; nobody wants to wait for the emulator."""

LATER_POLL_SECONDS = 0.04
"""Between two pings of a container that is slow to start, so as not to flood its log."""

EAGER_SECONDS = 10.0
"""For so long pings come at the first pace."""

LOG_LINES = 20
"""Log lines shown with a failure."""

LOG_LINES_READ = 100_000
"""Log lines read to find them among those of our own pings."""

PING_REPLY_BYTES = 64 * 1024
"""The body of a ping has no meaning; more than this is not read."""


class LaunchAborted(Exception):
    """The launch was ended from outside, before its containers were healthy; nobody's fault."""


@dataclass(slots=True)
class _Watch:
    """One container under start-up pings."""

    hosted: HostedContainer
    outcome: str = "not asked yet"
    healthy: Event = field(default_factory=Event)
    broken: BaseException | None = None


def await_healthy(
    containers: Sequence[HostedContainer],
    *,
    variant: str,
    seconds: float,
    world: World,
    emit: Emit,
    abort: Event | None = None,
) -> None:
    """Ping all containers until each has answered 200, at most ``seconds``, and no longer than until ``abort`` is set.

    Raises:
        ContainerExited: one of them stopped.
        PingCheckFailed: the window closed first; names every container without a 200.
        LaunchAborted: ``abort`` was set first.

    A ping is GET, answered within 2 s, redirects not followed (hosting contract 2.1
    to 2.5). How many 200s in a row AWS wants is unknown; one is enough here.
    """
    deadline = world.clock.now() + seconds
    change, over = Event(), Event()
    watches = [_Watch(hosted) for hosted in containers]
    for watch in watches:
        Thread(target=_watch_over, args=(watch, change, over, world, emit), daemon=True).start()
    try:
        while not all(watch.healthy.is_set() for watch in watches):
            change.wait(POLL_SECONDS)
            change.clear()
            require_wanted(abort)
            for watch in watches:
                if watch.broken is not None:
                    raise watch.broken
                exit_code = watch.hosted.running.wait(0)
                if exit_code is not None:
                    raise exited(watch.hosted, exit_code, variant=variant)
            if world.clock.now() >= deadline:
                raise _not_healthy(watches, variant=variant, seconds=seconds)
    finally:
        over.set()


def require_wanted(abort: Event | None) -> None:
    """Go on with a launch only as long as somebody waits for it.

    Raises:
        LaunchAborted: ``abort`` is set.
    """
    if abort is not None and abort.is_set():
        raise LaunchAborted


def ping(hosted: HostedContainer, *, world: World) -> str:
    """Ask once; ``200``, another status, or what stood in the way."""
    try:
        reply = world.sender.send(
            hosted.address,
            container_api.ping(),
            seconds=limits.PING_SECONDS,
            connect_seconds=limits.PING_SECONDS,
            limit=PING_REPLY_BYTES,
        )
    except NoReply as silence:
        return "no answer within 2 s" if silence.kind == "timeout" else str(silence)
    return str(reply.status)


def _watch_over(watch: _Watch, change: Event, over: Event, world: World, emit: Emit) -> None:
    try:
        _ping_until_healthy(watch, change, over, world, emit)
    except BaseException as broken:  # noqa: BLE001 - not of this thread's making: raised again by who waits
        watch.broken = broken
        change.set()


def _ping_until_healthy(watch: _Watch, change: Event, over: Event, world: World, emit: Emit) -> None:
    began = world.clock.now()
    while not over.is_set():
        outcome = ping(watch.hosted, world=world)
        if outcome != watch.outcome:
            watch.outcome = outcome
            seconds = world.clock.now() - began
            emit(PingAnswered(subject=watch.hosted.name, outcome=outcome, seconds_since_start=seconds))
        if outcome == "200":
            watch.healthy.set()
            change.set()
            return
        over.wait(POLL_SECONDS if world.clock.now() - began < EAGER_SECONDS else LATER_POLL_SECONDS)


def exited(hosted: HostedContainer, exit_code: int, *, variant: str) -> ContainerExited:
    """The error for a container that ended though nobody asked it to."""
    log_tail = without_noise(hosted.running.log_tail(LOG_LINES_READ), most=LOG_LINES)
    return ContainerExited(
        f"{hosted.name} stopped by itself (exit {exit_code}).",
        failure_reason=failure_reason.ping_failed((hosted.name,), variant=variant),
        container=hosted.name,
        exit_code=exit_code,
        log_tail=log_tail,
        why=exit_cause(exit_code, log_tail),
        fix=exit_fix(log_tail),
    )


def _not_healthy(watches: Sequence[_Watch], *, variant: str, seconds: float) -> PingCheckFailed:
    failed = [watch for watch in watches if not watch.healthy.is_set()]
    names = tuple(watch.hosted.name for watch in failed)
    return PingCheckFailed(
        f"{', '.join(names)} did not answer GET {limits.PING} with 200 within {seconds:g} s.",
        failure_reason=failure_reason.ping_failed(names, variant=variant),
        containers=names,
        log_tail=without_noise(failed[0].hosted.running.log_tail(LOG_LINES_READ), most=LOG_LINES),
        why="; ".join(f"{watch.hosted.name} last: {watch.outcome}" for watch in failed),
        fix=f"listen on 0.0.0.0, port {limits.PORT} or ${limits.BIND_TO_PORT}, and answer GET {limits.PING} with 200",
    )
