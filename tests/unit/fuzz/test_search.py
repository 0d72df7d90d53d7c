"""How a search goes on, and how it ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from emulator.contract.sample import Sample
from emulator.errors import EngineUnavailable, UsageError
from emulator.fuzz import run
from emulator.fuzz.case import Case
from emulator.fuzz.drawing import valid_batches
from emulator.fuzz.found import cause_of
from emulator.fuzz.property import properties
from emulator.fuzz.target import Target
from emulator.model.finding import Probe, Violation
from emulator.model.message import HttpReply, HttpRequest
from emulator.model.record import Column, RecordSchema
from emulator.testing import Act, Answer, Exit, FakeClock
from tests.unit.fuzz.wood import ROWS, Bench, Wood

Judge = Callable[[Target, Case], Iterator[Violation]]
Planted = Callable[..., None]


@pytest.fixture
def plant(monkeypatch: pytest.MonkeyPatch) -> Planted:
    """Puts a judge in the place of FUZ001's."""

    def planted(judge: Judge, **members: Any) -> None:
        first = properties()[0]
        changed = replace(first, **{"judge": judge, "cases": valid_batches, "apart": False, **members})
        monkeypatch.setattr(run, "properties", lambda: (changed,))

    return planted


def judge_of(*sentences: str) -> Judge:
    """A judge who says the sentence of the number of questions."""

    def judge(target: Target, case: Case) -> Iterator[Violation]:
        if len(case.questions) > 1:
            yield Violation(what=sentences[len(case.questions) % len(sentences)])

    return judge


def test_causes_are_told_apart(bench: Bench, plant: Planted) -> None:
    """Each cause is one finding, whatever numbers and quotations are in its sentence."""
    plant(judge_of("It lost 'row 1' of 5.", "It lost 'row 2' of 7.", "It is blue."))
    outcome = bench.outcome(Wood, "FUZ001", examples=100)

    assert ["It is b", "It lost"] == sorted(each.what[:7] for each in outcome.findings)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("5 rows of 7.", "12 rows of 1e-7.", True),
        ("It says 'a'.", """It says "it's b".""", True),
        (r"It says 'it\'s \"a\"'.", "It says ''.", True),
        ("It is red.", "It is blue.", False),
    ],
)
def test_cause_is_the_sentence_without_what_varies(one: str, other: str, same: bool) -> None:
    """Numbers and quotations do not count, words do."""
    assert same == (cause_of(Violation(what=one)) == cause_of(Violation(what=other)))


def test_how_it_ended_is_part_of_the_cause() -> None:
    """A 500 and a broken connection are two things, though the sentence be the same."""
    request = HttpRequest(method="GET", path="/ping")
    refused = Probe(request=request, reply=HttpReply(status=500), seconds=0)
    broken = Probe(request=request, reply=None, failure="closed: by 1", seconds=0)
    others = replace(broken, failure="closed: by 2")
    causes = [cause_of(Violation(what="So.", probes=(each,))) for each in (refused, broken, others)]

    assert causes[0] != causes[1] == causes[2]


def test_seed_draws_the_same_cases(bench: Bench, plant: Planted, tmp_path: Path) -> None:
    """With one seed the same is asked in the same order, whatever Hypothesis has kept; with another it is not."""
    drawn: list[Case] = []

    def judge(target: Target, case: Case) -> Iterator[Violation]:
        drawn.append(case)
        if len(case.questions) > 3:
            yield Violation(what="So.")

    def asked(seed: int | None) -> list[Case]:
        drawn.clear()
        bench.report(Wood, "FUZ001", seed=seed, examples=20, folder=tmp_path)
        for path in (tmp_path / "cases").glob("*"):
            path.unlink()  # which would be tried first
        return list(drawn)

    plant(judge)
    first, _, again, other = asked(7), asked(None), asked(7), asked(8)

    assert first == again
    assert first != other


def test_time_ends_a_search(bench: Bench) -> None:
    """No case is begun when the time of a property is over; with no time at all, none was tried, and that is said."""
    clock = FakeClock(step=0.001)
    report = bench.report(Wood, clock=clock, seconds=3.0, examples=100_000)

    assert clock.now() < 6.0
    assert not report.findings
    (late,) = bench.report(Wood, "FUZ001", seconds=1e-9).outcomes
    assert ("skipped", True) == (late.status, "time" in late.reason)


def test_time_ends_a_sequence_in_the_middle(bench: Bench) -> None:
    """Fifty steps of a slow container do not take fifty times its time."""
    clock = FakeClock(step=0.001)
    bench.report(Wood, "FUZ014", clock=clock, seconds=0.5, examples=100_000)

    assert clock.now() < 2.0


