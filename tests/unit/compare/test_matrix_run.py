"""A run: every cell told once, only what is new done, nothing of ours blamed on an image."""

from __future__ import annotations

from pathlib import Path

import pytest

from emulator.compare.matrix.plan import Plan
from emulator.errors import UsageError
from emulator.model.event import CellFinished, CellWorking, Event
from emulator.model.grid import MatrixReport
from emulator.testing import Exit, Script
from tests.unit.compare.matrices import Here, Wood, plan_of, run_of, says, table_of

AXES = {"numpy": ["pinned", "same", "near", "changed", "unloadable", "unbuildable"]}

ANSWERS = {
    None: says(b"1.0\n", numpy="1.26.4"),
    "same": says(b"1.0\n", numpy="2.0.0"),
    "near": says(b"1.000000001\n"),
    "changed": says(b"2.0\n"),
    "unloadable": Script(exits=Exit(code=1, log=("Traceback", "ValueError: other version"))),
}


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    """A cell for each end."""
    return plan_of(table_of(tmp_path, axes=AXES))


@pytest.fixture
def wood(tmp_path: Path) -> Wood:
    """An engine with images for all of them but one."""
    return Wood(tmp_path / "cache", ANSWERS)


def report_of(plan: Plan, tmp_path: Path, scheduler: Here, wood: Wood, **changes: object) -> MatrixReport:
    """What a run tells."""
    return run_of(plan, scheduler, wood.perform, tmp_path / "kept", **changes).report(table_of(tmp_path, axes=AXES))


def ends(report: MatrixReport) -> dict[str, str]:
    """How each cell ended."""
    return {each.at["numpy"]: each.end for each in report.cells}


def test_every_cell_has_its_verdict(plan: Plan, tmp_path: Path, wood: Wood) -> None:
    """Each candidate is told by what it answers, or by how far it comes; the baseline by what the others found."""
    report = report_of(plan, tmp_path, Here(), wood)

    assert {
        "pinned": "same",
        "same": "same",
        "near": "within tolerance",
        "changed": "changed",
        "unloadable": "fails to load",
        "unbuildable": "fails to build",
    } == ends(report)
    assert [True, False, False, False, False, False] == [each.baseline for each in report.cells]
    assert ({"numpy": "1.26.4"}, {"numpy": "2.0.0"}) == (report.cells[0].versions, report.cells[1].versions)
    assert "ValueError: other version" in report.cells[4].reason
    assert [] == wood.runtime.left


def test_second_run_does_nothing_again(plan: Plan, tmp_path: Path, wood: Wood) -> None:
    """Whatever was compared is known: no container is started for it, and the verdict is the same."""
    first = report_of(plan, tmp_path, Here(), wood)
    started = len(wood.runtime.launches)

    second = report_of(plan, tmp_path, Here(), wood, name="another")

    assert ends(first) == ends(second)
    assert started == len(wood.runtime.launches)
    assert [False, True, True, True, True, False] == [each.cached for each in second.cells]


def test_fresh_run_does_everything_again(plan: Plan, tmp_path: Path, wood: Wood) -> None:
    """What is known does not count then."""
    report_of(plan, tmp_path, Here(), wood)
    started = len(wood.runtime.launches)

    second = report_of(plan, tmp_path, Here(), wood, fresh=True)

    assert 2 * started == len(wood.runtime.launches)
    assert not any(each.cached for each in second.cells)


def test_stopped_run_goes_on_where_it_was(plan: Plan, tmp_path: Path, wood: Wood) -> None:
    """Results are kept as they come: a run that ends in the middle leaves the others less to do."""

    def interrupted(event: Event) -> None:
        if isinstance(event, CellFinished) and event.done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        report_of(plan, tmp_path, Here(), wood, emit=interrupted)
    report = report_of(plan, tmp_path, Here(), wood, name="another")

    assert 2 == sum(each.cached for each in report.cells)
    assert "same" == report.cells[1].end


