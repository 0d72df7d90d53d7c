"""A training job as SageMaker lays it out on disk: channels and hyperparameters in, artifact files out.

The platform packs whatever lands in the model folder into model.tar.gz. A failure is told twice, in one line
on stderr and in the file the platform shows as FailureReason.
"""

import json
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from serving.records import RecordError, rows

_REASON = 1024  # characters of the failure file that DescribeTrainingJob shows


class JobError(Exception):
    """The job was given something it cannot work with; the text is the reason a caller reads."""


@dataclass(frozen=True, slots=True)
class Job:
    """One training job below `root`, which is /opt/ml everywhere but in tests."""

    root: Path

    @property
    def model(self) -> Path:
        """The folder for the artifact files."""
        return self.root / "model"

    def channel(self, name: str) -> Iterator[list[str]]:
        """Read the records of a channel's CSV files, in the order of their names so that two runs agree."""
        folder = self.root / "input" / "data" / name
        files = sorted(folder.glob("*.csv"))
        if not files:
            raise JobError(f"channel {name!r} has no *.csv file in {folder}")
        for file in files:
            try:
                yield from rows(file.read_bytes())
            except RecordError as error:
                raise JobError(f"{file}: {error}") from None

    def hyperparameters(self, defaults: Mapping[str, float | int | str]) -> dict[str, float | int | str]:
        """Return the defaults with what the job sets put over them, each read as the type of its default."""
        file = self.root / "input" / "config" / "hyperparameters.json"
        given: dict[str, str] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
        unknown = sorted(set(given) - set(defaults))
        if unknown:
            known = ", ".join(sorted(defaults)) or "none"
            raise JobError(f"unknown hyperparameter {unknown[0]!r}, known are: {known}")
        chosen = dict(defaults)
        for name, text in given.items():
            kind = type(defaults[name])
            try:
                chosen[name] = kind(text)
            except ValueError:
                raise JobError(f"hyperparameter {name!r} is {text!r}, wanted {kind.__name__}") from None
        return chosen


def run(fit: Callable[[Job], None], *, root: Path = Path("/opt/ml")) -> int:
    """Run one job and return its exit code, 0 or 1."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # process 1 would ignore it otherwise
    try:
        job = Job(root)
        job.model.mkdir(parents=True, exist_ok=True)
        fit(job)
    except Exception as error:  # noqa: BLE001 - whatever it is, the platform wants a reason
        if isinstance(error, JobError | RecordError):
            reason = str(error)
        else:
            traceback.print_exc()
            reason = f"{type(error).__name__}: {(str(error).splitlines() or [''])[0]}"
        print(f"train: {reason}", file=sys.stderr, flush=True)
        _leave_reason(root / "output" / "failure", reason)
        return 1
    return 0


def _leave_reason(file: Path, reason: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(reason[:_REASON], encoding="utf-8")
    except OSError as error:
        print(f"train: no reason left in {file}, {error.strerror}", file=sys.stderr, flush=True)
