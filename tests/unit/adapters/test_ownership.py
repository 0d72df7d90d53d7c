"""Who owns what: the living are left alone, the dead are swept."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from emulator.adapters.ownership import Run, owned_run, sweep

CHILD = """
import sys
from pathlib import Path
from emulator.adapters.ownership import owned_run
with owned_run(Path(sys.argv[1])) as run:
    (run.folder / "left.txt").write_text("x")
    print(run.run_id, flush=True)
    sys.stdin.read()
"""


def killed_run(root: Path) -> str:
    """The id of a run whose process was killed in the middle of it."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, str(root)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    ) as child:
        assert child.stdout is not None
        run_id = child.stdout.readline().strip()
        child.kill()
    return run_id


def swept(root: Path, *marked: str) -> list[str]:
    """The run ids that a sweep removes, when the engine has containers of `marked`."""
    removed: list[str] = []
    count = sweep(root, removed.append, lambda root_id: marked)

    assert len(removed) == count
    return removed


def left(root: Path) -> set[str]:
    """What lies in the folder of runs."""
    return {path.name for path in (root / "runs").iterdir()}


def test_run_has_a_folder_while_it_lasts(tmp_path: Path) -> None:
    """A run's folder is there for its time, readable by all, and gone with all that was in it."""
    with owned_run(tmp_path) as run:
        (run.folder / "model").mkdir()
        mode = run.folder.stat().st_mode & 0o777

    assert 0o755 == mode
    assert set() == left(tmp_path)


def test_run_that_fails_leaves_nothing(tmp_path: Path) -> None:
    """The folder goes with its run, however that ends."""
    with pytest.raises(KeyboardInterrupt), owned_run(tmp_path):
        raise KeyboardInterrupt

    assert set() == left(tmp_path)


def test_runs_of_one_folder_share_its_id(tmp_path: Path) -> None:
    """Labels tell runs apart, and folders of runs."""
    with owned_run(tmp_path / "a") as first, owned_run(tmp_path / "a") as second, owned_run(tmp_path / "b") as third:
        runs = (first, second, third)

    assert 3 == len({run.run_id for run in runs})
    assert first.root_id == second.root_id != third.root_id
    assert {
        "io.byoc-emulator": "true",
        "io.byoc-emulator.run": first.run_id,
        "io.byoc-emulator.root": first.root_id,
    } == first.labels


def test_live_run_is_never_swept(tmp_path: Path) -> None:
    """A run that is held by a process, this or another, keeps its folder and its containers."""
    with owned_run(tmp_path) as run:
        assert [] == swept(tmp_path, run.run_id)
        assert run.folder.is_dir()


def test_killed_run_is_swept(tmp_path: Path) -> None:
    """A run whose process was killed loses folder, lock and containers; a living one beside it loses nothing."""
    with owned_run(tmp_path) as alive:
        dead = killed_run(tmp_path)
        before = left(tmp_path)

        assert {dead, f"{dead}.lock"} < before
        assert [dead] == swept(tmp_path, dead, alive.run_id)
        assert {alive.run_id, f"{alive.run_id}.lock"} == left(tmp_path)


def test_containers_of_a_forgotten_run_are_swept(tmp_path: Path) -> None:
    """Containers whose run has no folder any more belong to nobody."""
    with owned_run(tmp_path):
        assert ["0123456789abcdef"] == swept(tmp_path, "0123456789abcdef")


def test_only_this_folders_containers_are_asked_for(tmp_path: Path) -> None:
    """The engine is asked for the marks of this folder of runs, so other users' and machines' are never touched."""
    asked: list[str] = []

    def marked(root_id: str) -> list[str]:
        asked.append(root_id)
        return []

    with owned_run(tmp_path) as run:
        sweep(tmp_path, lambda run_id: None, marked)

    assert [run.root_id] == asked


def test_nothing_is_swept_where_nothing_ran(tmp_path: Path) -> None:
    """A folder without runs is left as it is."""
    assert [] == swept(tmp_path / "fresh", "0123456789abcdef")
    assert not (tmp_path / "fresh").exists()


def test_removal_that_fails_leaves_the_mark(tmp_path: Path) -> None:
    """When the engine cannot remove a dead run's containers, the next sweep tries again."""
    dead = killed_run(tmp_path)

    def broken(run_id: str) -> None:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        sweep(tmp_path, broken, lambda root_id: ())

    assert [dead] == swept(tmp_path)


def test_newborn_runs_survive_sweeps(tmp_path: Path) -> None:
    """Runs that begin while sweeps are under way keep their folders."""

    def live(_: int) -> bool:
        with owned_run(tmp_path) as run:
            sweep(tmp_path, lambda run_id: None, lambda root_id: ())
            return run.folder.is_dir()

    with ThreadPoolExecutor(8) as pool:
        survived = list(pool.map(live, range(200)))

    assert all(survived)
    assert set() == left(tmp_path)


def test_id_of_a_folder_is_made_once(tmp_path: Path) -> None:
    """Runs that begin at the same time in a new folder agree on its id, and leave no drafts of it."""

    def root_id(_: int) -> str:
        with owned_run(tmp_path) as run:
            return run.root_id

    with ThreadPoolExecutor(8) as pool:
        ids = set(pool.map(root_id, range(64)))

    assert 1 == len(ids)
    assert {"root-id", "runs"} == {path.name for path in tmp_path.iterdir()}


def test_run_is_a_value() -> None:
    """A run cannot be changed once it has begun."""
    run = Run(run_id="a", root_id="b", folder=Path("c"))
    with pytest.raises(AttributeError):
        run.run_id = "d"  # type: ignore[misc]
