"""Why a cell fails, and whose fault that is."""

from __future__ import annotations

import pytest

from emulator.compare.matrix.budget import at_once
from emulator.compare.matrix.reason import Fault, build_fault, load_fault, train_fault
from emulator.errors import BuildFailed, ContainerExited, TrainingFailed, UsageError
from tests.unit.compare.test_matrix_table import table

GIB = 1024**3

DOCKER = "The command '/bin/sh -c pip install x==9' returned a non-zero code: 1"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            ("Step 3/8 : RUN pip install x==9", "\x1b[91mERROR: No matching distribution found for x==9\x1b[0m"),
            Fault(verdict="cannot be installed", reason="No matching distribution found for x==9"),
        ),
        (
            ("ERROR: Package 'x' requires a different Python: 3.9.2 not in '>=3.10'",),
            Fault(
                verdict="cannot be installed", reason="Package 'x' requires a different Python: 3.9.2 not in '>=3.10'"
            ),
        ),
        (
            ("Collecting x", "error: command 'gcc' failed", "Removing intermediate container 0a1b"),
            Fault(verdict="fails to build", reason="error: command 'gcc' failed"),
        ),
        (
            (
                "WARNING: Retrying (Retry(total=0)) after connection broken",
                "ERROR: No matching distribution found for x",
            ),
            Fault(
                verdict=None,
                reason="The package index did not answer: WARNING: Retrying (Retry(total=0)) after connection broken",
            ),
        ),
        (("one", "two"), Fault(verdict="fails to build", reason="one\ntwo")),
        ((), Fault(verdict="fails to build", reason=DOCKER)),
    ],
)
def test_build_is_judged_by_its_output(lines: tuple[str, ...], expected: Fault) -> None:
    """A version that is not there is no fault of the image, and an index that is not there is nobody's."""
    failed = BuildFailed("x could not be built.", why="\n  | ".join((DOCKER, *lines)))

    assert expected == build_fault(failed)


def test_load_is_told_with_its_last_telling_line() -> None:
    """The last line that speaks of an error stands in the reason, whatever was written after it."""
    failed = ContainerExited(
        "primary stopped by itself.",
        failure_reason="F",
        container="primary",
        exit_code=1,
        log_tail=("ValueError: old", "XGBoostError: removed in 3.1", "bye"),
    )

    assert Fault(
        verdict="fails to load", reason="primary stopped by itself.\nXGBoostError: removed in 3.1"
    ) == load_fault(failed)


def test_training_is_told_with_its_last_telling_line() -> None:
    """No endpoint comes of an image that cannot train."""
    failed = TrainingFailed("Training in x failed (exit 1).", why="starting\n  | KeyError: 'rings'\n  | end")

    assert Fault(verdict="fails to load", reason="Training in x failed (exit 1).\nKeyError: 'rings'") == train_fault(
        failed
    )


@pytest.mark.parametrize(
    ("told", "jobs", "expected"),
    [({}, None, 2), ({"cores": 1}, None, 1), ({"memory": "4g", "cores": 9}, None, 2), ({"cores": 9}, 3, 3)],
)
def test_as_many_cells_as_fit_run_at_once(told: dict[str, object], jobs: int | None, expected: int) -> None:
    """A cell is two containers of 1 GiB; 16 GiB of memory and two cores are there."""
    axes = {"sample": "rows.csv", "axes": {"numpy": ["1"]}, "images": [{"name": "one"}]}

    assert expected == at_once(table({**axes, **told}), machine_memory=16 * GIB, machine_cores=2, jobs=jobs)


def test_cell_that_does_not_fit_is_refused() -> None:
    """A budget that holds no cell is told, not overdrawn."""
    axes = {"sample": "rows.csv", "axes": {"numpy": ["1"]}, "images": [{"name": "one"}], "memory": "1g"}

    with pytest.raises(UsageError, match=r"does not fit into the memory budget of 1\.0 GiB"):
        at_once(table(axes), machine_memory=16 * GIB, machine_cores=2)