def test_unsteady_findings_are_said_to_be_so(bench: Bench, plant: Planted) -> None:
    """What happens once and never again is told, with the tries it was given."""
    happened: list[Case] = []

    def judge(target: Target, case: Case) -> Iterator[Violation]:
        if not happened:
            happened.append(case)
            yield Violation(what="So.")

    plant(judge)
    (finding,) = bench.outcome(Wood, "FUZ001").findings

    assert "tried again, it happened 0 times of 3: it depends on what else goes on" in finding.facts


def test_fault_of_ours_is_no_finding(bench: Bench, plant: Planted) -> None:
    """A judge that breaks errs at once, and the others go on."""
    calls = []

    def judge(target: Target, case: Case) -> Iterator[Violation]:
        calls.append(case)
        if case.questions:
            raise LookupError("mine")
        yield Violation(what="So.")

    plant(judge)
    outcome = bench.outcome(Wood, "FUZ001")

    assert ("errored", "LookupError: mine", 1) == (outcome.status, outcome.reason, len(calls))


@pytest.mark.parametrize("raised", [EngineUnavailable("gone"), KeyboardInterrupt(), SystemExit(143)], ids=repr)
@pytest.mark.parametrize("machine", [False, True], ids=["cases", "machine"])
def test_end_of_the_run_is_not_made_small(
    raised: BaseException, machine: bool, bench: Bench, plant: Planted, tmp_path: Path
) -> None:
    """Ctrl-C, SIGTERM and an engine that went away end the run at once, and leave nothing (see the fixture)."""
    calls = []

    def judge(target: Target, case: Case) -> Iterator[Violation]:
        calls.append(case)
        target.ask_all(case.questions)
        if len(calls) > 2:
            raise raised
        yield from ()

    how = {"cases": None, "machine": properties()[-1].machine} if machine else {}
    plant(judge, **how)
    with pytest.raises(type(raised)):
        bench.report(Wood, "FUZ001", folder=tmp_path)

    assert 3 == len(calls)


def test_interrupt_while_a_violation_is_made_small(bench: Bench, plant: Planted) -> None:
    """So does Ctrl-C after something was found."""
    calls = []

    def judge(target: Target, case: Case) -> Iterator[Violation]:
        calls.append(case)
        if len(calls) > 5:
            raise KeyboardInterrupt
        yield Violation(what="So.")

    plant(judge)
    with pytest.raises(KeyboardInterrupt):
        bench.report(Wood, "FUZ001")

    assert 6 == len(calls)


class Ends(Wood):
    """Ends after some requests."""

    def invocation(self, request: HttpRequest) -> Act:
        return Exit(code=1) if self.seen > 20 else super().invocation(request)


def test_container_that_does_not_come_back(bench: Bench) -> None:
    """What was found stays; a property that meets no container errs, as nothing can be said of it."""
    woods = [Ends()]
    report = bench.report(
        lambda: woods.pop() if woods else Wood(refuses="no such program"), "FUZ001", "FUZ002", "FUZ003"
    )

    assert ["failed", "errored", "errored"] == [each.status for each in report.outcomes]
    assert "no answer" in report.findings[0].what
    assert report.outcomes[1].reason.startswith("ImageRefused: ")
    assert "it could not be tried again" in report.findings[0].facts


def test_single_records_have_no_order(bench: Bench) -> None:
    """What needs a batch is skipped where a request is one record, with the reason."""
    schema = RecordSchema(columns=(Column(kind="integer", low=0, high=9),), media_type="application/json", single=True)
    report = bench.report(Wood, "FUZ004", "FUZ005", schema=schema, sample=None)

    assert {("skipped", "a request of this image holds one record")} == {
        (each.status, each.reason) for each in report.outcomes
    }


def test_records_without_a_choice_are_skipped(bench: Bench) -> None:
    """Where there is but one possible row, no two requests can differ."""
    schema = RecordSchema(columns=(Column(kind="category", categories=("a",)),) * 3)
    outcome = bench.outcome(Wood, "FUZ007", schema=schema, sample=None, examples=5)

    assert outcome.status in ("skipped", "passed")


def test_unknown_property_is_an_error_of_usage(bench: Bench) -> None:
    """The error names those that there are."""
    with pytest.raises(UsageError, match="no property FUZ999"):
        bench.report(Wood, "FUZ999")


def test_answer_of_the_sample_is_told_if_it_is_none(bench: Bench) -> None:
    """A sample that is refused is a warning: all that is drawn is like it."""

    class Picky(Wood):
        def valid(self, request: HttpRequest, rows: list[list[str]]) -> Act:
            return Answer(status=415)

    bench.report(Picky, "FUZ002", sample=Sample(body=ROWS, content_type="text/csv"))

    assert any("the sample itself is answered with 415" in str(each) for each in bench.events)
