"""What hosting announces while it works; whoever shows progress only listens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from emulator.model.message import Hop


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened, at a container or at the endpoint as a whole.

    Attributes:
        subject: the ContainerHostname or endpoint name it is about.
    """

    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelDataReady(Event):
    """A container's model data lies on this machine."""

    uri: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerStarted(Event):
    """The engine started a container."""

    image: str
    container_id: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PingAnswered(Event):
    """A ping's outcome changed: an HTTP status, or what stood in its way."""

    outcome: str
    seconds_since_start: float


@dataclass(frozen=True, slots=True, kw_only=True)
class InService(Event):
    """Every container of the endpoint answered its ping."""

    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusChanged(Event):
    """An endpoint of the control plane has another EndpointStatus; ``problem`` says why, with what to do."""

    status: str
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restarting(Event):
    """The containers of a production variant are replaced, because of ``cause``."""

    endpoint: str
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HopFinished(Event):
    """A container answered an invocation, or failed to."""

    hop: Hop


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerStopped(Event):
    """A container ended at our request; ``killed`` if SIGTERM was not enough."""

    exit_code: int | None
    killed: bool
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckFinished(Event):
    """A contract check of a container ended: ``passed``, ``failed``, ``skipped`` or ``errored``.

    Attributes:
        code: the check's.
        name: in words.
        done: how many have ended by now, of all containers together.
        of: how many there are.
    """

    code: str
    name: str
    status: str
    done: int
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Searching(Event):
    """A search for what breaks a property goes on; told a few times a second.

    Attributes:
        name: of the property.
        asked: requests so far, of all properties together.
    """

    name: str
    asked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageReading(Event):
    """The packages inside a container's image are looked up, which takes seconds the first time."""

    image: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded(Event):
    """A request of a recording was answered.

    Attributes:
        done: how many answers there are by now; each request is asked twice.
        of: how many there will be.
    """

    done: int
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CellWorking(Event):
    """What is being done for a cell of a matrix: an image is built, the two are compared."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CellFinished(Event):
    """A cell of a matrix ended.

    Attributes:
        verdict: how, in words.
        done: how many have ended by now.
        of: how many there are.
    """

    verdict: str
    done: int
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Training(Event):
    """A training job begins inside an image, which may take long."""

    image: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice(Event):
    """Something that will bite on AWS, though nothing failed here."""

    text: str


Emit: TypeAlias = Callable[[Event], None]


def ignore(event: Event) -> None:
    """The listener that does not listen."""
