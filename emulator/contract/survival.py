"""Whether a check's container outlived the check: one that ends by itself is one finding, not one of each check."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import replace
from threading import Event
from typing import Final

from emulator.contract.trial import Trial
from emulator.model.finding import Finding
from emulator.model.report import Outcome

NOTICE_SECONDS: Final = 0.5
"""The engine may tell of an end a moment after connections broke."""

PINGS: Final = 5
"""So many pings in a row without a 200 are no accident."""

_OPENED: ContextVar[list[Trial] | None] = ContextVar("opened", default=None)


@contextmanager
def opened_meanwhile() -> Iterator[list[Trial]]:
    """The containers of its own that a check starts inside of this."""
    opened: list[Trial] = []
    token = _OPENED.set(opened)
    try:
        yield opened
    finally:
        _OPENED.reset(token)


@contextmanager
def noted(starting: AbstractContextManager[Trial]) -> Iterator[Trial]:
    """The same, and :func:`opened_meanwhile` knows of it."""
    with starting as trial:
        opened = _OPENED.get()
        if opened is not None:
            opened.append(trial)
        yield trial


def spared(outcome: Outcome, trials: Sequence[Trial]) -> tuple[Outcome, tuple[Trial, ...]]:
    """A check's outcome without the findings that the end of its container explains, and the containers that ended.

    Args:
        outcome: of the check.
        trials: the containers that it looked at.
    """
    doubtful = outcome.status == "errored" or any(map(_unanswered, outcome.findings))
    ended = tuple(each for each in trials if each.ended_by_itself(within=NOTICE_SECONDS if doubtful else 0.0))
    if not ended or not doubtful:
        return outcome, ended
    left = tuple(each for each in outcome.findings if not _unanswered(each))
    if left:
        return replace(outcome, findings=left), ended
    reason = "its container ended by itself meanwhile"
    return replace(outcome, status="skipped", findings=(), reason=reason), ended


def ill(trial: Trial) -> bool:
    """Whether one that was healthy is not any more."""
    for number in range(PINGS):
        if trial.ping().status == 200:
            return False
        Event().wait(0.05 * number)
    return True


def _unanswered(finding: Finding) -> bool:
    return not finding.probes or any(each.reply is None for each in finding.probes)
