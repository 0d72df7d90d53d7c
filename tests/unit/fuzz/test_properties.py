"""Each property finds the container that has its bug, and shrinks it; a sound one breaks none."""

from __future__ import annotations

from pathlib import Path
from time import sleep
from typing import Any

import pytest

from emulator.fuzz.case import Case, read_case
from emulator.fuzz.property import properties
from emulator.model.message import HttpRequest
from emulator.testing import Act, Answer, Exit
from tests.unit.fuzz.wood import CSV, IMPATIENT, RULES, Bench, Wood


class RefusesRows(Wood):
    """Breaks on the last category."""

    def valid(self, request: HttpRequest, rows: list[list[str]]) -> Act:
        if any(row[0] == "I" for row in rows):
            return Answer(status=500, headers={"Content-Type": "text/plain"}, body=b"KeyError: 'I'")
        return super().valid(request, rows)


class LosesRows(Wood):
    """Drops the last row of a batch."""

    def predicted(self, rows: list[list[str]]) -> list[object]:
        found = super().predicted(rows)
        return found[:-1] if len(found) > 1 else found


class DrawsLots(Wood):
    """Never says the same twice."""

    def predicted(self, rows: list[list[str]]) -> list[object]:
        return [f"{value}{self.seen}" for value in super().predicted(rows)]


class ScalesByBatch(Wood):
    """Subtracts the mean of the batch."""

    def predicted(self, rows: list[list[str]]) -> list[object]:
        mean = sum(float(row[2]) for row in rows) / len(rows)
        return [value if len(rows) == 1 else float(str(value)) - mean - 1 for value in super().predicted(rows)]


class Sorts(Wood):
    """Sorts its predictions."""

    def predicted(self, rows: list[list[str]]) -> list[object]:
        return sorted(super().predicted(rows), key=str)


class Remembers(Wood):
    """Never recovers from the first malformed request."""

    def predicted(self, rows: list[list[str]]) -> list[object]:
        return [f"{value}{'7' if self.bad else ''}" for value in super().predicted(rows)]


class Races(Wood):
    """Mixes up what it does at once."""

    busy = 0

    def valid(self, request: HttpRequest, rows: list[list[str]]) -> Act:
        self.busy += 1
        sleep(0.002)
        others = self.busy - 1
        self.busy -= 1
        return Answer(headers=CSV, body=b"0.5\n" * (len(rows) + others))


class SplitsLines(Wood):
    """Takes a carriage return for a part of the last field."""

    def predicted(self, rows: list[list[str]]) -> list[object]:
        return super().predicted(rows)

    def valid(self, request: HttpRequest, rows: list[list[str]]) -> Act:
        if b"\r\n" in request.body:
            return Answer(headers=CSV, body=b"nan\n" * len(rows))
        return super().valid(request, rows)


class Breaks(Wood):
    """Answers 500 to what is malformed, in many words."""

    def refused(self, request: HttpRequest) -> Act:
        return Answer(status=500, headers={"Content-Type": "text/plain"}, body=b"%d bytes" % len(request.body))


class EndsWithoutAWord(Wood):
    """Dies of what is malformed."""

    def refused(self, request: HttpRequest) -> Act:
        return Exit(code=1, log=["killed"])


class Hangs(Wood):
    """Does not answer what is empty."""

    def refused(self, request: HttpRequest) -> Act:
        return Answer(delay=30) if not request.body.strip() else super().refused(request)


class LosesPing(Wood):
    """Is ill for good after a malformed request."""

    def ping(self, request: HttpRequest) -> Act:
        return Answer(status=503 if self.bad else 200)


class TellsAll(Wood):
    """Answers errors with a page."""

    def refused(self, request: HttpRequest) -> Act:
        return Answer(status=400, headers={"Content-Type": "text/html"}, body=b"<html>no</html>")


class WritesNumPy(Wood):
    """Writes numbers as NumPy shows them."""

    def predicted(self, rows: list[list[str]]) -> list[object]:
        return [f"np.float64({value})" for value in super().predicted(rows)]


class BreaksAfterThree(Wood):
    """Is broken by the third malformed request."""

    def valid(self, request: HttpRequest, rows: list[list[str]]) -> Act:
        return Answer(status=500) if self.bad >= 3 else super().valid(request, rows)


