"""`byoc matrix` on real images: each end once, a second run that does nothing, a stop that loses nothing."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from time import time
from typing import TYPE_CHECKING, Any

import docker as docker_py
import pytest

from emulator.adapters.ownership import ROOT_LABEL
from tests.containers.matrices import Project, children, until, verdicts

if TYPE_CHECKING:
    from tests.containers.conftest import LeftBehind

pytestmark = pytest.mark.engine

FLAVOURS = ("pinned", "near", "changed", "unloadable", "broken", "absent")
ENDS = ("same", "within tolerance", "changed", "fails to load", "fails to build", "cannot be installed")


@pytest.fixture
def project(tmp_path: Path, cache: Path) -> Project:
    """A folder for a matrix."""
    folder = tmp_path / "project"
    folder.mkdir()
    return Project(folder=folder, cache=cache)


@pytest.fixture
def running(docker: docker_py.DockerClient, cache: Path) -> Callable[[], int]:
    """How many containers run that are of this test."""

    def count() -> int:
        root = cache / "root-id"
        marked = {"label": f"{ROOT_LABEL}={root.read_text()}"} if root.exists() else {"label": "nobody"}
        return len(docker.api.containers(filters=marked))

    return count


@pytest.fixture
def started_since(docker: docker_py.DockerClient, cache: Path) -> Callable[[float], int]:
    """How many containers of this test were made since then."""

    def count(moment: float) -> int:
        marked = {"type": "container", "event": "create", "label": f"{ROOT_LABEL}={(cache / 'root-id').read_text()}"}
        events = docker.api.events(since=int(moment), until=int(time()) + 1, filters=marked, decode=True)
        return sum(1 for each in events if each["time"] >= moment)

    return count


def test_every_end_is_told_and_nothing_done_twice(
    project: Project, started_since: Callable[[float], int], left_behind: LeftBehind
) -> None:
    """Six flavours end in six ways; a second run says the same, and starts no container."""
    project.table(FLAVOURS)

    code, first, said = project.run()
    began = time()
    again, second, _ = project.run("-f", "junit=report.xml", "-f", "html=report.html", "-f", "markdown=report.md")

    assert dict(zip(FLAVOURS, ENDS, strict=True)) == verdicts(first), said
    assert (1, 1, verdicts(first)) == (code, again, verdicts(second))
    assert 0 == started_since(began)
    assert "ValueError: the model was saved by a version that is not this one" in first["cells"][3]["reason"]
    assert "compile.c:1: fatal error: no such header" == first["cells"][4]["reason"]
    assert "No matching distribution found for no-such-thing==9.9" == first["cells"][5]["reason"]
    assert ["[5/5]"] == [line.split()[0] for line in said.splitlines() if line.startswith("[5/5]")]
    page = (project.folder / "report.html").read_text()
    links = [each["evidence"] for each in first["cells"] if not each["baseline"]]
    assert all(f".byoc-matrix/{link}" in page and (project.folder / ".byoc-matrix" / link).is_file() for link in links)
    assert [] == left_behind()


def test_policy_decides_the_exit_code(project: Project) -> None:
    """A version that cannot be installed does not fail, unless it is asked to."""
    project.table(("pinned", "absent"))

    codes = [project.run()[0], project.run("--fail-on", "cannot be installed")[0], project.run("--fail-on", "none")[0]]

    assert [0, 1, 0] == codes


def test_broken_baseline_is_no_verdict(project: Project) -> None:
    """Where the baseline does not load, nothing is said of the candidates: exit code 3."""
    project.table(("unloadable", "good"))

    code, report, _ = project.run()

    assert 3 == code
    assert {"unloadable": None, "good": None} == verdicts(report)
    assert report["cells"][1]["reason"].startswith("The baseline (flavour unloadable, noise quiet) fails to load")


def test_other_content_is_compared_again(project: Project) -> None:
    """Other model data, and no result is known; another request, the same; all as before, and all is known."""
    project.table(("pinned", "changed"))
    model, rows = project.folder / "context" / "model" / "model.json", project.folder / "rows.csv"

    texts = model.read_text(), rows.read_text()

    project.run()
    model.write_text('{"factor": 3.0}')
    _, other, _ = project.run()
    rows.write_text("7\n")
    _, asked, _ = project.run()
    model.write_text(texts[0])
    rows.write_text(texts[1])
    _, before, _ = project.run()

    assert [False, False, True] == [each["cells"][1]["cached"] for each in (other, asked, before)]


def test_each_image_trains_a_model_of_its_own(project: Project, left_behind: LeftBehind) -> None:
    """With channels instead of a model each cell's image is trained, and what training changes is told."""
    project.table(("pinned", "learns", "untrainable"), model='train = { train = "data" }')
    (project.folder / "data").mkdir()
    (project.folder / "data" / "factor.txt").write_text("2")

    _, report, said = project.run()

    assert ["same", "changed", "fails to load"] == list(verdicts(report).values()), said
    assert "this version does not know the parameter eta" in report["cells"][2]["reason"]
    assert [] == left_behind()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_stop_leaves_nothing_and_loses_nothing(
    project: Project, running: Callable[[], int], left_behind: LeftBehind, number: signal.Signals, code: int
) -> None:
    """A terminal's Ctrl-C, or SIGTERM, ends the command in seconds; what was found by then the next run knows."""
    project.table(("pinned", "near", "changed"), ("quiet", "loud"), sleep_seconds=0.05)

    with project.running() as process:
        until(lambda: project.kept() >= 1 and running() >= 2)
        os.killpg(process.pid, number) if number == signal.SIGINT else process.send_signal(number)
        process.communicate(timeout=60)
    known = project.kept()

    assert code == process.returncode
    assert [] == left_behind()
    assert 1 <= known < 5
    _, report, said = project.run()
    assert known == sum(each["cached"] for each in report["cells"]), said
    assert ["same", "same", "within tolerance", "within tolerance", "changed", "changed"] == list(
        verdicts(report).values()
    )


def test_killed_run_leaves_nothing_and_loses_nothing(
    project: Project, running: Callable[[], int], left_behind: LeftBehind
) -> None:
    """After `kill -9` of the command its workers end by themselves, with their containers."""
    project.table(("pinned", "near", "changed"), ("quiet", "loud"), sleep_seconds=0.05)

    with project.running() as process:
        until(lambda: project.kept() >= 1 and running() >= 2)
        process.kill()
        process.communicate(timeout=60)
    known = project.kept()

    until(lambda: not running())
    _, report, said = project.run()
    assert known <= sum(each["cached"] for each in report["cells"]), said
    assert None not in verdicts(report).values()
    assert [] == left_behind()


def test_killed_worker_loses_nothing(
    project: Project, running: Callable[[], int], left_behind: LeftBehind, started_since: Callable[[float], int]
) -> None:
    """The cell of a worker that is killed is done by another one, and its containers are removed."""
    project.table(("pinned", "near", "changed"), ("quiet", "loud"), sleep_seconds=0.05)

    with project.running("-q") as process:
        until(lambda: running() >= 2)
        os.kill(until(lambda: children(process.pid))[0], signal.SIGKILL)
        _, said = process.communicate(timeout=300)
    report: dict[str, Any] = json.loads((project.folder / "report.json").read_text())

    assert 1 == process.returncode, said
    assert ["same", "same", "within tolerance", "within tolerance", "changed", "changed"] == list(
        verdicts(report).values()
    )
    assert 5 == project.kept()
    assert [] == left_behind()
