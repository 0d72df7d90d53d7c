"""What many callers are told at once is held against what they are told alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from threading import Event, Lock
from typing import Any

import pytest

from emulator.contract.check import Check
from emulator.contract.checks.concurrency.answers_mixed_up import answers_mixed_up
from emulator.contract.checks.concurrency.not_repeatable import not_repeatable
from emulator.contract.checks.concurrency.parallel_requests_fail import parallel_requests_fail
from emulator.contract.checks.concurrency.ping_starved_under_load import ping_starved_under_load
from emulator.contract.runner import Runner
from emulator.model.message import HttpRequest
from emulator.model.report import Outcome
from emulator.testing import Answer, Script


class Together:
    """Answers that depend on whether another request is at work."""

    def __init__(self, alone: Callable[[bytes], Answer], together: Callable[[bytes], Answer]) -> None:
        self._alone, self._together, self._lock = alone, together, Lock()

    def __call__(self, request: HttpRequest) -> Answer:
        if self._lock.acquire(blocking=False):
            try:
                Event().wait(0.01)
                return self._alone(request.body)
            finally:
                self._lock.release()
        return self._together(request.body)


def echoed(body: bytes) -> Answer:
    """The body."""
    return Answer(headers={"Content-Type": "text/csv"}, body=body)


def outcome(wooden: Callable[..., Any], check: Check, script: Script) -> Outcome:
    """How the check ended."""
    bench = wooden(good=script)
    runner = Runner(
        checks=[check], options={check.rule.code: check.rule.options}, profile="realtime", bench=bench.bench
    )
    (ended,) = runner.run([bench.subject()])
    return ended


@pytest.mark.parametrize("check", [answers_mixed_up, not_repeatable, parallel_requests_fail, ping_starved_under_load])
def test_echo_is_clean(check: Check, wooden: Callable[..., Any], echo: Script) -> None:
    """A server that keeps requests apart has no finding."""
    assert "passed" == outcome(wooden, check, echo).status


def test_anothers_answer_is_an_error(wooden: Callable[..., Any]) -> None:
    """A caller who gets what belongs to another row is the worst."""
    script = Script(invocations=Together(echoed, lambda body: echoed(b"3,4\n" if body == b"1,2\n" else b"1,2\n")))

    ended = outcome(wooden, answers_mixed_up, script)

    assert ["error"] == [each.severity for each in ended.findings]
    assert "belongs to another row" in ended.findings[0].what


@pytest.mark.parametrize(("body", "severity"), [(b"9,9\n", "warning"), (b"nine\n", "note")])
def test_answer_of_nobody_is_less(body: bytes, severity: str, wooden: Callable[..., Any]) -> None:
    """Another answer than alone need not be another caller's; other numbers are worse than other words."""
    ended = outcome(wooden, answers_mixed_up, Script(invocations=Together(echoed, lambda _: echoed(body))))

    assert [severity] == [each.severity for each in ended.findings]


def test_last_digits_may_differ(wooden: Callable[..., Any]) -> None:
    """Batches that are put together by chance change the last digits, and nobody's answer."""
    script = Script(invocations=Together(echoed, lambda body: echoed(body.replace(b"\n", b".00001\n"))))

    assert "passed" == outcome(wooden, answers_mixed_up, script).status


def test_chance_is_a_note_and_hides_cross_talk(wooden: Callable[..., Any]) -> None:
    """Where answers differ even alone, one check says so and the other says nothing."""
    numbers = count()
    script = Script(invocations=lambda request: echoed(b"%d\n" % (next(numbers) * 100)))

    assert ["note"] == [each.severity for each in outcome(wooden, not_repeatable, script).findings]
    assert "skipped" == outcome(wooden, answers_mixed_up, script).status


def test_failures_together_are_an_error(wooden: Callable[..., Any]) -> None:
    """500 is, and so is a mixture."""
    script = Script(invocations=Together(echoed, lambda body: Answer(status=500, body=b"busy")))

    assert ["error"] == [each.severity for each in outcome(wooden, parallel_requests_fail, script).findings]


def test_turned_away_is_a_warning(wooden: Callable[..., Any]) -> None:
    """A server that says it is too busy knows what it does."""
    script = Script(invocations=Together(echoed, lambda body: Answer(status=503, body=b"busy")))

    assert ["warning"] == [each.severity for each in outcome(wooden, parallel_requests_fail, script).findings]


def test_unanswered_sample_tells_nothing(wooden: Callable[..., Any], echo: Script) -> None:
    """What fails alone says nothing about callers at once."""
    script = replace(echo, invocations=Answer(status=400))

    assert "skipped" == outcome(wooden, parallel_requests_fail, script).status
