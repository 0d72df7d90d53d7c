"""`byoc matrix --scheduler` on a Dask cluster of this machine, one worker of which is killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import docker as docker_py
import pytest

from emulator.adapters.ownership import ROOT_LABEL
from tests.containers.matrices import Project, until, verdicts

if TYPE_CHECKING:
    from tests.containers.conftest import LeftBehind

pytestmark = pytest.mark.engine

EXPECTED = ["same", "same", "within tolerance", "within tolerance", "changed", "changed"]


@pytest.fixture
def project(tmp_path: Path, cache: Path) -> Project:
    """A folder for a matrix of six cells that take their time."""
    folder = tmp_path / "project"
    folder.mkdir()
    made = Project(folder=folder, cache=cache)
    made.table(("pinned", "near", "changed"), ("quiet", "loud"), sleep_seconds=0.05)
    return made


@contextmanager
def dask(project: Project, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process of the cluster; ended with the test."""
    with (project.folder / f"{arguments[0]}.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "dask", *arguments],
            env=project.environ, cwd=project.folder, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@pytest.fixture
def address(project: Project) -> Iterator[str]:
    """A scheduler's."""
    file = project.folder / "scheduler.json"
    arguments = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(file))
    with dask(project, "scheduler", *arguments):
        until(file.exists)
        yield until(lambda: json.loads(file.read_text() or "{}").get("address"))


@pytest.fixture
def workers(project: Project, address: str) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Two, each for one task at a time; nobody starts them again."""
    arguments = ("worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard", "--host", "127.0.0.1")
    with dask(project, *arguments) as one, dask(project, *arguments) as other:
        yield [one, other]


@pytest.fixture
def in_service(docker: docker_py.DockerClient, cache: Path) -> Callable[[], int]:
    """How many containers of this test run."""

    def count() -> int:
        root = cache / "root-id"
        marked = {"label": f"{ROOT_LABEL}={root.read_text()}"} if root.exists() else {"label": "nobody"}
        return len(docker.api.containers(filters=marked))

    return count


def test_killed_worker_loses_nothing_and_doubles_nothing(
    project: Project,
    address: str,
    workers: list[subprocess.Popen[bytes]],
    in_service: Callable[[], int],
    left_behind: LeftBehind,
) -> None:
    """A worker is killed while it compares: every cell is there once, as on one machine, and no container is left."""
    with project.running("--scheduler", address) as process:
        until(lambda: in_service() >= 4)  # both workers have both sides of a cell
        os.kill(workers[0].pid, signal.SIGKILL)
        _, said = process.communicate(timeout=300)
    report: dict[str, Any] = json.loads((project.folder / "report.json").read_text())

    assert 1 == process.returncode, said
    assert EXPECTED == list(verdicts(report).values())
    cells = [(each["at"]["flavour"], each["at"]["noise"]) for each in report["cells"]]
    assert (6, 6) == (len(cells), len(set(cells)))
    told = [line for line in said.splitlines() if line.startswith("[") and "/5]" in line]
    assert [f"[{n}/5]" for n in range(1, 6)] == [line.split()[0] for line in told]
    assert 5 == len({line.partition("] ")[2] for line in told})
    assert 5 == project.kept()
    assert [] == left_behind()


def test_ended_worker_leaves_no_container(
    project: Project, address: str, workers: list[subprocess.Popen[bytes]], in_service: Callable[[], int]
) -> None:
    """Workers that get SIGTERM while they compare take their containers with them."""
    with project.running("--scheduler", address):
        until(lambda: in_service() >= 4)
        for each in workers:
            each.terminate()
        for each in workers:
            each.wait(60)

        assert 0 == in_service()


def test_results_are_known_wherever_they_were_made(
    project: Project, address: str, workers: list[subprocess.Popen[bytes]]
) -> None:
    """What the cluster found out, a run on this machine does not do again."""
    project.run("--scheduler", address)

    _, report, _ = project.run()

    assert [False, *[True] * 5] == [each["cached"] for each in report["cells"]]


def test_missing_scheduler_is_told(project: Project) -> None:
    """Where nothing answers, the command says so, and how to start one."""
    code, _, said = project.run("--scheduler", "tcp://127.0.0.1:9")

    assert 2 == code
    assert "No Dask scheduler answers at tcp://127.0.0.1:9." in said
    assert "fix: start one: dask scheduler; and workers: dask worker ADDRESS --nthreads 1" in said
