"""The verdict and the counts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from emulator.model.finding import Severity
from emulator.model.report import Report
from emulator.render import summary


def test_verdict_of_errors(report: Report) -> None:
    """A report with an error fails, and says how much of what was found."""
    assert summary.Verdict(
        state="fail",
        subject="featurizer:dev → predictor:dev",
        text="Will fail on SageMaker (realtime).",
        found="1 error, 1 warning, 1 note",
        checks="8 checks: 2 passed, 3 failed, 2 skipped, 1 errored",
    ) == summary.verdict(report)


@pytest.mark.parametrize(
    ("kept", "at", "state", "text"),
    [
        (("warning", "note"), "warning", "fail", "Will start on SageMaker (realtime), and cause trouble there."),
        (("note",), "note", "fail", "Works on SageMaker (realtime); the notes say what could be better."),
        (("note",), "warning", "pass", "Keeps the SageMaker hosting contract (realtime)."),
        ((), "note", "pass", "Keeps the SageMaker hosting contract (realtime)."),
    ],
)
def test_verdict_by_worst_finding(
    report: Report, kept: tuple[Severity, ...], at: Severity, state: str, text: str
) -> None:
    """The sentence says what the worst finding means; whether it fails is for the reader to set."""
    outcomes = [
        replace(outcome, findings=tuple(each for each in outcome.findings if each.severity in kept))
        for outcome in report.outcomes
        if outcome.status != "errored"
    ]
    said = summary.verdict(replace(report, outcomes=tuple(outcomes)), at=at)

    assert (state, text) == (said.state, said.text)


def test_verdict_where_a_check_broke(report: Report) -> None:
    """A check that broke leaves an image without findings undecided."""
    broke = tuple(each for each in report.outcomes if each.status == "errored")

    assert "Undecided: 1 check broke and says nothing about the image." == (
        summary.verdict(replace(report, outcomes=broke)).text
    )
    assert "Undecided: 2 checks broke and say nothing about the image." == (
        summary.verdict(replace(report, outcomes=broke * 2)).text
    )


def test_verdict_of_nothing(report: Report) -> None:
    """A report without a check and without a container says so."""
    said = summary.verdict(replace(report, outcomes=(), containers=()))

    assert ("no image", "no check ran") == (said.subject, said.checks)


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2026-11-23T15:00:00Z", "2026-11-23 15:00 UTC, 14.2 s, byoc-emulator 0.1.0"),
        ("2026-11-23T16:00:00+01:00", "2026-11-23 15:00 UTC, 14.2 s, byoc-emulator 0.1.0"),
        ("yesterday", "yesterday, 14.2 s, byoc-emulator 0.1.0"),
    ],
)
def test_timing(report: Report, date: str, expected: str) -> None:
    """The date is shown in UTC, and as it is where it is none."""
    assert expected == summary.timing(replace(report, date=date))


def test_health(report: Report) -> None:
    """A container was healthy, never healthy, or was not started at all."""
    healthy, untouched = report.containers

    assert ["healthy after 2.1 s", "never healthy", "not started"] == [
        summary.health(healthy),
        summary.health(replace(healthy, healthy_after=None)),
        summary.health(untouched),
    ]


def test_subjects_are_containers_then_the_chain(report: Report) -> None:
    """What no container is comes last, without a portrait."""
    names = summary.subjects(report)

    assert (["container-1", "container-2", "pipeline"], None) == (list(names), names["pipeline"])
