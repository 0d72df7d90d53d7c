"""From a table to tasks: words become versions, cells become orders."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from emulator.compare.matrix.plan import Plan
from emulator.compare.matrix.task import Result, Task
from emulator.compare.matrix.versions import axes_of
from emulator.errors import UsageError
from emulator.model.comparison import ColumnDelta, Comparison, Party, Tolerance
from emulator.model.grid import Axis, AxisValue
from tests.unit.compare.matrices import Index, plan_of, table_of


def arguments(plan: Plan) -> list[tuple[str, dict[str, str] | None]]:
    """The build arguments of each cell's candidate."""
    return [
        (each.label, None if each.task is None else dict(each.task.candidate[0].image.arguments)) for each in plan.cells
    ]


def refused(folder: Path, changes: dict[str, Any] | None = None, **told: Any) -> str:
    """What is said of a plan that cannot be."""
    with pytest.raises(UsageError) as caught:
        plan_of(table_of(folder, **told), **changes or {})
    return str(caught.value)


def test_words_become_versions() -> None:
    """A word is the version that it stands for; a version that is named as well stands once, with its word."""
    (axis,) = axes_of({"numpy": ("pinned", "2.0.4", "previous minor", "newest")}, Index())

    assert (
        Axis(
            name="numpy",
            values=(
                AxisValue(value="pinned"),
                AxisValue(value="2.0.4", words=("previous minor",)),
                AxisValue(value="2.1.0", words=("newest",)),
            ),
        )
        == axis
    )


def test_previous_minor_may_be_of_the_major_before() -> None:
    """Before 2.0 comes the last of the 1 that there is."""

    class Young:
        def versions(self, package: str) -> tuple[str, ...]:
            return ("2.0.1", "2.0.0", "1.26.4")

    (axis,) = axes_of({"numpy": ("previous minor",)}, Young())

    assert "1.26.4" == axis.values[0].value


def test_index_is_asked_for_words_only() -> None:
    """Where all versions are named, no index is needed."""

    class Silent:
        def versions(self, package: str) -> tuple[str, ...]:
            raise AssertionError(package)

    (axis,) = axes_of({"numpy": ("pinned", "1.0")}, Silent())

    assert ["pinned", "1.0"] == [each.value for each in axis.values]


def test_pinned_leaves_the_argument_out(tmp_path: Path) -> None:
    """The first value is the baseline, which has no task; the others have their version as build argument."""
    plan = plan_of(table_of(tmp_path))

    assert [("numpy pinned", None), ("numpy 2.1.0", {"NUMPY": "2.1.0", "ALWAYS": "1"})] == arguments(plan)
    assert {"numpy": "pinned"} == plan.baseline
    task = plan.cells[1].task
    assert task is not None
    assert {"ALWAYS": "1"} == task.baseline[0].image.arguments


def test_axis_without_baseline_is_the_cells_own(tmp_path: Path) -> None:
    """A baseline that names one axis is another one for each value of the others."""
    image = {"name": "one", "arguments": {"NUMPY": "{numpy}"}, "base": "python:{python}-slim-bookworm"}
    axes = {"python": ["3.11", "3.12"], "numpy": ["1.0", "2.0"]}
    plan = plan_of(table_of(tmp_path, axes=axes, images=[image], baseline={"numpy": "1.0"}))

    assert [None, "python 3.11, numpy 1.0", None, "python 3.12, numpy 1.0"] == [
        each.task and each.task.reference for each in plan.cells
    ]
    assert ["python:3.11-slim-bookworm", "python:3.12-slim-bookworm"] == [
        each.task.baseline[0].image.base for each in plan.cells if each.task
    ]


def test_selection_and_exclusion_leave_cells_out(tmp_path: Path) -> None:
    """A cell has to have a selected value, by its version or its word, and must not be excluded."""
    axes = {"numpy": ["pinned", "1.0", "newest"], "flavour": ["a", "b"]}
    images = [{"name": "one", "arguments": {"A": "{numpy}{flavour}"}}]
    table = table_of(
        tmp_path, axes=axes, images=images, exclude=[{"numpy": "newest", "flavour": "b"}, {"numpy": "not there"}]
    )

    plan = plan_of(table, select={"numpy": ["newest", "1.0"]})

    assert ["numpy 1.0, flavour a", "numpy 1.0, flavour b", "numpy 2.1.0, flavour a"] == [
        each.label for each in plan.cells
    ]


