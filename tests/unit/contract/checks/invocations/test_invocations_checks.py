"""What checks of the invocations family say of scripted containers that a mutant cannot easily be."""

from __future__ import annotations

import random
from collections.abc import Callable
from threading import Event
from typing import Any

import pytest

from emulator import limits
from emulator.contract.check import Check
from emulator.contract.checks.invocations.byte_order_mark import byte_order_mark
from emulator.contract.checks.invocations.carriage_returns import carriage_returns
from emulator.contract.checks.invocations.empty_body_5xx import empty_body_5xx
from emulator.contract.checks.invocations.full_size_body_refused import filled, full_size_body_refused
from emulator.contract.checks.invocations.hangs_on_bad_request import hangs_on_bad_request
from emulator.contract.checks.invocations.large_reply_cut import large_reply_cut
from emulator.contract.checks.invocations.sample_refused import sample_refused
from emulator.contract.checks.invocations.trailing_newline import trailing_newline
from emulator.contract.runner import Runner
from emulator.contract.sample import Sample
from emulator.model.message import HttpRequest
from emulator.model.report import Outcome
from emulator.testing import Answer, Script

CSV = {"Content-Type": "text/csv"}


def outcomes(
    wooden: Callable[..., Any], answer: Callable[[HttpRequest], Answer], *checks: Check, **told: Any
) -> list[Outcome]:
    """How the checks ended, one after the other."""
    bench = wooden(good=Script(invocations=answer))
    options = {each.rule.code: {**each.rule.options, **told.pop(each.rule.code, {})} for each in checks}
    runner = Runner(checks=checks, options=options, profile="realtime", bench=bench.bench)
    return list(runner.run([bench.subject(**told)]))


def echoed(request: HttpRequest) -> Answer:
    """The body."""
    return Answer(headers=CSV, body=request.body)


@pytest.mark.parametrize(
    "check", [byte_order_mark, carriage_returns, trailing_newline], ids=lambda each: each.rule.name
)
def test_model_that_draws_lots_is_not_blamed(wooden: Callable[..., Any], check: Check) -> None:
    """Where the same sample gets another answer each time, so may a variation of it."""
    (outcome,) = outcomes(wooden, lambda _: Answer(headers=CSV, body=str(random.random()).encode()), check)

    assert "passed" == outcome.status


def test_lost_row_is_counted(wooden: Callable[..., Any]) -> None:
    """The finding says how many rows there were and are."""
    (outcome,) = outcomes(
        wooden,
        lambda it: Answer(headers=CSV, body=b"".join(it.body.splitlines(True)[: it.body.count(b"\n")])),
        trailing_newline,
    )

    assert "1 rows instead of 2" in outcome.findings[0].what


def test_hang_is_told_once(wooden: Callable[..., Any]) -> None:
    """Who does not answer an empty body hangs, and does not fail over it."""

    def answer(request: HttpRequest) -> Answer:
        if not request.body:
            Event().wait(0.5)
        return echoed(request)

    found = outcomes(
        wooden, answer, empty_body_5xx, hangs_on_bad_request, INV008={"seconds": 0.1}, INV025={"seconds": 0.3}
    )

    assert ["passed", "failed"] == [each.status for each in found]
    assert "empty-body" in found[1].findings[0].what


def test_checks_of_an_answer_wait_for_one(wooden: Callable[..., Any]) -> None:
    """A refused sample is one finding, and the reason why others have nothing to say."""
    found = outcomes(
        wooden, lambda _: Answer(status=400), sample_refused, trailing_newline, empty_body_5xx, large_reply_cut
    )

    assert ["failed", "skipped", "skipped", "skipped"] == [each.status for each in found]


@pytest.mark.parametrize("status", [200, 400, 422, 500])
def test_filling_may_be_refused(wooden: Callable[..., Any], status: int) -> None:
    """Whatever the answer to the filling, the size got through."""
    answer = Answer(status=status)
    (outcome,) = outcomes(
        wooden, lambda it: answer if len(it.body) == limits.PAYLOAD_BYTES else echoed(it), full_size_body_refused
    )

    assert "passed" == outcome.status


@pytest.mark.parametrize("content_type", ["text/csv", "application/json", "application/x-npy", "text/plain"])
def test_filled_is_exactly_as_large(content_type: str) -> None:
    """The sample comes first and whole."""
    body = filled(Sample(body=b"[1]\n", content_type=content_type), 200_000)

    assert len(body) == 200_000
    assert body.startswith(b"[1]\n")


@pytest.mark.parametrize(
    "answer",
    [
        lambda it: Answer(headers=CSV, body=b"0.5\n"),
        lambda it: Answer(headers=CSV, body=b"mean\n" + it.body),
        lambda it: Answer(headers=CSV, body=it.body) if len(it.body) < 100 else Answer(status=400),
    ],
    ids=["one answer for all", "header", "so many are not taken"],
)
def test_rows_that_do_not_match_before_need_not_later(
    wooden: Callable[..., Any], answer: Callable[[HttpRequest], Answer]
) -> None:
    """Only a reply with a row for each of two samples promises one for each of many."""
    (outcome,) = outcomes(wooden, answer, large_reply_cut)

    assert outcome.status in ("passed", "skipped")


def test_lost_rows_of_many_are_seen(wooden: Callable[..., Any]) -> None:
    """As many rows as the server's batch, and no more."""
    (outcome,) = outcomes(
        wooden, lambda it: Answer(headers=CSV, body=b"".join(it.body.splitlines(True)[:512])), large_reply_cut
    )

    assert "the reply has 512" in outcome.findings[0].what
