"""Many callers at once, and what the same callers are told when they come one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event
from typing import Final

from emulator.contract.check import NotApplicable
from emulator.contract.sample import Sample
from emulator.contract.subject import Subject
from emulator.contract.trial import Trial, invocation
from emulator.model.finding import Probe
from emulator.model.message import HttpRequest

MOST_ROWS: Final = 8
"""So many different requests tell whether answers are mixed up."""

SECONDS: Final = 8.0
"""A slow model is asked less often, so that a check takes no longer than this by much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a request was answered when nobody else asked, the first time and the second."""

    request: HttpRequest
    first: Probe
    second: Probe

    @property
    def body(self) -> bytes:
        """The first answer."""
        return b"" if self.first.reply is None else self.first.reply.body

    @property
    def again(self) -> bytes:
        """The second one."""
        return b"" if self.second.reply is None else self.second.reply.body


def answered_sample(subject: Subject) -> Sample:
    """The sample, if its container answers it.

    Raises:
        NotApplicable: there is none, or it was not answered with 2xx.
    """
    answer = subject.remembered.get("answer")
    if subject.sample is None or answer is None:
        raise NotApplicable("there is no sample to send")
    if not answer.ok:
        raise NotApplicable("the sample is not answered with 2xx")
    return subject.sample


def affordable(subject: Subject, most: int, *, least: int) -> int:
    """How many samples to send, if each waits for the one before it.

    Raises:
        NotApplicable: even the least would take too long.
    """
    seconds = min(subject.latencies, default=0.0)
    fitting = most if seconds <= 0 else int(SECONDS / seconds)
    if fitting < least:
        raise NotApplicable(f"one sample takes {seconds:.1f} s, so {least} at once would tell nothing in good time")
    return min(most, fitting)


def told_alone(subject: Subject) -> tuple[Told, ...]:
    """Each row of the sample as a request of its own that is answered, asked twice, one after the other.

    Raises:
        NotApplicable: there is no answered sample.
    """
    sample = answered_sample(subject)
    if "told alone" not in subject.remembered:
        rows = list(dict.fromkeys(sample.rows))[: affordable(subject, MOST_ROWS, least=1)]
        requests = [invocation(row, sample.content_type, accept=sample.accept) for row in rows]
        first, second = ([subject.shared.ask(each) for each in requests] for _ in range(2))
        told = map(lambda asked, one, two: Told(request=asked, first=one, second=two), requests, first, second)
        subject.remembered["told alone"] = tuple(each for each in told if each.first.ok and each.second.ok)
    remembered: tuple[Told, ...] = subject.remembered["told alone"]
    return remembered


def at_once(trial: Trial, requests: Sequence[HttpRequest], *, clients: int) -> list[Probe]:
    """What so many clients together are answered, in the order of the requests."""
    with ThreadPoolExecutor(clients) as pool:
        return list(pool.map(trial.ask, requests))


@contextmanager
def crowd(trial: Trial, request: HttpRequest, *, clients: int) -> Iterator[None]:
    """So many clients that send a request over and over, as long as the ``with`` lasts."""
    over = Event()

    def insist() -> None:
        while not over.is_set():
            if not trial.ask(request).ok:
                over.wait(0.05)  # who is turned away at once must not keep this machine busy

    with ThreadPoolExecutor(clients) as pool:
        try:
            for _ in range(clients):
                pool.submit(insist)
            yield
        finally:
            over.set()
