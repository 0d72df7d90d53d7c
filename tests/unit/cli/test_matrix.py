"""`byoc matrix` as far as it needs no engine: what it refuses, and an earlier run shown again."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from emulator.adapters import dask_cluster
from emulator.adapters.dask_cluster import DaskCluster
from emulator.errors import UsageError
from emulator.model.grid import Axis, AxisValue, Cell, MatrixReport
from emulator.render import matrix_json

TABLE = '[matrix]\nsample = "rows.csv"\n[matrix.axes]\nnumpy = ["pinned", "1.0"]\n[[matrix.images]]\nname = "one"\n'
TABLE += 'arguments = { NUMPY = "{numpy}" }\n'


def byoc(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command in a folder, where no engine can be found."""
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path)), "BYOC_CACHE": str(folder)}
    return subprocess.run(
        [sys.executable, "-m", "emulator", "matrix", *arguments],
        cwd=folder, env=environ, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project with a matrix."""
    (tmp_path / "byoc.toml").write_text(TABLE)
    (tmp_path / "rows.csv").write_text("1\n")
    (tmp_path / "Dockerfile").write_text("FROM x\n")
    return tmp_path


@pytest.mark.parametrize(
    ("text", "arguments", "what"),
    [
        ("[matrix]\nserch = 1\n", (), "byoc.toml: [matrix]"),
        ("region = 'x'\n", (), "byoc.toml or pyproject.toml has no table [matrix]"),
        ("[matrix\n", (), "byoc.toml cannot be read"),
        (TABLE.replace("sample", "content_type"), (), "[matrix] has no sample"),
        (TABLE.replace("rows.csv", "gone.csv"), (), "gone.csv cannot be read"),
        (TABLE.replace("rows.csv", "Dockerfile"), (), "does not tell its media type"),
        (TABLE + 'dockerfile = "gone"\n', (), "there is no gone in"),
        (TABLE + 'base = "scratch"\n', (), "scratch"),
        (TABLE, ("other.toml",), "other.toml"),
        (TABLE, ("-m", "one"), "--model one cannot be understood"),
        (TABLE, ("-m", "two=x"), "No image is called two"),
        (TABLE, ("--select", "numpy=7"), "numpy cannot be '7'"),
        (TABLE, ("--fail-on", "bad"), "--fail-on cannot be 'bad'"),
        (TABLE, ("-f", "sarif"), "--format sarif cannot be understood"),
        (TABLE, ("--show", "gone.json"), "gone.json cannot be read"),
    ],
)
def test_what_cannot_be_used_is_told_at_once(folder: Path, text: str, arguments: tuple[str, ...], what: str) -> None:
    """Exit code 2 and a sentence, before anything is built or written."""
    (folder / "byoc.toml").write_text(text)

    ended = byoc(folder, *arguments)

    assert (2, "") == (ended.returncode, ended.stdout), ended.stderr
    assert what in ended.stderr
    assert not (folder / ".byoc-matrix").exists()


def test_table_may_be_in_pyproject(folder: Path) -> None:
    """The table of pyproject.toml is one of [tool.byoc], and of any file one can name."""
    (folder / "byoc.toml").rename(folder / "mine.toml")
    (folder / "pyproject.toml").write_text("[tool.byoc.matrix]\nserch = 1\n")

    assert "pyproject.toml: [matrix]" in byoc(folder).stderr
    assert "numpy cannot be '7'" in byoc(folder, "mine.toml", "--select", "numpy=7").stderr


def test_earlier_run_is_shown_again(folder: Path) -> None:
    """The JSON of a run becomes any other form, under any policy, without an engine."""
    axis = Axis(name="numpy", values=(AxisValue(value="pinned"), AxisValue(value="1.0")))
    cells = (
        Cell(at={"numpy": "pinned"}, verdict="same", baseline=True),
        Cell(at={"numpy": "1.0"}, verdict="cannot be installed", reason="No matching distribution"),
    )
    report = MatrixReport(subject=("one",), axes=(axis,), baseline={"numpy": "pinned"}, cells=cells, folder="x")
    (folder / "m.json").write_text(matrix_json.render(report))

    shown = byoc(folder, "--show", "m.json", "-f", "markdown", "-f", "html=m.html")
    strict = byoc(folder, "--show", "m.json", "--fail-on", "cannot be installed")

    assert (0, 1) == (shown.returncode, strict.returncode)
    assert "| 1.0 | ➖ cannot be installed |" in shown.stdout
    assert (folder / "m.html").read_text().lstrip().startswith("<!doctype html>")


def test_dask_that_is_not_installed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A scheduler needs an extra; the message is what to type."""
    monkeypatch.setattr(dask_cluster, "find_spec", lambda name: None)

    with pytest.raises(UsageError, match="not installed") as caught:
        DaskCluster("tcp://127.0.0.1:8786")

    assert "pip install 'byoc-emulator[dask]'" == caught.value.fix
