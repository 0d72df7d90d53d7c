"""Who owns what: every run marks what it starts, and sweeps what dead runs left.

A run holds a lock on a file beside a folder of its own. The lock ends with the process,
however it ends, so a folder whose lock can be taken belongs to the dead, and so do
the containers and networks that carry its id. What carries no mark of ours, or the
mark of another folder root (another machine or user on the same engine), is not
ours to judge.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

LABEL = "io.byoc-emulator"
RUN_LABEL = f"{LABEL}.run"
ROOT_LABEL = f"{LABEL}.root"

ROOT_ID = "root-id"
LOCK_SUFFIX = ".lock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A living run.

    Attributes:
        run_id: its own.
        root_id: that of the folder which holds all runs of this user on this machine.
        folder: for its temporary files; gone when the run ends.
    """

    run_id: str
    root_id: str
    folder: Path

    @property
    def shared(self) -> Path:
        """The folder that holds all runs, for what one of them found out once and for all."""
        return self.folder.parent.parent

    @property
    def labels(self) -> dict[str, str]:
        """What every container and network of this run carries."""
        return {LABEL: "true", RUN_LABEL: self.run_id, ROOT_LABEL: self.root_id}


@contextmanager
def owned_run(root: Path) -> Iterator[Run]:
    """A run with a folder and a lock of its own below ``root``; both gone on exit."""
    runs = root / "runs"
    runs.mkdir(parents=True, exist_ok=True)
    root_id = _root_id(root)
    while True:
        run_id = token_hex(8)
        lock, folder = runs / f"{run_id}{LOCK_SUFFIX}", runs / run_id
        descriptor = os.open(lock, os.O_CREAT | os.O_RDWR, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        if _same_file(descriptor, lock):
            break
        os.close(descriptor)  # a sweep took the file for a dead run's before it was locked
    folder.mkdir(mode=0o755)
    try:
        yield Run(run_id=run_id, root_id=root_id, folder=folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        lock.unlink(missing_ok=True)
        os.close(descriptor)


def sweep(root: Path, remove: Callable[[str], None], marked: Callable[[str], Iterable[str]]) -> int:
    """Remove what dead runs left; the number of dead runs found.

    Args:
        root: as for :func:`owned_run`.
        remove: removes the containers and networks of a run id.
        marked: the run ids that containers and networks of a root id carry.

    A run whose lock is held is alive and left alone. Two sweeps at once do no harm.
    """
    runs = root / "runs"
    if not runs.is_dir():
        return 0
    known = {path.name.removesuffix(LOCK_SUFFIX) for path in runs.iterdir()}
    dead = 0
    for run_id in sorted(known | set(marked(_root_id(root)))):
        lock = runs / f"{run_id}{LOCK_SUFFIX}"
        with _held_by_nobody(lock) as is_dead:
            if is_dead:
                remove(run_id)
                shutil.rmtree(runs / run_id, ignore_errors=True)
                lock.unlink(missing_ok=True)
                dead += 1
    return dead


@contextmanager
def _held_by_nobody(lock: Path) -> Iterator[bool]:
    try:
        descriptor = os.open(lock, os.O_RDWR)
    except FileNotFoundError:
        yield True  # the lock is made before all else of a run, and removed after all else
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        yield False
    else:
        yield True
    finally:
        os.close(descriptor)


def _same_file(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _root_id(root: Path) -> str:
    path = root / ROOT_ID
    if not path.exists():
        draft = root / f"{ROOT_ID}.{token_hex(8)}"
        draft.write_text(token_hex(8))
        try:
            os.link(draft, path)  # the first of several writers wins, whole
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text()
