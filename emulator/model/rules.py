"""What the public sources leave open, as settings with stated defaults."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from emulator import limits
from emulator.errors import UsageError
from emulator.model.constraint import failure, refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class HostingRules:
    """How the platform behaves where AWS gives a choice, contradicts itself, or is silent.

    Attributes:
        startup_seconds: ContainerStartupHealthCheckTimeoutInSeconds, 60 to 3600.
        invocation_seconds: time for one chain of containers.
        stream_seconds: the same where the reply is streamed, to its end.
        payload_bytes: most bytes of a request and of a reply; the API model says
            6,291,456, an AWS FAQ page 25 MB.
        payload_between_bytes: most bytes from one container to the next.
        intermediate_accept: the ``Accept`` a container before the last one sees:
            none (default) or ``*/*``; AWS is silent.
        attributes_to: which containers of a chain see custom attributes, inference
            id and session id: ``all`` (default) or only the ``first``; AWS is silent.
        absent_content_type: what a container sees when the client sends no
            Content-Type: nothing (default) or ``application/octet-stream``.
        single_name: how messages call the only container: ``primary`` (seen since
            2022, default) or ``model`` (seen 2018 to 2025).
        hard_links: hard links in a model archive: ``refuse`` (default) or ``warn``.
        bind_single_container: also give a lone container SAGEMAKER_BIND_TO_PORT=8080.
        bind_label: the pipeline label of an image: ``warn`` (default), ``strict``
            (refused at CreateModel, as on AWS) or ``ignore``.
        ping_interval_seconds: between two pings of a container in service, and between
            two tries to bring back one that ended; seen in logs, not documented.
        unhealthy_pings: pings in a row without a 200 after which containers in service
            are replaced; AWS tolerates a few and does not say how many.
        stop_seconds: from SIGTERM to SIGKILL.
        shared_memory_bytes: size of /dev/shm; None is half of the engine's memory.
    """

    startup_seconds: float = limits.STARTUP_SECONDS
    invocation_seconds: float = limits.INVOCATION_SECONDS
    stream_seconds: float = limits.STREAM_SECONDS
    payload_bytes: int = limits.PAYLOAD_BYTES
    payload_between_bytes: int = limits.PAYLOAD_BETWEEN_BYTES
    intermediate_accept: Literal["none", "*/*"] = "none"
    attributes_to: Literal["all", "first"] = "all"
    absent_content_type: Literal["none", "application/octet-stream"] = "none"
    single_name: Literal["primary", "model"] = "primary"
    hard_links: Literal["refuse", "warn"] = "refuse"
    bind_single_container: bool = False
    bind_label: Literal["warn", "strict", "ignore"] = "warn"
    ping_interval_seconds: float = limits.PING_INTERVAL_SECONDS
    unhealthy_pings: int = 3
    stop_seconds: float = limits.STOP_SECONDS
    shared_memory_bytes: int | None = None

    @property
    def accept_between(self) -> str | None:
        """The ``Accept`` that all containers but the last one see; None for no such header."""
        return None if self.intermediate_accept == "none" else self.intermediate_accept

    def __post_init__(self) -> None:
        low, high = limits.STARTUP_SECONDS_MIN, limits.STARTUP_SECONDS_MAX
        if not low <= self.startup_seconds <= high:
            side, bound = ("greater", low) if self.startup_seconds < low else ("less", high)
            member = "productionVariants.1.member.containerStartupHealthCheckTimeoutInSeconds"
            rule = f"have value {side} than or equal to {bound:g}"
            raise refusal(failure(member, rule, value=f"{self.startup_seconds:g}"))
        for name in (
            *("invocation_seconds", "stream_seconds", "payload_bytes", "payload_between_bytes"),
            *("ping_interval_seconds", "unhealthy_pings"),
        ):
            if getattr(self, name) <= 0:
                raise UsageError(f"{name} must be greater than 0, not {getattr(self, name)}")
        if self.stop_seconds < 0:
            raise UsageError(f"stop_seconds must be 0 or more, not {self.stop_seconds}")
