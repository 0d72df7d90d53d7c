"""A matrix of small images, run by the command line in processes of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any

CONTEXT = Path(__file__).parents[2] / "fixtures" / "matrix"

TABLE = """
[matrix]
sample = "rows.csv"
search = "0s"
cores = 2
[matrix.axes]
flavour = [{flavours}]
noise = [{noises}]
[[matrix.images]]
name = "tiny"
context = "context"
base = "python:3.11-slim-bookworm"
arguments = {{ FLAVOUR = "{{flavour}}", NOISE = "{{noise}}" }}
environment = {{ SLEEP_SECONDS = "{sleep}" }}
{model}
memory = "256m"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A folder with a matrix.

    Attributes:
        folder: it.
        cache: for runs of it alone.
    """

    folder: Path
    cache: Path

    def table(
        self,
        flavours: Sequence[str],
        noises: Sequence[str] = ("quiet",),
        *,
        sleep_seconds: float = 0,
        model: str = 'model = "context/model"',
    ) -> None:
        """Write its file."""
        shutil.copytree(CONTEXT, self.folder / "context", dirs_exist_ok=True)
        (self.folder / "rows.csv").write_text("1,2\n3,4\n5.5,6\n")
        texts = {"flavours": ", ".join(map(json.dumps, flavours)), "noises": ", ".join(map(json.dumps, noises))}
        (self.folder / "byoc.toml").write_text(TABLE.format(sleep=sleep_seconds or "", model=model, **texts))

    @contextmanager
    def running(self, *arguments: str) -> Iterator[subprocess.Popen[str]]:
        """The command, in a group of processes of its own; killed in the end if it is still there."""
        process = subprocess.Popen(
            [sys.executable, "-m", "emulator", "matrix", "-f", "json=report.json", "-f", "text", *arguments],
            env=self.environ,
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            process.kill()
            process.communicate()

    @property
    def environ(self) -> dict[str, str]:
        """With a cache folder that one can look into."""
        path = os.pathsep.join(each for each in sys.path if each)
        return {**os.environ, "BYOC_CACHE": str(self.cache), "BYOC_STOP_SECONDS": "5", "PYTHONPATH": path}

    def run(self, *arguments: str) -> tuple[int, dict[str, Any], str]:
        """Exit code, JSON report, and standard error of a whole run."""
        (self.folder / "report.json").unlink(missing_ok=True)
        with self.running(*arguments) as process:
            _, said = process.communicate(timeout=300)
        path = self.folder / "report.json"
        return process.returncode, json.loads(path.read_text()) if path.exists() else {}, said

    def kept(self) -> int:
        """How many results it has."""
        return len(list((self.folder / ".byoc-matrix" / "results").glob("*.json")))


def verdicts(report: dict[str, Any]) -> dict[str, str | None]:
    """By the flavour of the cell, and its noise where that is not quiet."""
    return {
        each["at"]["flavour"] + (f" {each['at']['noise']}" if each["at"]["noise"] != "quiet" else ""): each["verdict"]
        for each in report["cells"]
    }


def until(condition: Callable[[], Any], seconds: float = 60.0) -> Any:
    """What the condition becomes when it is met."""
    deadline = monotonic() + seconds
    while not (met := condition()):
        assert monotonic() < deadline, f"not within {seconds:g} s"
        sleep(0.02)
    return met


def children(pid: int) -> list[int]:
    """The processes that a process started and that do Python's work, not the one that tracks its resources."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                line = (folder / "cmdline").read_bytes()
            except (OSError, IndexError):
                continue
            if parent == pid and b"spawn_main" in line:
                found.append(int(folder.name))
    return found
