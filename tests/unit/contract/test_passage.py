"""The sample goes through a chain as an invocation does, and each way of getting stuck has one finding."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from emulator.contract.catalogue import catalogue
from emulator.contract.runner import Runner
from emulator.contract.sample import Sample
from emulator.model.message import HttpRequest
from emulator.model.report import Outcome
from emulator.testing import Answer, Exit, Script

CSV, JSON = "text/csv", "application/json"


def speaking(default: str, *, star: str = "", charset: str = "") -> Script:
    """Answers what it is sent as CSV or JSON, by Accept."""

    def answer(request: HttpRequest) -> Answer:
        accept = request.headers.get("Accept", default)
        kind = (star or default) if accept == "*/*" else accept
        return Answer(headers={"Content-Type": kind + charset}, body=request.body)

    return Script(invocations=answer)


def taking(*kinds: str) -> Script:
    """Answers these types only."""

    def answer(request: HttpRequest) -> Answer:
        if request.headers.get("Content-Type", "").partition(";")[0] not in kinds:
            return Answer(status=415, body=b"no")
        return Answer(headers={"Content-Type": CSV}, body=request.body) if request.body[:4] != b"this" else BAD

    return Script(invocations=answer)


BAD = Answer(status=400, body=b"that is no record")


@pytest.fixture
def chained(wooden: Callable[..., Any]) -> Callable[..., dict[str, Outcome]]:
    """The outcomes of all checks of pipelines, by code, for these scripts in a row."""

    def run(*scripts: Script, accept: str | None = None) -> dict[str, Outcome]:
        bench = wooden(**{f"image{place}": each for place, each in enumerate(scripts)})
        checks = [each for each in catalogue() if each.stage == "chain"]
        sample = Sample(body=b"1,2\n3,4\n", content_type=CSV, accept=accept)
        subjects = [
            bench.subject(f"image{place}", called=f"container-{place + 1}", position=place, in_chain=True, sample=None)
            for place in range(len(scripts))
        ]
        subjects[0].sample = sample
        options = {each.rule.code: each.rule.options for each in checks}
        runner = Runner(checks=checks, options=options, profile="realtime", bench=bench.bench)
        outcomes = {each.rule.code: each for each in runner.run(subjects)}
        run.subjects, run.runtime = subjects, bench.runtime  # type: ignore[attr-defined]
        return outcomes

    return run


def failed(outcomes: dict[str, Outcome]) -> set[str]:
    """The codes of those that found something; none may have crashed."""
    assert [] == [each.reason for each in outcomes.values() if each.status == "errored"]
    return {code for code, each in outcomes.items() if each.status == "failed"}


def test_chain_that_fits_is_clean(chained: Callable[..., Any]) -> None:
    """Two that understand each other have no finding."""
    assert set() == failed(chained(speaking(CSV), taking(CSV)))


def test_unknown_type_is_refused_by_the_next(chained: Callable[..., Any]) -> None:
    """Where no Accept would help, the two do not fit; the finding names both and the type."""
    outcomes = chained(Script(invocations=Answer(headers={"Content-Type": "text/html"})), taking(CSV))

    assert {"PIP001"} == failed(outcomes)
    (finding,) = outcomes["PIP001"].findings
    assert "container-2 does not take what container-1 answers, text/html: 415 (no)." == finding.what
    assert "24002" in finding.reproduce[0]


def test_type_only_by_accept_is_needed_accept(chained: Callable[..., Any]) -> None:
    """Where an Accept would help, that is the finding, and not that they do not fit."""
    outcomes = chained(speaking(JSON), taking(CSV))

    assert {"PIP002"} == failed(outcomes)
    assert "Accept: text/csv" in outcomes["PIP002"].findings[0].what


def test_any_type_may_be_asked_for(chained: Callable[..., Any]) -> None:
    """A container that takes */* for a wish of its own breaks the chain where the platform sends it."""
    assert {"PIP003"} == failed(chained(speaking(CSV, star=JSON), taking(CSV)))


def test_charset_that_is_taken_is_a_note(chained: Callable[..., Any]) -> None:
    """The next container takes it, another might not."""
    outcomes = chained(speaking(CSV, charset="; charset=utf-8"), taking(CSV))

    assert {"PIP006"} == failed(outcomes)


def test_accept_is_for_the_last(chained: Callable[..., Any]) -> None:
    """The first container of a chain does not see the caller's Accept, neither before nor during the checks."""
    assert set() == failed(chained(speaking(CSV), speaking(CSV), accept=JSON))

    first, last, *_ = chained.runtime.containers  # type: ignore[attr-defined]
    assert {None} == {each.headers.get("Accept") for each in first.invocations}
    assert {JSON} == {each.headers.get("Accept") for each in last.invocations}


def test_refusing_container_has_no_sample(chained: Callable[..., Any]) -> None:
    """Its own checks must not blame it for what it was handed; those behind it have none either."""
    chained(speaking("text/html"), taking(JSON), taking(CSV))

    assert [True, False, False] == [each.sample is not None for each in chained.subjects]  # type: ignore[attr-defined]


def test_lost_rows_are_counted(chained: Callable[..., Any]) -> None:
    """Fewer rows are a finding, one row for all is a summary."""
    short = Script(invocations=Answer(headers={"Content-Type": CSV}, body=b"1\n2\n3\n"))
    summary = Script(invocations=Answer(headers={"Content-Type": CSV}, body=b"1\n"))

    assert {"PIP008"} == failed(chained(short, taking(CSV)))
    assert set() == failed(chained(summary, taking(CSV)))


def test_error_without_text_is_told(chained: Callable[..., Any]) -> None:
    """A status alone helps nobody behind another container."""

    def silent(request: HttpRequest) -> Answer:
        return Answer(status=500) if request.body[:4] == b"this" else Answer(headers={"Content-Type": CSV}, body=b"1\n")

    assert {"PIP007"} == failed(chained(speaking(CSV), Script(invocations=silent)))


def test_large_answer_stays(chained: Callable[..., Any]) -> None:
    """What is too large for the next container is not sent to it."""
    large = Script(invocations=Answer(headers={"Content-Type": CSV}, body=(b"1" * 3_000_000 + b"\n") * 2))

    assert {"PIP005"} == failed(chained(large, taking(CSV)))


def test_size_that_is_refused_as_such_is_not_told_twice(chained: Callable[..., Any]) -> None:
    """A limit on rows is a finding; one on bytes is that of another check."""

    def limited(request: HttpRequest, *, junk: int) -> Answer:
        if len(request.body) > 1_000_000:
            return Answer(status=junk if b"xxx" in request.body else 413)
        return Answer(headers={"Content-Type": CSV}, body=request.body) if request.body[:4] != b"this" else BAD

    rows = Script(invocations=lambda request: limited(request, junk=400))
    size = Script(invocations=lambda request: limited(request, junk=413))

    assert {"PIP004"} == failed(chained(speaking(CSV), rows))
    assert set() == failed(chained(speaking(CSV), size))


def test_containers_that_fail_side_by_side(chained: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Each alone is healthy; together one ends, and the other checks of the chain are skipped."""
    from emulator.contract import runner
    from emulator.errors import ContainerExited

    def refused(*_: object, **__: object) -> None:
        raise ContainerExited(
            "container-2 stopped by itself (exit 1).",
            failure_reason="The container-2 …",
            container="container-2",
            exit_code=1,
            log_tail=("Address already in use",),
        )

    monkeypatch.setattr(runner, "open_endpoint", refused)
    outcomes = chained(speaking(CSV), taking(CSV))

    assert {"PIP009"} == failed(outcomes)
    assert ("Address already in use",) == outcomes["PIP009"].findings[0].log
    assert {"skipped"} == {each.status for code, each in outcomes.items() if code != "PIP009"}


def test_first_that_does_not_answer_is_not_the_chains_fault(chained: Callable[..., Any]) -> None:
    """Its own checks tell."""
    assert set() == failed(chained(replace(taking(CSV), invocations=Answer(status=500)), taking(CSV)))


def test_end_of_one_silences_the_rest(chained: Callable[..., Any]) -> None:
    """A container that ended in the middle is not blamed by the checks after it."""

    def fragile(request: HttpRequest) -> Answer | Exit:
        if len(request.body) > 1_000_000:
            return Exit(code=137)
        return Answer(headers={"Content-Type": CSV}, body=request.body)

    outcomes = chained(speaking(CSV), Script(invocations=fragile))

    assert {"PIP004"} == failed(outcomes)
    assert "has ended (exit 137)" in outcomes["PIP007"].reason
