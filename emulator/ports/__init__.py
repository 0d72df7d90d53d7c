"""The doors to the world: what hosting needs of an engine, a network, a store and a clock.

Real things stand behind them in :mod:`emulator.adapters`, wooden ones in
:mod:`emulator.testing`. The exceptions below are part of the ports: an adapter
raises nothing else but :class:`emulator.errors.EmulatorError`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol

from emulator.model.build import ImageBuild
from emulator.model.hosting import ModelData
from emulator.model.launch import Address, ContainerLaunch, ImageConfig, ImageFile
from emulator.model.message import HttpReply, HttpRequest


class ImageMissing(Exception):
    """The engine has no image of that name."""


class ImageUnsupported(Exception):
    """There is such an image, and hosting does not take its kind; the text is AWS's."""


class StartRefused(Exception):
    """The engine has the image and cannot start it; the text is the engine's."""


class ModelDataMissing(Exception):
    """There is nothing at that address, or it may not be read."""


class ModelDataUnusable(Exception):
    """The data was found and cannot be laid out as a model folder; the text says why."""


class NoReply(Exception):
    """A container gave no complete HTTP reply.

    Attributes:
        kind: ``refused`` (nothing listens), ``timeout`` (the deadline passed),
            ``closed`` (the connection broke), ``malformed`` (not HTTP).
    """

    def __init__(self, kind: Literal["refused", "timeout", "closed", "malformed"], detail: str) -> None:
        super().__init__(detail)
        self.kind = kind


class RunningContainer(Protocol):
    """A started container; its engine-side remains are gone after :meth:`remove`."""

    @property
    def container_id(self) -> str:
        """The engine's name for it."""

    @property
    def terminated(self) -> bool:
        """Whether it was asked to end while it ran."""

    def address(self, port: int) -> Address:
        """Where one of its launch's ports is reached from here."""

    def wait(self, seconds: float) -> int | None:
        """Wait at most so long for its end; the exit code, or None while it runs."""

    def processes(self) -> tuple[str, ...]:
        """The command lines that run in it, process 1 first; empty once it has ended."""

    def listening(self) -> tuple[Address, ...] | None:
        """The TCP sockets that listen in its network, as it sees them; None where that cannot be found out."""

    def log_tail(self, lines: int) -> tuple[str, ...]:
        """Its last lines of stdout and stderr together, oldest first."""

    def follow(self) -> Iterator[tuple[int, str]]:
        """Its lines of stdout and stderr as they are written, until it ends: milliseconds since 1970, and the text."""

    def tar(self, path: str) -> Iterator[bytes]:
        """A folder of the container as an uncompressed tar, member names beginning with the folder's own.

        Raises:
            ModelDataMissing: there is no such folder in the container.
        """

    def terminate(self) -> None:
        """Send SIGTERM, as the platform does; no error if it has ended already."""

    def remove(self) -> None:
        """Kill it if it still runs, and remove it with its anonymous volumes; never raises for one that is gone."""


class ContainerRuntime(Protocol):
    """A container engine, seen through one session."""

    def image(self, name: str) -> ImageConfig:
        """What the engine knows of an image.

        Raises:
            ImageMissing: it has none of that name.
        """

    def manifest_media_type(self, name: str) -> str:
        """The media type of an image's manifest, as its store or its registry has it; empty where neither tells."""

    def files(self, image: str, paths: Iterable[str]) -> Mapping[str, ImageFile]:
        """Those of these files that an image has, by path, without starting it.

        Raises:
            ImageMissing: no such image.
        """

    def libraries(self, image: str) -> Mapping[str, str]:
        """Versions of the Python packages inside an image by name (PEP 503), and of ``python``; raises ImageMissing."""

    def start(self, launch: ContainerLaunch, *, beside: RunningContainer | None = None) -> RunningContainer:
        """Start a container, ``beside`` another one in that one's network.

        Raises:
            ImageMissing: no such image.
            StartRefused: the image's program cannot be started.
        """

    def build(self, build: ImageBuild, *, on_progress: Callable[[str], None]) -> str:
        """Build an image, using layers of earlier builds; its id. Each step is told to ``on_progress``.

        Raises:
            UsageError: the folder or its Dockerfile is missing.
            BuildFailed: a step failed; quotes its output.
        """


class HttpSender(Protocol):
    """Sends one request to a container; connections are kept and reused."""

    def send(
        self, address: Address, request: HttpRequest, *, seconds: float, connect_seconds: float, limit: int
    ) -> HttpReply:
        """The reply, read whole within ``seconds`` in all; a body over ``limit`` bytes is cut and marked.

        Raises:
            NoReply: no complete reply came.
        """

    def close(self, address: Address | None = None) -> None:
        """Drop kept connections, of one address, or all and keep none from then on."""


class StreamedReply(Protocol):
    """A reply whose body is still on its way."""

    @property
    def status(self) -> int:
        """The status."""

    @property
    def headers(self) -> Mapping[str, str]:
        """Names in lower case."""

    def pieces(self) -> AsyncIterator[bytes]:
        """The body as it comes; the container is read no faster than this is.

        Raises:
            NoReply: it broke off (``closed``) or took too long (``timeout``).
        """

    def close(self) -> None:
        """Read no further; no error after the end."""


class AsyncHttpSender(Protocol):
    """The same for one event loop, where thousands may wait at once; all of it belongs to that loop's thread."""

    async def send(
        self, address: Address, request: HttpRequest, *, seconds: float, connect_seconds: float, limit: int
    ) -> HttpReply:
        """As :meth:`HttpSender.send`."""

    async def stream(
        self, address: Address, request: HttpRequest, *, seconds: float, connect_seconds: float
    ) -> StreamedReply:
        """The reply as soon as its headers are there; whoever gets it closes it. ``seconds`` are for its end.

        Raises:
            NoReply: no reply began.
        """

    def close(self) -> None:
        """Drop kept connections."""


class ModelDataStore(Protocol):
    """Brings model data onto this machine."""

    def fetch(self, data: ModelData) -> tuple[Path, tuple[str, ...]]:
        """The folder to mount, and notices worth showing.

        Raises:
            ModelDataMissing: nothing there.
            ModelDataUnusable: not a usable archive or object set.
        """

    def exists(self, data: ModelData) -> bool:
        """Whether there is anything to fetch at that address, without fetching it."""

    def archive(self, data: ModelData) -> Path | None:
        """The archive itself on this machine, unopened; None where the data are no archive.

        Raises:
            ModelDataMissing: nothing there.
        """

    def pack(self, tar: Iterable[bytes], output: Path) -> None:
        """Write ``output`` as a ``model.tar.gz`` of the plain files of a tar, without its topmost folder.

        Equal files give equal archives; ``output`` appears whole or not at all.

        Raises:
            ModelDataUnusable: the tar holds what may not be in a model archive, or no file.
        """

    def lay_out(self, files: Mapping[str, bytes]) -> Path:
        """A new folder with these files, readable by any user."""


class Clock(Protocol):
    """Time, so that tests need not wait for it."""

    def now(self) -> float:
        """Seconds that only go forward."""

    def utc(self) -> datetime:
        """The date and time of day, in UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """All doors of one session together."""

    runtime: ContainerRuntime
    sender: HttpSender
    store: ModelDataStore
    clock: Clock
