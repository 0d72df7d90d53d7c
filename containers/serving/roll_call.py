"""Which workers are ready: a file for each in a folder that all of them see.

Whichever worker answers /ping answers for all, or the platform would see it go from healthy to loading and
back while the last worker is still at it.
"""

import os
from collections.abc import Mapping
from pathlib import Path

FOLDER = "SERVING_ROLL_CALL"
WORKERS = "SERVING_WORKERS"


class RollCall:
    """The workers of one container, as far as they have reported.

    A worker that was replaced stays on the list; its successor loads unseen, while the others serve.
    """

    def __init__(self, folder: Path | None, workers: int) -> None:
        self._folder, self._workers = folder, workers

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> "RollCall":
        """The one that the supervisor laid out; a worker without one answers for itself alone."""
        folder = environ.get(FOLDER)
        return cls(Path(folder) if folder else None, int(environ.get(WORKERS, "1")))

    def report(self) -> None:
        """Say that this worker has its model."""
        if self._folder is not None:
            (self._folder / str(os.getpid())).touch()

    def complete(self) -> bool:
        """Say whether all workers have theirs."""
        return self._folder is None or sum(1 for _ in self._folder.iterdir()) >= self._workers
