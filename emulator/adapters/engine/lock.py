"""One process at a time: file locks in a directory of the user's own."""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from emulator.adapters.engine.deadline import Deadline
from emulator.errors import EmulatorError

WAIT_SECONDS = 900.0
"""How long to wait for another process: longer than installing Docker or bootstrapping an image takes."""


@contextmanager
def locked(
    state: Path, name: str, *, on_progress: Callable[[str], None], timeout: float = WAIT_SECONDS
) -> Iterator[None]:
    """Hold the lock of this name; wait for whoever holds it now.

    The lock goes with the process that holds it, however that ends.

    Raises:
        EmulatorError: another process held it for longer than ``timeout`` seconds.
    """
    state.mkdir(parents=True, exist_ok=True)
    path = state / (re.sub(r"[^A-Za-z0-9._-]+", "_", name) + ".lock")
    with path.open("a+") as file:
        _acquire(file.fileno(), path, on_progress, timeout)
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def _acquire(descriptor: int, path: Path, on_progress: Callable[[str], None], timeout: float) -> None:
    deadline, told = Deadline(timeout), False
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pass
        if deadline.passed:
            raise EmulatorError(
                f"Another byoc process (process {path.read_text()}) did not finish within {timeout:g} s.",
                why=f"it holds {path}",
                fix="wait for it or end it, then run this again",
            )
        if not told:
            on_progress(f"waiting for another byoc process (process {path.read_text()}) that does the same")
            told = True
        deadline.pause()
