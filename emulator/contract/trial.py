"""One container under examination: started as the platform does, or with one thing changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from emulator import limits
from emulator.hosting.health import LOG_LINES_READ, PING_REPLY_BYTES
from emulator.hosting.instance import HostedContainer, remove
from emulator.model.finding import Probe
from emulator.model.launch import Address, ContainerLaunch
from emulator.model.message import HttpRequest
from emulator.model.report import Moment
from emulator.ports import NoReply, World
from emulator.ports.raw import RawConnection, RawHttp
from emulator.wire import container_api

CONNECT_SECONDS: Final = 2.0
"""A container that is asked for something rare gets longer to accept than one that is invoked."""

KILLED: Final = 137
"""The exit code of a container that was removed while it ran."""


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
        programs: command lines seen in it while it started, if that took more than a moment.
        removed: whether it is gone.
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
    programs: dict[str, None] = field(default_factory=dict)
    removed: bool = False
    _last_words: tuple[str, ...] = ()

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

    def ended_by_itself(self, *, within: float = 0.0) -> bool:
        """Whether it was healthy and has ended, or does ``within`` so many seconds, though nobody asked it to."""
        if self.hosted is None or not self.healthy or self.hosted.running.terminated:
            return False
        code = self.hosted.running.wait(within)
        return code is not None and not (self.removed and code == KILLED)

    def log(self) -> tuple[str, ...]:
        """All its lines so far, oldest first; of one that is gone, all it wrote."""
        if self.removed or self.hosted is None:
            return self._last_words
        return self.hosted.running.log_tail(LOG_LINES_READ)

    @property
    def words(self) -> str:
        """Its log, and the engine's words if it could not be started, as one text."""
        return "\n".join((*self.log(), self.refused))

    def remove(self) -> None:
        """End it without asking."""
        if self.hosted is not None and not self.removed:
            self._last_words, self.removed = self.log(), True
            remove([self.hosted], world=self.world)

    def ping(self, *, seconds: float = limits.PING_SECONDS, connect_seconds: float = CONNECT_SECONDS) -> Probe:
        """``GET /ping`` as the platform sends it."""
        return self.ask(container_api.ping(), seconds=seconds, connect_seconds=connect_seconds, limit=PING_REPLY_BYTES)

    def ask(
        self,
        request: HttpRequest,
        *,
        seconds: float = limits.INVOCATION_SECONDS,
        connect_seconds: float = CONNECT_SECONDS,
        limit: int = 8 * limits.PAYLOAD_BYTES,
    ) -> Probe:
        """Send a request over a kept connection; never raises for what the container does."""
        return probed(
            self.address,
            request,
            world=self.world,
            seconds=seconds,
            connect_seconds=min(connect_seconds, seconds),
            limit=limit,
            port=self.port,
        )

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


def probed(
    address: Address,
    request: HttpRequest,
    *,
    world: World,
    seconds: float,
    connect_seconds: float,
    limit: int,
    port: int = limits.PORT,
) -> Probe:
    """What came of a request over a kept connection; silence is an outcome, not an exception."""
    reply, failure, began = None, "", world.clock.now()
    try:
        reply = world.sender.send(address, request, seconds=seconds, connect_seconds=connect_seconds, limit=limit)
    except NoReply as silence:
        failure = f"{silence.kind}: {silence}"
    took = world.clock.now() - began
    return Probe(request=request, reply=reply, failure=failure, seconds=took, port=port)


def invocation(
    body: bytes, content_type: str | None, *, accept: str | None = None, headers: Mapping[str, str] | None = None
) -> HttpRequest:
    """``POST /invocations`` as the platform sends it; None leaves a header out."""
    given = {"Content-Type": content_type, "Accept": accept, **(headers or {})}
    sent = {name: value for name, value in given.items() if value is not None}
    return HttpRequest(
        method="POST", path=limits.INVOCATIONS, headers={**container_api.PLATFORM_HEADERS, **sent}, body=body
    )
