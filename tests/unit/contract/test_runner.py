"""Every check gets what it needs, one outcome, and never blames the image for what we broke."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from emulator.contract.check import Check, NotApplicable
from emulator.contract.runner import Runner
from emulator.contract.sample import Sample
from emulator.errors import EngineUnavailable
from emulator.model.event import CheckFinished
from emulator.model.finding import Violation
from emulator.ports import ModelDataUnusable
from emulator.testing import Answer, Exit, FakeStore, Script


def run(bench: Any, checks: list[Check], *subjects: Any) -> dict[str, Any]:
    """The outcomes by code and container."""
    runner = Runner(
        checks=checks,
        options={each.rule.code: each.rule.options for each in checks},
        profile="realtime",
        bench=bench.bench,
    )
    return {f"{each.rule.code}:{each.container}": each for each in runner.run(subjects)}


def wrong(subject: Any) -> Iterator[Violation]:
    """Finds something."""
    yield Violation(what="It is wrong.")


def test_violation_becomes_a_finding(wooden: Callable[..., Any], echo: Script, looking: Callable[..., Check]) -> None:
    """What a check yields is a finding with the check's severity, and with the commands that show it."""
    bench = wooden(good=echo)

    def look(subject: Any) -> Iterator[Violation]:
        yield Violation(what="It is wrong.", probes=(subject.shared.post(b"1", "text/csv"),))

    outcome = run(bench, [looking("ABC001", look)], bench.subject())["ABC001:primary"]

    assert ("failed", "error", "It is wrong.") == (
        outcome.status,
        outcome.findings[0].severity,
        outcome.findings[0].what,
    )
    assert ["docker run", "curl -i"] == [
        line[: len(start)] for line, start in zip(outcome.findings[0].reproduce, ("docker run", "curl -i"), strict=True)
    ]


def test_crash_of_ours_is_errored(wooden: Callable[..., Any], echo: Script, looking: Callable[..., Check]) -> None:
    """A check that trips over itself says nothing about the image, and the others go on."""
    bench = wooden(good=echo)

    def crash(subject: Any) -> Iterator[Violation]:
        raise KeyError("ours")

    outcomes = run(bench, [looking("ABC001", crash), looking("ABC002", lambda subject: [])], bench.subject())

    assert ("errored", "KeyError: 'ours'") == (outcomes["ABC001:primary"].status, outcomes["ABC001:primary"].reason)
    assert "passed" == outcomes["ABC002:primary"].status


def test_nothing_to_say_is_skipped(wooden: Callable[..., Any], echo: Script, looking: Callable[..., Check]) -> None:
    """A check that does not apply is skipped with its reason."""
    bench = wooden(good=echo)

    def look(subject: Any) -> Iterator[Violation]:
        raise NotApplicable("no sample")

    outcome = run(bench, [looking("ABC001", look)], bench.subject())["ABC001:primary"]

    assert ("skipped", "no sample") == (outcome.status, outcome.reason)


@pytest.mark.parametrize("stage", ["image", "artifact", "start", "shared", "fresh", "last"])
def test_lost_engine_ends_the_run(
    stage: str, wooden: Callable[..., Any], echo: Script, looking: Callable[..., Check]
) -> None:
    """Where the engine goes away, nothing can be said: the run ends, whatever was under way."""
    bench = wooden(store=FakeStore({"m": ModelDataUnusable("x")}) if stage == "artifact" else None, good=echo)

    def look(subject: Any) -> Iterator[Violation]:
        raise EngineUnavailable("gone")

    with pytest.raises(EngineUnavailable):
        run(bench, [looking("ABC001", look, stage=stage)], bench.subject(model="m" if stage == "artifact" else None))


