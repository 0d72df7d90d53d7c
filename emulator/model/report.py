"""The verdict on an image or a chain: how every check ended, and what the run saw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from emulator.model.finding import SEVERITIES, Finding, Profile, Rule, Severity

Status: TypeAlias = Literal["passed", "failed", "skipped", "errored"]
"""Of one check: ``errored`` is our own fault and says nothing about the image."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How one check ended for one container.

    Attributes:
        rule: the check.
        container: its name in the report; ``pipeline`` for the chain as a whole.
        status: how it ended.
        findings: of a failed one, at least one.
        known: those of the findings that the baseline has; they fail nothing.
        reason: why it was skipped, or how it errored.
        seconds: it took so long.
    """

    rule: Rule
    container: str
    status: Status
    findings: tuple[Finding, ...] = ()
    known: tuple[Finding, ...] = ()
    reason: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened while a container started.

    Attributes:
        seconds: since the engine was asked to start it.
        text: such as ``GET /ping -> 503``.
    """

    seconds: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Portrait:
    """One container as the run saw it.

    Attributes:
        name: in the report: ``primary``, ``container-1`` …
        image: its name.
        image_id: content address; empty if there is no such image.
        architecture: ``amd64`` …
        size_bytes: unpacked.
        model_data: where its model came from; empty for none.
        healthy_after: seconds to the first 200 from /ping; None if none came.
        moments: of the shared start, oldest first.
        latencies: seconds of each answered sample request, in the order they were sent.
    """

    name: str
    image: str
    image_id: str = ""
    architecture: str = ""
    size_bytes: int = 0
    model_data: str = ""
    healthy_after: float | None = None
    moments: tuple[Moment, ...] = ()
    latencies: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The verdict on one image or chain.

    Attributes:
        containers: in the order of the chain.
        profile: where it is to be hosted.
        outcomes: by container, then by code; every selected check of every container has one.
        seconds: the whole run.
        date: when it began, ISO 8601 in UTC.
        version: of byoc-emulator.
        command: what to type for the same again.
    """

    containers: tuple[Portrait, ...]
    profile: Profile
    outcomes: tuple[Outcome, ...]
    seconds: float
    date: str
    version: str
    command: str = ""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Those that no baseline knows, the worst first."""
        found = [finding for outcome in self.outcomes for finding in outcome.findings]
        return tuple(sorted(found, key=lambda each: SEVERITIES.index(each.severity)))

    @property
    def known(self) -> tuple[Finding, ...]:
        """Those that the baseline knows."""
        return tuple(finding for outcome in self.outcomes for finding in outcome.known)

    def count(self, status: Status) -> int:
        """How many checks ended so."""
        return sum(outcome.status == status for outcome in self.outcomes)

    def fails(self, *, at: Severity = "warning") -> bool:
        """Whether there is a new finding of this severity or worse."""
        return any(SEVERITIES.index(each.severity) <= SEVERITIES.index(at) for each in self.findings)
