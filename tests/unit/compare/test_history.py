"""What `byoc matrix` found in the history of scikit-learn, xgboost and numpy, and that the README says the same."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from emulator.compare.matrix.table import matrix_table
from emulator.grid import plan_of
from emulator.model.grid import Cell, MatrixReport
from emulator.render.matrix_json import read
from emulator.render.matrix_markdown import render
from emulator.render.matrix_summary import finding

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[3]
HISTORY = ROOT / "fixtures" / "history"
RESULTS = HISTORY / "results"

FILES = {
    "containers": ROOT / "containers" / "byoc.toml",
    "scikit-learn": HISTORY / "scikit-learn" / "byoc.toml",
    "saved-by-1.7": HISTORY / "xgboost" / "saved-by-1.7.toml",
    "saved-by-3.4": HISTORY / "xgboost" / "saved-by-3.4.toml",
    "numpy": HISTORY / "numpy" / "byoc.toml",
}
"""By the name of what they were found to be."""

XGBOOST_FROM_3_1 = ("3.1.3", "3.2.0", "3.3.0", "3.4.1")
XGBOOST_BEFORE_3_1 = ("1.7.6", "2.0.3", "2.1.4", "3.0.5")


class Index:
    """A package index with few releases."""

    def versions(self, package: str) -> tuple[str, ...]:
        """Of every package the same."""
        return ("9.1.0", "9.0.0", "8.2.0")


def told(name: str) -> dict[str, Any]:
    """The table [matrix] of a file."""
    table: dict[str, Any] = tomllib.loads(FILES[name].read_text("utf-8"))["matrix"]
    return table


def result(name: str) -> MatrixReport:
    """What was found."""
    return read(RESULTS / f"{name}.json")


def found(name: str) -> Mapping[tuple[str, ...], Cell]:
    """Its cells by their values."""
    return {tuple(each.at.values()): each for each in result(name).cells}


@pytest.mark.parametrize(("full", "cells"), [(False, 9), (True, 2 * 7 * 8)])
def test_matrix_of_the_images_is_the_product_of_its_axes(tmp_path: Path, full: bool, cells: int) -> None:
    """The pins, the release before and the newest of each by default, all Pythons and releases with `--full`."""
    table = matrix_table(told("containers"), where="byoc.toml", folder=FILES["containers"].parent)
    model = tmp_path / "model.tar.gz"
    model.touch()

    plan = plan_of(
        table, full=full, models={"featurizer": str(model), "predictor": str(model)}, select={}, index=Index()
    )

    assert cells == len(plan.cells)
    assert 1 == sum(each.task is None for each in plan.cells)


@pytest.mark.parametrize("name", sorted(FILES.keys() - {"containers"}))
def test_matrix_has_what_it_names(name: str) -> None:
    """Artifacts, rows and Dockerfiles of history are in the repository, and what was found has a cell for each."""
    table = matrix_table(told(name), where=FILES[name].name, folder=FILES[name].parent)

    plan = plan_of(table, full=False, models={}, select={}, index=Index())

    assert [each.at for each in plan.cells] == [each.at for each in result(name).cells]


def test_artifacts_are_small() -> None:
    """Nobody who clones the repository pays for its history: less than 50 kB each."""
    sizes = {each.name: each.stat().st_size for each in HISTORY.rglob("*.tar.gz")}

    assert 8 == len(sizes)
    assert {} == {name: size for name, size in sizes.items() if size >= 50_000}


@pytest.mark.parametrize("path", sorted(RESULTS.glob("*.json")), ids=lambda path: path.stem)
def test_results_name_no_place_of_a_machine(path: Path) -> None:
    """Neither the checkout nor a temporary folder of who ran it stands in them."""
    text = path.read_text("utf-8")

    assert str(ROOT) not in text
    assert [] == re.findall(r'"(?:/tmp|/root|/home|/Users|/var)/[^"]*', text)


def test_scikit_learn_reads_a_pickle_of_1_4_until_1_7() -> None:
    """It answers the same until 1.7, with a warning for each estimator, and cannot be used from 1.8 on."""
    cells = found("scikit-learn")

    for version in ("1.5.2", "1.6.1", "1.7.2"):
        comparison = cells[version,].comparison
        assert comparison is not None
        assert "same" == comparison.verdict
        assert 5 == len(comparison.new_warnings)
        assert all("InconsistentVersionWarning" in text for _, text in comparison.new_warnings)
    for version in ("1.8.0", "1.9.1"):
        assert "fails to load" == cells[version,].verdict
        assert "'SimpleImputer' object has no attribute '_fill_dtype'" in finding(cells[version,])


@pytest.mark.parametrize("saved", ["json", "ubj", "pkl"])
def test_xgboost_reads_what_1_7_saved(saved: str) -> None:
    """JSON, UBJSON and a pickle mean the same in every release; only the pickle brings a warning."""
    cells = [each for (suffix, _), each in found("saved-by-1.7").items() if suffix == saved and not each.baseline]

    assert ["same"] * 7 == [each.verdict for each in cells]
    assert {int(saved == "pkl")} == {len(each.comparison.new_warnings) for each in cells if each.comparison}


def test_xgboost_3_1_removed_the_binary_format() -> None:
    """Until 3.0 it reads the old binary, from 3.1 on it does not, and the cell says why in xgboost's words."""
    cells = found("saved-by-1.7")

    assert {"same"} == {cells["bin", version].verdict for version in XGBOOST_BEFORE_3_1}
    for version in XGBOOST_FROM_3_1:
        assert "fails to load" == cells["bin", version].verdict
        assert "The binary format has been deprecated in 1.6 and removed in 3.1" in finding(cells["bin", version])


def test_xgboost_before_3_1_misreads_what_3_4_saved() -> None:
    """Every number is off by the same 9.43, the intercept that it does not understand, and nothing else tells."""
    cells = found("saved-by-3.4")

    for saved, version in product(("json", "ubj", "pkl"), XGBOOST_FROM_3_1):
        assert "same" == cells[saved, version].verdict
    for saved, version in product(("json", "ubj", "pkl"), XGBOOST_BEFORE_3_1):
        comparison = cells[saved, version].comparison
        assert comparison is not None
        assert "changed" == comparison.verdict
        assert [(40, 40)] == [(each.compared, each.beyond) for each in comparison.columns]
        assert {"-9.4321"} == {f"{delta:.4f}" for each in comparison.columns for delta in each.deltas}


def test_numpy_2_writes_its_numbers_in_another_way() -> None:
    """Where numpy 1 wrote a number numpy 2 writes a call, and 2.5 is not there for this Python."""
    cells = found("numpy")

    for version in ("2.0.2", "2.4.6"):
        assert "changed" == cells[version,].verdict
        assert "→ text np.float64(0.3830141548709403)" in finding(cells[version,])
    assert "cannot be installed" == cells["2.5.5",].verdict


@pytest.mark.parametrize("name", FILES)
def test_table_of_compatibility_is_generated(name: str) -> None:
    """The README shows what `byoc matrix --show` makes of the results, to the letter."""
    text = (ROOT / "README.md").read_text("utf-8")
    shown = re.search(rf"<!-- {name}: [^\n]* -->\n(.*?)<!-- end of {name} -->", text, re.DOTALL)

    assert shown is not None
    assert render(result(name)).strip() == shown.group(1).strip()
