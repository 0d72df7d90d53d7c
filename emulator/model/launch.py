"""How one container is started: the exact arguments, before any engine sees them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Mount:
    """A folder of this machine inside the container."""

    source: str
    target: str
    read_only: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class LogStream:
    """Where in CloudWatch Logs a container's output belongs (hosting contract 5.1, 5.3)."""

    group: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerLaunch:
    """``docker run`` as data.

    Attributes:
        name: the ContainerHostname; used in messages, never as an engine-wide name.
        image: a name the engine knows.
        command: replaces CMD.
        environment: all variables.
        mounts: folders.
        ports: TCP ports that must be reachable from here, of this container and of
            those that will share its network.
        shared_memory_bytes: size of /dev/shm; None is half of the engine's memory.
        isolated: no route out.
        user: user or id instead of the image's; empty for the image's.
        log_stream: where its output belongs; None for nowhere.
    """

    name: str
    image: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    mounts: tuple[Mount, ...] = ()
    ports: tuple[int, ...] = ()
    shared_memory_bytes: int | None = None
    isolated: bool = False
    user: str = ""
    log_stream: LogStream | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a container's port is reached from here."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageConfig:
    """What the engine knows of an image without starting it.

    Attributes:
        image_id: content address, ``sha256:…``.
        labels: image labels.
        architecture: ``amd64``, ``arm64`` …
        entrypoint: as built; empty for none.
        command: as built; empty for none.
        environment: ``KEY=VALUE`` as built.
        user: as built; empty is root.
        size_bytes: unpacked size.
        healthcheck: its HEALTHCHECK; empty for none.
        folder: its WORKDIR; empty is /.
    """

    image_id: str
    labels: Mapping[str, str] = field(default_factory=dict)
    architecture: str = ""
    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    environment: tuple[str, ...] = ()
    user: str = ""
    size_bytes: int = 0
    healthcheck: tuple[str, ...] = ()
    folder: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageFile:
    """A file or symbolic link in an image.

    Attributes:
        path: where it is.
        mode: its permission bits.
        size: bytes.
        link: where it points; empty for a file.
        head: its first 4,096 bytes.
    """

    path: str
    mode: int
    size: int = 0
    link: str = ""
    head: bytes = b""
