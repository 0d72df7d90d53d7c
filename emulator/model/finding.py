"""What a contract check finds: facts about an image, with the evidence that anybody can look at and repeat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from emulator.model.message import HttpReply, HttpRequest

Severity: TypeAlias = Literal["error", "warning", "note"]
"""``error``: SageMaker will fail; ``warning``: it will bite; ``note``: good to know."""

SEVERITIES: Final[tuple[Severity, ...]] = ("error", "warning", "note")
"""The worst first."""

Profile: TypeAlias = Literal["realtime", "serverless", "marketplace"]
"""Where the image is to be hosted."""

PROFILES: Final[tuple[Profile, ...]] = ("realtime", "serverless", "marketplace")

Option: TypeAlias = "bool | int | float | str"
"""A setting of one check."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manual:
    """What everybody should know of a check; the docstring of its module, in parts.

    Attributes:
        title: one sentence that names what is wrong.
        what: what is looked at.
        why: why it matters on SageMaker.
        fix: how to put it right.
        source: where the rule comes from.
    """

    title: str
    what: str
    why: str
    fix: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A check as readers of a report know it.

    Attributes:
        code: stable, such as ``PNG002``.
        name: in words, such as ``ping-redirects``.
        family: ``image``, ``artifact``, ``startup``, ``ping``, ``invocations``, ``concurrency``,
            ``shutdown``, ``pipeline``, or a third party's own.
        severity: where neither the profile nor the finding says otherwise.
        options: its settings and their defaults.
    """

    code: str
    name: str
    family: str
    severity: Severity
    manual: Manual
    options: Mapping[str, Option] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One request to a container and what came of it.

    Attributes:
        request: what was sent.
        reply: what was answered; None when nothing came.
        failure: why nothing came; empty otherwise.
        seconds: from the first byte sent to the last byte read, or to giving up.
        chunked: whether the body was sent with Transfer-Encoding chunked.
        port: of the container, as it was asked.
    """

    request: HttpRequest
    reply: HttpReply | None
    failure: str = ""
    seconds: float
    chunked: bool = False
    port: int = 8080

    @property
    def status(self) -> int:
        """The reply's status; 0 where there is none."""
        return 0 if self.reply is None else self.reply.status

    @property
    def ok(self) -> bool:
        """Whether it was answered with 2xx, and to the end."""
        return self.reply is not None and 200 <= self.reply.status < 300 and self.reply.complete

    def __str__(self) -> str:
        kind = self.request.headers.get("Content-Type", "")
        sent = f"{self.request.method} {self.request.path}" + (
            f" ({kind}, {len(self.request.body):,} B)" if kind else ""
        )
        if self.reply is None:
            return f"{sent} -> {self.failure} after {self.seconds:.2f} s"
        answer = f"{self.reply.status} {self.reply.content_type or 'without a type'}, {len(self.reply.body):,} B"
        return f"{sent} -> {answer} in {self.seconds * 1000:.1f} ms"


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """What a check reports, and the evidence for it.

    Attributes:
        what: one sentence of facts about this image.
        probes: the requests that show it.
        log: lines of the container that show it.
        facts: whatever else shows it, a line each.
        launch: the ``docker run`` line of the container that showed it, if it was started for this check.
        severity: default is the check's.
    """

    what: str
    probes: tuple[Probe, ...] = ()
    log: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    launch: str = ""
    severity: Severity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something wrong with one container, or with the pipeline as a whole.

    Attributes:
        rule: what was broken.
        severity: under the profile of the run.
        container: its name in the report.
        image: its image.
        what, probes, log, facts: as of the violation.
        reproduce: lines to paste into a shell, in order: ``docker run …``, ``curl …``.
    """

    rule: Rule
    severity: Severity
    container: str
    image: str
    what: str
    probes: tuple[Probe, ...] = ()
    log: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    reproduce: tuple[str, ...] = ()

    @property
    def fingerprint(self) -> str:
        """What a baseline remembers it by: survives new images, other samples and other words."""
        return f"{self.rule.code}:{self.container}"
