"""Workers of this machine: each task once in the result, whatever becomes of whoever does it."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from importlib import import_module
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

from emulator.adapters.process_pool import ProcessPool

WORK = '''
import os, signal, time
from pathlib import Path

def echo(text, tell):
    tell(f"doing {text}")
    return f"{text} is done"

def broken(text, tell):
    raise ValueError(text)

def killed_once(text, tell):
    """Dies at the first try; text is a path."""
    if not os.path.exists(text):
        open(text, "w").close()
        os.kill(os.getpid(), signal.SIGKILL)
    return "done"

def killed(text, tell):
    if text == "deadly":
        os.kill(os.getpid(), signal.SIGKILL)
    return "done"

def slow(text, tell):
    """Says who it is, and that it cleans up; text is a folder."""
    try:
        Path(text, str(os.getpid())).touch()
        tell("begun")
        time.sleep(60)
    finally:
        time.sleep(0.2)
        Path(text, "cleaned").touch()
'''


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A module of functions that a worker finds by name."""
    name = f"work_{tmp_path.name}".replace("-", "_")
    (tmp_path / f"{name}.py").write_text(WORK)
    monkeypatch.syspath_prepend(str(tmp_path))
    yield import_module(name)
    sys.modules.pop(name)


def ignore(key: str, text: str) -> None:
    """Hears nothing."""


def alive(pid: int) -> bool:
    """Whether there is such a process."""
    return Path(f"/proc/{pid}").exists()


def test_each_task_is_done_once(work: Any) -> None:
    """Results come with the keys of their tasks, and what a task tells comes with its key."""
    told: list[tuple[str, str]] = []
    tasks = {f"key {n}": f"task {n}" for n in range(5)}

    done = list(ProcessPool(2).each(work.echo, tasks, heard=lambda key, text: told.append((key, text))))

    assert {key: f"{text} is done" for key, text in tasks.items()} == {each.key: each.result for each in done}
    assert 5 == len(done)
    assert {(key, f"doing {text}") for key, text in tasks.items()} == set(told)


def test_exception_is_a_problem_of_its_task(work: Any) -> None:
    """A task that raises is told, with what it raised."""
    (done,) = ProcessPool(1).each(work.broken, {"key": "no good"}, heard=ignore)

    assert (None, "ValueError: no good") == (done.result, done.problem)


def test_killed_worker_loses_nothing(work: Any, tmp_path: Path) -> None:
    """A task whose worker is killed is done again by another."""
    (done,) = ProcessPool(1).each(work.killed_once, {"key": str(tmp_path / "seen")}, heard=ignore)

    assert "done" == done.result


def test_deadly_task_is_given_up(work: Any) -> None:
    """A task that kills every worker is told as lost, and takes no other with it."""
    tasks = {"a": "deadly", "b": "harmless", "c": "harmless"}

    done = {each.key: (each.result, each.problem) for each in ProcessPool(2).each(work.killed, tasks, heard=ignore)}

    assert {"a": (None, "The process that did it was killed 3 times."), "b": ("done", ""), "c": ("done", "")} == done


def test_whoever_stops_asking_stops_the_workers(work: Any, tmp_path: Path) -> None:
    """Workers get to clean up, and are gone afterwards."""
    folder = tmp_path / "slow"
    folder.mkdir()

    def interrupt(key: str, text: str) -> None:
        os.kill(os.getpid(), signal.SIGINT)

    with (
        closing(ProcessPool(1).each(work.slow, {"a": str(folder)}, heard=interrupt)) as asked,
        pytest.raises(KeyboardInterrupt),
    ):
        next(asked)

    names = {path.name for path in folder.iterdir()}
    assert "cleaned" in names
    assert not any(alive(int(name)) for name in names if name.isdigit())


def test_orphaned_worker_ends_by_itself(work: Any, tmp_path: Path) -> None:
    """When the one who asked is killed, its workers clean up and end."""
    folder = tmp_path / "slow"
    folder.mkdir()
    asker = os.posix_spawn(
        sys.executable,
        [sys.executable, "-c", ASKER, str(tmp_path), work.__name__, str(folder)],
        {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    workers = _until(lambda: [int(path.name) for path in folder.iterdir() if path.name.isdigit()])

    os.kill(asker, signal.SIGKILL)
    os.waitpid(asker, 0)

    _until((folder / "cleaned").exists)
    _until(lambda: not any(map(alive, workers)))


ASKER = """
import sys
sys.path.insert(0, sys.argv[1])
from importlib import import_module
from emulator.adapters.process_pool import ProcessPool
if __name__ == "__main__":
    list(ProcessPool(1).each(import_module(sys.argv[2]).slow, {"a": sys.argv[3]}, heard=print))
"""


def _until(condition: Callable[[], Any], seconds: float = 20.0) -> Any:
    deadline = monotonic() + seconds
    while not (met := condition()):
        assert monotonic() < deadline, f"not within {seconds:g} s"
        sleep(0.02)
    return met
