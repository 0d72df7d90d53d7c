"""What a scripted container does: data, or a function of the request."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from emulator.model.launch import Address, ImageConfig, ImageFile
from emulator.model.message import HttpRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A well-formed reply.

    Attributes:
        delay: seconds before the first byte.
        unread: answer as soon as the headers are in, and hang up on the body.
    """

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    delay: float = 0.0
    unread: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """These bytes in place of a reply, then the connection closes; none at all is a dropped connection.

    Attributes:
        pieces: written one by one.
        pause: seconds before each of them.
    """

    pieces: Sequence[bytes] = ()
    pause: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Exit:
    """The program ends with this code and these last words; its connections drop."""

    code: int
    log: Sequence[str] = ()


Act: TypeAlias = "Answer | Raw | Exit"

Behaviour: TypeAlias = "Act | Sequence[Act] | Callable[[HttpRequest], Act]"
"""Always the same; one after the other, of which the last repeats; or whatever a function makes of the request."""

DROPPED = Raw()
"""Closes the connection without a word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """The life of a container, and what the engine knows of its image.

    Attributes:
        ping: to ``GET /ping``.
        invocations: to ``POST /invocations``; every other path is 404.
        log: what it writes when it starts.
        exits: how it ends before it listens, as ``train`` and broken images do; None for a server.
        listens: False for a program that runs and never opens its port.
        on_terminate: its exit code on SIGTERM; None ignores the signal.
        refuses_start: the engine's words when it cannot start the program; empty when it can.
        files: contents by absolute path, for reading a trained model.
        image_files: files that its image has, by path.
        libraries: versions of the Python packages in it, by normalised name.
        media_type: of its manifest.
        processes: command lines that run in it.
        sockets: what listens in its network.
        config: labels and whatever else ``docker inspect`` would tell.
    """

    ping: Behaviour = Answer()
    invocations: Behaviour = Answer()
    log: Sequence[str] = ()
    exits: Exit | None = None
    listens: bool = True
    on_terminate: int | None = 0
    refuses_start: str = ""
    files: Mapping[str, bytes] = field(default_factory=dict)
    image_files: Mapping[str, ImageFile] = field(default_factory=dict)
    libraries: Mapping[str, str] = field(default_factory=dict)
    media_type: str = ""
    processes: Sequence[str] = ("serve",)
    sockets: Sequence[Address] | None = None
    config: ImageConfig = field(default_factory=lambda: ImageConfig(image_id=f"sha256:{'0' * 64}"))