def test_other_model_is_another_result(plan: Plan, tmp_path: Path, wood: Wood) -> None:
    """A result is that of images, model data and requests: other model data, and all is new."""
    report_of(plan, tmp_path, Here(), wood)
    table = table_of(tmp_path, axes=AXES)
    (tmp_path / "model" / "model.json").write_text("[]")

    second = run_of(plan, Here(), wood.perform, tmp_path / "kept", name="another").report(table)

    assert not any(each.cached for each in second.cells)


def test_unreadable_result_is_made_again(plan: Plan, tmp_path: Path, wood: Wood) -> None:
    """What is in the folder and is no result counts as nothing."""
    report_of(plan, tmp_path, Here(), wood)
    for path in (tmp_path / "kept" / "results").iterdir():
        path.write_text("{")

    second = report_of(plan, tmp_path, Here(), wood, name="another")

    assert not any(each.cached for each in second.cells)
    assert "changed" == second.cells[3].end


def test_broken_baseline_is_no_verdict_on_a_candidate(plan: Plan, tmp_path: Path) -> None:
    """Nothing can be said then of a candidate that could be built, and of the baseline neither."""
    wood = Wood(tmp_path / "cache", {**ANSWERS, None: ANSWERS["unloadable"]})

    report = report_of(plan, tmp_path, Here(), wood)

    assert ["errored"] * 5 + ["fails to build"] == list(ends(report).values())
    assert all("The baseline (numpy pinned) fails to load" in each.reason for each in report.cells[:5])
    assert [] == wood.runtime.left


def test_lost_task_is_no_verdict(plan: Plan, tmp_path: Path, wood: Wood) -> None:
    """A task whose workers were killed again and again says nothing of its candidate."""
    first = plan.cells[1].task
    assert first is not None

    report = report_of(plan, tmp_path, Here(lost=lambda key: key == first.key), wood)

    assert ("errored", "its worker was killed 3 times") == (report.cells[1].end, report.cells[1].reason)
    assert "changed" == report.cells[3].end


def test_foreign_result_is_no_verdict(plan: Plan, tmp_path: Path) -> None:
    """A worker of another version may answer what we cannot read."""
    run = run_of(plan, Here(), lambda text, tell: "{}", tmp_path / "kept")

    report = run.report(table_of(tmp_path, axes=AXES))

    assert {"same", "errored"} == set(ends(report).values())


def test_everything_is_announced(plan: Plan, tmp_path: Path, wood: Wood) -> None:
    """Each cell tells what is being done for it, and how it ended."""
    events: list[Event] = []

    report_of(plan, tmp_path, Here(), wood, emit=events.append)

    told = [each for each in events if isinstance(each, CellFinished)]
    assert [(1, 5), (2, 5), (3, 5), (4, 5), (5, 5)] == [(each.done, each.of) for each in told]
    assert {"building One", "starting the baseline", "comparing"} <= {
        each.text for each in events if isinstance(each, CellWorking)
    }


def test_equal_builds_are_made_once(plan: Plan, tmp_path: Path, wood: Wood) -> None:
    """The baseline's image is built for the first cell only, and a failed build fails once."""
    report_of(plan, tmp_path, Here(), wood)

    assert 6 == len(wood.runtime.builds)


def test_evidence_lies_beside_the_results(plan: Plan, tmp_path: Path, wood: Wood) -> None:
    """Each compared cell has a page and its JSON."""
    report = report_of(plan, tmp_path, Here(), wood)

    pages = [(tmp_path / "kept" / each.evidence).read_text() for each in report.cells if each.evidence]
    assert ["same", "within tolerance", "changed", "fails to load", "fails to build"] == pages


def test_folder_that_cannot_be_made_is_refused(plan: Plan, tmp_path: Path, wood: Wood) -> None:
    """A file in place of the folder is told at once."""
    (tmp_path / "kept").write_text("")

    with pytest.raises(UsageError, match="kept cannot be written to"):
        report_of(plan, tmp_path, Here(), wood)
