"""The way of the sample through a pipeline, container by container, as an invocation goes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from emulator import limits
from emulator.contract.check import NotApplicable
from emulator.contract.reproduce import docker_run
from emulator.contract.subject import Chained, Subject
from emulator.contract.trial import Trial
from emulator.hosting.instance import HostedContainer
from emulator.model.finding import Probe

COMMON_TYPES: Final = ("text/csv", "application/json", "application/jsonlines", "application/x-npy")
"""What containers of pipelines usually speak."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One container's part of the way.

    Attributes:
        subject: the container.
        trial: the same, as it runs in the pipeline.
        probe: what it was sent and answered.
        launch: the ``docker run`` line that starts it alone, on the port it has in the pipeline.
    """

    subject: Subject
    trial: Trial
    probe: Probe
    launch: str

    @property
    def name(self) -> str:
        """The container's name."""
        return self.subject.name

    @property
    def kind(self) -> str | None:
        """The media type that it answered, verbatim."""
        return None if self.probe.reply is None else self.probe.reply.content_type

    @property
    def body(self) -> bytes:
        """What it answered."""
        return b"" if self.probe.reply is None else self.probe.reply.body

    @property
    def outcome(self) -> str:
        """The status, with the text of an error, or why there was no reply."""
        if self.probe.reply is None:
            return self.probe.failure
        text = " ".join(self.body[:200].decode(errors="replace").split())
        return f"{self.probe.status}" if self.probe.ok or not text else f"{self.probe.status} ({text})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """The whole way, as far as the sample came.

    Attributes:
        legs: of the containers that were asked, in order; only the last one may have failed.
        trials: all containers of the pipeline.
    """

    legs: tuple[Leg, ...]
    trials: tuple[Trial, ...]

    @property
    def pairs(self) -> tuple[tuple[Leg, Leg], ...]:
        """Each container that was asked, with the one before it."""
        return tuple(zip(self.legs, self.legs[1:], strict=False))

    @property
    def handing_on(self) -> tuple[Leg, ...]:
        """Those that answered, and have another container behind them."""
        return tuple(each for each in self.legs[: len(self.trials) - 1] if each.probe.ok)


def passage_of(chained: Chained) -> Passage:
    """Send the sample through, once.

    Raises:
        NotApplicable: the pipeline is not in service, or there is no sample that its first container answers.
    """
    trials = running(chained)
    if chained.sample is None:
        raise NotApplicable("there is no sample to send")
    if "passage" not in chained.remembered:
        chained.remembered["passage"] = Passage(legs=tuple(_legs(chained, trials)), trials=trials)
    passage: Passage = chained.remembered["passage"]
    if not passage.legs[0].probe.ok:
        raise NotApplicable(f"{passage.legs[0].name} does not answer the sample with 2xx")
    return passage


def running(chained: Chained) -> tuple[Trial, ...]:
    """The containers of the pipeline.

    Raises:
        NotApplicable: they are not in service, or one has ended.
    """
    if chained.endpoint is None:
        raise NotApplicable("the pipeline did not come into service (PIP009)")
    trials = tuple(map(_trial, chained.subjects, chained.endpoint.containers))
    for each in trials:
        if each.exit_code is not None:
            raise NotApplicable(f"{each.launch.name} has ended (exit {each.exit_code})")
    return trials


def _trial(subject: Subject, container: HostedContainer) -> Trial:
    port = limits.FIRST_BIND_PORT + subject.position
    return Trial(
        launch=subject.launch(environment={limits.BIND_TO_PORT: str(port)}, port=port),
        port=port,
        world=subject.bench.world,
        raw=subject.bench.raw,
        hosted=container,
        healthy_after=0.0,
    )


def _legs(chained: Chained, trials: tuple[Trial, ...]) -> Iterator[Leg]:
    """As an invocation: the Accept is for the last one, the others get what the rules say."""
    sample = chained.sample
    if sample is None:
        return
    body, kind = sample.body, sample.content_type
    for subject, trial in zip(chained.subjects, trials, strict=True):
        rules, last = subject.bench.rules, trial is trials[-1]
        probe = trial.post(body, kind or None, accept=sample.accept if last else rules.accept_between)
        launch = docker_run(trial.launch, model_data=subject.model_data)
        leg = Leg(subject=subject, trial=trial, probe=probe, launch=launch)
        yield leg
        if not probe.ok or len(leg.body) > rules.payload_between_bytes:
            return
        body, kind = leg.body, leg.kind or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cure:
    """An Accept header that would have helped.

    Attributes:
        leg: the container that should get it.
        accept: the header.
        probe: what the container answers then.
    """

    leg: Leg
    accept: str
    probe: Probe


def cure_of(chained: Chained) -> Cure | None:
    """What Accept header would have brought the sample further; None if it came through, or none would."""
    if "cure" not in chained.remembered:
        chained.remembered["cure"] = _cure(passage_of(chained))
    cure: Cure | None = chained.remembered["cure"]
    return cure


def _cure(passage: Passage) -> Cure | None:
    if len(passage.legs) < 2 or passage.legs[-1].probe.ok:
        return None
    before, refusing = passage.legs[-2:]
    for accept in COMMON_TYPES:
        other = _again(before, accept)
        if other.ok and _takes(refusing, other, instead_of=before.kind):
            return Cure(leg=before, accept=accept, probe=other)
        if refusing.probe.status in (400, 406) and (own := _again(refusing, accept)).ok:
            return Cure(leg=refusing, accept=accept, probe=own)
    return None


def _takes(leg: Leg, other: Probe, *, instead_of: str | None) -> bool:
    """Whether a container takes another answer, if it is of another type."""
    reply = other.reply
    if reply is None or reply.content_type == instead_of:
        return False
    return leg.trial.post(reply.body, reply.content_type).ok


def _again(leg: Leg, accept: str) -> Probe:
    """The same request with an Accept."""
    request = leg.probe.request
    return leg.trial.post(request.body, request.headers.get("Content-Type"), accept=accept)