def test_unhealthy_container_is_asked_nothing(wooden: Callable[..., Any], looking: Callable[..., Check]) -> None:
    """Where it does not become healthy, checks of the start still look, and those of a healthy one are skipped."""
    bench = wooden(good=Script(exits=Exit(code=1)))
    checks = [
        looking("ABC001", wrong, stage="start"),
        looking("ABC002", wrong, stage="shared"),
        looking("ABC003", wrong, stage="fresh"),
    ]
    outcomes = run(bench, checks, bench.subject())

    assert ["failed", "skipped", "skipped"] == [each.status for each in outcomes.values()]
    assert "it did not become healthy" == outcomes["ABC002:primary"].reason


def test_unusable_model_data_start_nothing(
    wooden: Callable[..., Any], echo: Script, looking: Callable[..., Check]
) -> None:
    """Model data that hosting refuses leave the container unstarted; what needs no start still looks."""
    bench = wooden(store=FakeStore({"m": ModelDataUnusable("a link")}), good=echo)
    checks = [looking("ABC001", wrong, stage="artifact"), looking("ABC002", wrong, stage="start")]
    outcomes = run(bench, checks, bench.subject(model="m"))

    assert ["failed", "skipped"] == [each.status for each in outcomes.values()]
    assert [] == bench.runtime.launches


def test_container_that_ends_is_started_again(wooden: Callable[..., Any], looking: Callable[..., Check]) -> None:
    """A shared container that a check ends is remembered, and the next check has a new one."""
    mortal = Script(
        invocations=lambda request: Exit(code=9) if request.body == b"die" else Answer(body=b"1"),
    )
    bench = wooden(good=mortal)
    subject = bench.subject()

    def kill(subject: Any) -> Iterator[Violation]:
        subject.shared.post(b"die", "text/csv")
        subject.shared.running.running.wait(5)
        yield from ()

    def ask(subject: Any) -> Iterator[Violation]:
        if not subject.shared.post(b"1", "text/csv").ok:
            yield Violation(what="It is dead.")

    outcomes = run(bench, [looking("ABC001", kill), looking("ABC002", ask)], subject)

    assert "passed" == outcomes["ABC002:primary"].status
    assert ["ABC001 look-of-abc001"] == subject.deaths


def test_answer_is_the_next_sample(wooden: Callable[..., Any], looking: Callable[..., Check]) -> None:
    """In a chain, a container's sample is what the one before answered to its own."""
    first = Script(invocations=Answer(body=b"9", headers={"Content-Type": "text/csv; charset=utf-8"}))
    bench = wooden(first=first, good=Script())
    one, two = bench.subject("first", called="container-1"), bench.subject(called="container-2", sample=None)
    run(bench, [looking("ABC001", lambda subject: [])], one, two)

    assert Sample(body=b"9", content_type="text/csv; charset=utf-8") == two.sample


def test_progress_counts_all(wooden: Callable[..., Any], echo: Script, looking: Callable[..., Check]) -> None:
    """Each ended check is announced, with how many there are."""
    bench = wooden(good=echo)
    run(bench, [looking("ABC001", wrong), looking("ABC002", wrong, stage="fresh")], bench.subject())
    told = [(each.done, each.of) for each in bench.events if isinstance(each, CheckFinished)]

    assert [(1, 2), (2, 2)] == told


def test_report_is_in_the_order_of_the_checks(
    wooden: Callable[..., Any], echo: Script, looking: Callable[..., Check]
) -> None:
    """However the checks came to be run, the report has them in their own order."""
    bench = wooden(good=echo)
    checks = [looking("ABC003", wrong, stage="last"), looking("ABC001", wrong), looking("ABC002", wrong, stage="image")]

    assert ["ABC003:primary", "ABC001:primary", "ABC002:primary"] == list(run(bench, checks, bench.subject()))


def test_nothing_is_started_for_those_that_only_look(
    wooden: Callable[..., Any], echo: Script, looking: Callable[..., Check]
) -> None:
    """Checks of the image and its archive alone need no container."""
    bench = wooden(good=echo)
    outcomes = run(bench, [looking("ABC001", wrong, stage="image")], bench.subject())

    assert ("failed", []) == (outcomes["ABC001:primary"].status, bench.runtime.launches)