def test_model_may_be_given_and_may_name_an_axis(tmp_path: Path) -> None:
    """A model of the command line stands in place of the file's; one of the file may have a version in its path."""
    (tmp_path / "m-2.1.0").mkdir()
    image = {"name": "one", "model": "m-{numpy}", "arguments": {"NUMPY": "{numpy}"}}
    (tmp_path / "m-1.0").mkdir()
    table = table_of(tmp_path, axes={"numpy": ["1.0", "newest"]}, images=[image])

    told = [each.task.candidate[0].model for each in plan_of(table).cells if each.task]
    given = [each.task.candidate[0].model for each in plan_of(table, models={"one": "s3://b/k"}).cells if each.task]

    assert ([str(tmp_path / "m-2.1.0")], ["s3://b/k"]) == (told, given)


def test_same_task_has_the_same_key(tmp_path: Path) -> None:
    """Names and what earlier runs know do not count; a request does."""
    task = plan_of(table_of(tmp_path)).cells[1].task
    assert task is not None
    document = task.text

    assert task == Task.of(document)
    assert task.key == Task.of(document.replace("numpy 2.1.0", "x").replace('"run": ""', '"run": "y"')).key
    assert task.key != Task.of(document.replace('"content_type": "text/csv"', '"content_type": "text/x"')).key


def test_result_survives_its_journey() -> None:
    """A result is the same when it is read back, infinite numbers and all."""
    column = ColumnDelta(
        column="x", compared=1, differing=1, beyond=1, absolute=float("inf"), relative=1.0, ulps=0.0, baseline=1.0,
        candidate=float("-inf"), deltas=(0.1, float("-inf")),
    )  # fmt: skip
    comparison = Comparison(
        baseline=Party(name="a"), candidate=Party(name="b"), verdict="changed", tolerance=Tolerance(), columns=(column,)
    )
    result = Result(verdict="changed", comparison=comparison, content="c", seconds=1.5)

    assert result == Result.of(result.text)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"verdict": "fine"}', '{"verdict": null, "more": 1}'])
def test_other_text_is_no_result(text: str) -> None:
    """What is not a result of this version is refused."""
    with pytest.raises(ValueError, match=r"."):
        Result.of(text)


@pytest.mark.parametrize(
    ("told", "changes", "what"),
    [
        (
            {"images": [{"name": "a", "context": "gone"}]},
            {},
            "image a cannot be built.\nwhy: there is no Dockerfile in",
        ),
        (
            {
                "images": [
                    {"name": "a", "dockerfile": "Dockerfile", "model": "gone.tar.gz", "arguments": {"A": "{numpy}"}}
                ]
            },
            {},
            "image a: there is no gone.tar.gz",
        ),
        (
            {"images": [{"name": "a", "train": {"c": "gone"}, "arguments": {"A": "{numpy}"}}]},
            {},
            "image a: there is no gone",
        ),
        (
            {"images": [{"name": "a", "arguments": {"A": "{nump}"}}]},
            {},
            "names {nump}, which is no axis.\nfix: axes are",
        ),
        ({"images": [{"name": "a", "model": "{numpy}"}]}, {}, "model cannot be told of a cell that is 'pinned'"),
        ({"baseline": {"numpy": "3"}}, {}, "baseline: numpy cannot be '3'.\nfix: give one of: pinned, 2.1.0, newest"),
        ({"images": [{"name": "a"}]}, {}, "the axis numpy changes nothing.\nwhy: no image names it"),
        ({}, {"select": {"nump": ["1"]}}, "--select nump: there is no such axis"),
        ({}, {"select": {"numpy": ["7"]}}, "--select: numpy cannot be '7'"),
        ({}, {"models": {"two": "m"}}, "No image is called two.\nfix: images of byoc.toml are: One"),
        ({"exclude": [{"numpy": "pinned"}, {"numpy": "newest"}]}, {}, "No cell is left of the matrix"),
    ],
)
def test_impossible_plan_is_refused(tmp_path: Path, told: dict[str, Any], changes: dict[str, Any], what: str) -> None:
    """What is named and is not there is told before anything is built."""
    assert what in refused(tmp_path, changes, **told)
