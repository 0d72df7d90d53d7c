"""Callers get each other's answers when several ask at once.

What:
    Each row of the sample is sent as a request of its own, first one after the other, then by 8 clients at once. At
    once, a request gets the answer that belongs to another row (error), or one that is neither its own nor another's
    (warning if only numbers differ, by more than the option ``tolerance``; a note for other text, as language models
    may choose other words when they work on many requests together).

Why it matters:
    The endpoint answers 200, so nothing shows: no metric, no log. Callers work with somebody else's prediction.

How to fix:
    Keep the input, the features and the prediction of a request in local variables. Look for globals, attributes of a
    shared predictor, and buffers that are used again; a threaded server (gthread, uvicorn) shares them all.

Source:
    Hosting contract 3.17 (documented: the caller gets the container's bytes unmodified, so nobody notices). That a
    reply belongs to its own request is what HTTP promises.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from emulator.contract.check import NotApplicable, check
from emulator.contract.crowd import Told, affordable, at_once, told_alone
from emulator.contract.likeness import VOLATILE, alike, numbers_apart, readable
from emulator.contract.subject import Subject
from emulator.model.finding import Probe, Severity, Violation

Same: TypeAlias = "Callable[[bytes, bytes], bool]"


@check("CON002", severity="error", stage="shared")
def answers_mixed_up(
    subject: Subject, *, requests: int = 32, clients: int = 8, tolerance: float = 1e-4, volatile: str = VOLATILE
) -> Iterator[Violation]:
    """Compare what rows are answered alone and at once."""

    def same(one: bytes, other: bytes) -> bool:
        return alike(one, other, tolerance=tolerance, volatile=volatile.split())

    told = told_alone(subject)
    if not all(same(each.body, each.again) for each in told):
        raise NotApplicable("the same request gets different answers even alone (CON004)")
    told = _distinct(told, same)
    if len(told) < 2:
        raise NotApplicable("the sample has no two rows with different answers")
    count = affordable(subject, requests, least=clients)
    asked = [told[position % len(told)] for position in range(count)]
    probes = at_once(subject.shared, [each.request for each in asked], clients=clients)
    yield from _judged(asked, probes, told, same)


def _distinct(told: Sequence[Told], same: Same) -> tuple[Told, ...]:
    """One of each answer: where two rows have the same one, nobody can tell whose it is."""
    distinct: list[Told] = []
    for each in told:
        if not any(same(each.body, other.body) for other in distinct):
            distinct.append(each)
    return tuple(distinct)


def _judged(asked: Sequence[Told], probes: Sequence[Probe], told: Sequence[Told], same: Same) -> Iterator[Violation]:
    crossed, changed = [], []
    for own, probe in zip(asked, probes, strict=True):
        if probe.reply is None or not probe.ok or same(own.body, probe.reply.body):
            continue
        if any(same(other.body, probe.reply.body) for other in told):
            crossed.append((own, probe))
        elif readable(probe.reply.body):
            changed.append((own, probe))
    wrong = crossed or changed
    if wrong:
        (own, probe), *_ = wrong
        whose = "the answer that belongs to another row" if crossed else "another answer than alone"
        yield Violation(
            what=f"{len(wrong)} of {len(probes)} requests that were sent at once got {whose}.",
            probes=(probe,),
            facts=(
                f"sent: {own.request.body[:200]!r}",
                f"answered alone: {own.body[:200]!r}",
                f"answered at once: {probe.reply.body[:200] if probe.reply else b''!r}",
            ),
            severity=None if crossed else _severity(own, probe),
        )


def _severity(own: Told, probe: Probe) -> Severity:
    return "warning" if probe.reply is not None and numbers_apart(own.body, probe.reply.body) else "note"
