"""One container under examination: started as the platform does, or with one thing changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event
from typing import Final

from emulator import limits
from emulator.hosting.health import LOG_LINES_READ, PING_REPLY_BYTES
from emulator.hosting.instance import HostedContainer, remove
from emulator.model.finding import Probe
from emulator.model.launch import Address, ContainerLaunch
from emulator.model.message import HttpRequest
from emulator.model.report import Moment
from emulator.ports import NoReply, StartRefused, World
from emulator.ports.raw import RawConnection, RawHttp
from emulator.wire import container_api

POLL_SECONDS: Final = 0.02
"""Between two pings of a container that starts."""

LOADING: Final = frozenset({"500", "502", "503"})
"""What a server answers that is still loading its model: no verdict before the window closes."""

CONNECT_SECONDS: Final = 2.0
"""A container that is asked for something rare gets longer to accept than one that is invoked."""


@dataclass(kw_only=True)
class Trial:
    """A started container, or one that could not be started.

    Attributes:
        launch: how it was started.
        port: where it is to listen.
        refused: the engine's words when it could not start the program; else empty.
        healthy_after: seconds to the first 200 from /ping; None while none came.
        outcome: of the last ping: a status, or what stood in the way.
        moments: of its start.
        pings: the last ping of each outcome, in the order of their first.
    """

    launch: ContainerLaunch
    port: int
    world: World
    raw: RawHttp
    hosted: HostedContainer | None = None
    refused: str = ""
    healthy_after: float | None = None
    outcome: str = "not asked yet"
    moments: list[Moment] = field(default_factory=list)
    pings: dict[str, Probe] = field(default_factory=dict)

    @property
    def healthy(self) -> bool:
        """Whether it has answered a ping with 200."""
        return self.healthy_after is not None

    @property
    def running(self) -> HostedContainer:
        """The container.

        Raises:
            RuntimeError: it could not be started; ask :attr:`refused` first.
        """
        if self.hosted is None:
            raise RuntimeError(f"{self.launch.image} was not started: {self.refused}")
        return self.hosted

    @property
    def address(self) -> Address:
        """Where it is to listen, seen from here."""
        return self.running.address

    @property
    def exit_code(self) -> int | None:
        """What it returned; None while it runs.

        Raises:
            EngineUnavailable: the engine went away.
        """
        return None if self.hosted is None else self.hosted.running.wait(0)

    def log(self) -> tuple[str, ...]:
        """All its lines so far, oldest first."""
        return () if self.hosted is None else self.hosted.running.log_tail(LOG_LINES_READ)

    def ping(self, *, seconds: float = limits.PING_SECONDS) -> Probe:
        """``GET /ping`` as the platform sends it."""
        return self.ask(container_api.ping(), seconds=seconds, limit=PING_REPLY_BYTES)

    def ask(
        self, request: HttpRequest, *, seconds: float = limits.INVOCATION_SECONDS, limit: int = 8 * limits.PAYLOAD_BYTES
    ) -> Probe:
        """Send a request over a kept connection; never raises for what the container does."""
        began = self.world.clock.now()
        try:
            reply, failure = (
                self.world.sender.send(
                    self.address, request, seconds=seconds, connect_seconds=min(CONNECT_SECONDS, seconds), limit=limit
                ),
                "",
            )
        except NoReply as silence:
            reply, failure = None, f"{silence.kind}: {silence}"
        took = self.world.clock.now() - began
        return Probe(request=request, reply=reply, failure=failure, seconds=took, port=self.port)

    def post(
        self,
        body: bytes,
        content_type: str | None,
        *,
        accept: str | None = None,
        headers: Mapping[str, str] | None = None,
        seconds: float = limits.INVOCATION_SECONDS,
    ) -> Probe:
        """``POST /invocations`` as the platform sends it; None leaves a header out."""
        return self.ask(invocation(body, content_type, accept=accept, headers=headers), seconds=seconds)

    @contextmanager
    def connection(self) -> Iterator[RawConnection]:
        """A connection of one's own, to send bytes over.

        Raises:
            NoReply: it is not accepted.
        """
        opened = self.raw.connect(self.address, CONNECT_SECONDS)
        try:
            yield opened
        finally:
            opened.close()


def invocation(
    body: bytes, content_type: str | None, *, accept: str | None = None, headers: Mapping[str, str] | None = None
) -> HttpRequest:
    """``POST /invocations`` as the platform sends it; None leaves a header out."""
    given = {"Content-Type": content_type, "Accept": accept, **(headers or {})}
    sent = {name: value for name, value in given.items() if value is not None}
    return HttpRequest(
        method="POST", path=limits.INVOCATIONS, headers={**container_api.PLATFORM_HEADERS, **sent}, body=body
    )


@contextmanager
def started(
    launch: ContainerLaunch,
    *,
    port: int,
    seconds: float,
    settle_seconds: float,
    world: World,
    raw: RawHttp,
    on_moment: Callable[[Moment], None] = lambda moment: None,
) -> Iterator[Trial]:
    """Start a container and ping it until it is healthy, has ended, or will not become healthy; gone on exit.

    Args:
        launch: how.
        port: where it is to listen.
        seconds: the window for the first 200.
        settle_seconds: a ping's outcome that has not changed for so long will not, unless it
            is one of a server that loads, or nothing listens anywhere yet.
        world: the doors.
        raw: the same for bytes.
        on_moment: hears what happens while it starts.
    """
    trial = Trial(launch=launch, port=port, world=world, raw=raw)
    began = world.clock.now()

    def note(text: str) -> None:
        trial.moments.append(Moment(world.clock.now() - began, text))
        on_moment(trial.moments[-1])

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
        _await(trial, began=began, seconds=seconds, settle_seconds=settle_seconds, note=note)
        yield trial
    finally:
        remove([trial.hosted], world=world)


def _await(trial: Trial, *, began: float, seconds: float, settle_seconds: float, note: Callable[[str], None]) -> None:
    now, pause, since = trial.world.clock.now, Event(), began
    while now() - began < seconds:
        answered = trial.ping()
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
        if now() - since >= settle_seconds and _settled(trial):
            note(f"given up: for {settle_seconds:g} s nothing changed")
            return
        pause.wait(POLL_SECONDS)


def _settled(trial: Trial) -> bool:
    """Whether what pings met will stay as it is: it listens somewhere, and does not say that it is loading."""
    if trial.outcome in LOADING:
        return False
    return trial.outcome.isdigit() or bool(trial.running.running.listening())
