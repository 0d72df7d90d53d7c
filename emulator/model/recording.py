"""What somebody answered to given requests, kept to be compared with later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Origin: TypeAlias = Literal["image", "emulator", "sagemaker"]
"""What answered: images started for it, an endpoint of a running emulator, an endpoint on AWS."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One invocation, as it is sent.

    Attributes:
        body: its bytes.
        content_type: None for no such header.
        accept: the same.
    """

    body: bytes
    content_type: str | None
    accept: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A request and what became of it.

    Attributes:
        request: what was asked.
        status: of the container that answered last; 0 where nothing came.
        content_type: of the reply, verbatim; None where it has none.
        body: of the reply, or what the container said of its failure.
        failure: why nothing came; empty otherwise.
    """

    request: Request
    status: int
    content_type: str | None = None
    body: bytes = b""
    failure: str = ""

    @property
    def ok(self) -> bool:
        """Whether it was answered with 2xx."""
        return 200 <= self.status < 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One container of what answered; what is not known of it, as on AWS, is empty.

    Attributes:
        name: its ContainerHostname.
        image: its name.
        image_id: content address.
        size_bytes: unpacked.
        model_data: sha256 of the artifact's content, not of its archive; empty for none.
        versions: of the Python packages inside the image, by normalised name.
        warnings: what its log warns of, each once, without what changes from run to run.
    """

    name: str
    image: str = ""
    image_id: str = ""
    size_bytes: int = 0
    model_data: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """Requests, replies, and who gave them.

    Attributes:
        origin: what answered.
        subject: its name: images with " → " between them, or the endpoint's.
        stages: its containers, in order; empty where they are not known.
        exchanges: in the order in which they were asked.
        date: when, ISO 8601 in UTC.
        version: of byoc-emulator.
        startup_seconds: from the start of the first container to all being healthy; None if it ran already.
    """

    origin: Origin
    subject: str
    stages: tuple[Stage, ...]
    exchanges: tuple[Exchange, ...]
    date: str
    version: str
    startup_seconds: float | None = None