BUGS = {
    "FUZ001": RefusesRows,
    "FUZ002": LosesRows,
    "FUZ003": DrawsLots,
    "FUZ004": ScalesByBatch,
    "FUZ005": Sorts,
    "FUZ006": Remembers,
    "FUZ007": Races,
    "FUZ008": SplitsLines,
    "FUZ009": Breaks,
    "FUZ010": Hangs,
    "FUZ011": LosesPing,
    "FUZ012": TellsAll,
    "FUZ013": WritesNumPy,
    "FUZ014": BreaksAfterThree,
}

SMALLEST = {
    "FUZ001": [b"I,0.2,1\n"],
    "FUZ002": [b"F,0.2,1\nF,0.2,1\n"],
    "FUZ003": [b"F,0.2,1\n"],
    "FUZ012": [b"\0"],
    "FUZ013": [b"F,0.2,1\n"],
}
"""Bodies of the smallest cases, where there is but one smallest."""


def test_every_property_has_a_bug() -> None:
    """No property is without a container that breaks it."""
    assert [each.rule.code for each in properties()] == sorted(BUGS)


def saved(folder: Path) -> list[Case]:
    """The cases that a run has kept."""
    return [read_case(path)[1] for path in sorted((folder / "cases").glob("*.json"))]


@pytest.mark.parametrize("code", sorted(BUGS))
def test_bug_is_found(code: str, bench: Bench, tmp_path: Path) -> None:
    """The property fails with one finding, whose case is small, is kept, and breaks it again."""
    rules = IMPATIENT if code == "FUZ010" else RULES
    outcome = bench.outcome(BUGS[code], code, folder=tmp_path, examples=60, rules=rules)
    replay = tuple((tmp_path / "cases").glob("*.json"))
    again = bench.outcome(BUGS[code], code, replay=replay, sample=None, rules=rules)

    assert ("failed", 1) == (outcome.status, len(outcome.findings)), outcome
    (case,) = saved(tmp_path)
    assert len(case.questions) <= 6
    if code in SMALLEST:
        assert SMALLEST[code] == [each.body for each in case.questions]
    assert ["failed"] == [again.status]
    assert not [fact for fact in outcome.findings[0].facts if "tried again" in fact]


def test_sound_container_breaks_nothing(bench: Bench) -> None:
    """All properties are tried on a sound container, and hold."""
    report = bench.report(Wood, examples=25)

    assert [("passed", each.rule.code) for each in properties()] == [
        (each.status, each.rule.code) for each in report.outcomes
    ], [each for each in report.outcomes if each.status != "passed"]
    assert all(each.reason.endswith(" requests") for each in report.outcomes)


@pytest.mark.parametrize(
    ("code", "bodies"),
    [("FUZ004", 3), ("FUZ005", 2), ("FUZ006", 2), ("FUZ007", 2), ("FUZ011", 1)],
)
def test_case_of_several_requests_is_small(code: str, bodies: int, bench: Bench, tmp_path: Path) -> None:
    """A property that needs several requests ends with no more than it needs, of one or two rows."""
    bench.outcome(BUGS[code], code, folder=tmp_path, examples=100)
    (case,) = saved(tmp_path)

    assert len(case.questions) <= bodies
    assert all((each.rows or 0) <= 2 for each in case.questions)


def test_container_that_ends_is_started_again(bench: Bench) -> None:
    """One that dies of malformed requests is told of by ping, and there is a new one for the next case."""
    report = bench.report(EndsWithoutAWord, "FUZ009", "FUZ011", "FUZ001")
    ended: dict[str, Any] = {each.rule.code: each for each in report.outcomes}

    assert "passed" == ended["FUZ001"].status
    assert "no answer" in ended["FUZ009"].findings[0].what
    assert "GET /ping is answered with no answer" in ended["FUZ011"].findings[0].what
    assert len(bench.forest.woods) > 2


def test_sequence_that_ends_the_container_is_a_finding(bench: Bench) -> None:
    """The state machine does not take a new container for the old one."""
    outcome = bench.outcome(EndsWithoutAWord, "FUZ014", examples=5)

    assert ["In a sequence, the container ends."] == [each.what for each in outcome.findings]
    assert any(fact.startswith("steps: invoke, bad (") for fact in outcome.findings[0].facts)
