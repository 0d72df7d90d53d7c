"""The answer to the sample, and how the answer to a variation of it compares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from emulator import limits
from emulator.contract.check import NotApplicable
from emulator.contract.likeness import VOLATILE, alike
from emulator.contract.sample import Sample
from emulator.contract.subject import Subject
from emulator.model.finding import Probe
from emulator.model.message import HttpReply, media_type

Deviation: TypeAlias = Literal["", "refused", "failed", "other"]
"""Of an answer from the one to the sample: none; another status below 500; 5xx, cut or missing; another content."""

TOLERANCE: Final = 1e-4
"""Two numbers that differ by this share are the same: threads add up in other orders."""

BEFORE: Final = "answer"
"""What a subject remembers the first answer to its sample by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An accepted sample.

    Attributes:
        sample: what was sent.
        probe: what came of it.
        reply: of the probe.
    """

    sample: Sample
    probe: Probe
    reply: HttpReply


def accepted(subject: Subject) -> Answer:
    """The first answer to the sample.

    Raises:
        NotApplicable: there is no sample, or it is not answered with 2xx.
    """
    probe: Probe | None = subject.remembered.get(BEFORE)
    if subject.sample is None or probe is None:
        raise NotApplicable("there is no sample that it is known to answer")
    if probe.reply is None or not probe.ok:
        raise NotApplicable("it does not answer the sample")
    if hung(subject):
        raise NotApplicable("since a bad request it has not answered anything")
    return Answer(sample=subject.sample, probe=probe, reply=probe.reply)


def hung(subject: Subject) -> bool:
    """Whether its shared container has answered nothing since a bad request."""
    return subject.remembered.get("hung") is subject.shared


def varied(subject: Subject, body: bytes, *, seconds: float = limits.INVOCATION_SECONDS) -> Probe:
    """Post another body as the sample was posted."""
    sample = accepted(subject).sample
    return subject.shared.post(body, sample.content_type, accept=sample.accept, seconds=seconds)


def deviation(subject: Subject, probe: Probe) -> Deviation:
    """Of the answer to what ought to be the same question as the sample."""
    if probe.reply is None or probe.status >= 500 or not probe.reply.complete:
        return "failed"
    if not probe.ok:
        return "refused"
    return "" if same(accepted(subject).reply, probe.reply) or not steady(subject) else "other"


def same(one: HttpReply, other: HttpReply) -> bool:
    """Whether two replies have one type, and bodies that say the same."""
    return media_type(one.content_type) == media_type(other.content_type) and alike(
        one.body, other.body, tolerance=TOLERANCE, volatile=VOLATILE.split()
    )


def steady(subject: Subject) -> bool:
    """Whether the same question gets the same answer: not where a model draws lots, or a clock is in the reply."""
    if "steady" not in subject.remembered:
        before = accepted(subject)
        again = varied(subject, before.sample.body)
        subject.remembered["steady"] = again.reply is not None and same(before.reply, again.reply)
    return bool(subject.remembered["steady"])


def fate(probe: Probe) -> str:
    """What became of a request, to put behind its name: ``is answered with 500``."""
    if probe.reply is None:
        return f"gets no answer ({probe.failure}, after {probe.seconds:.1f} s)"
    cut = "" if probe.reply.complete else ", cut off"
    return f"is answered with {probe.status}{cut}"
