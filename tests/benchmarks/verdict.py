"""What a verdict costs: ``byoc check`` from the command line, and the requests per second of ``byoc fuzz``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from time import monotonic

from containers import abalone
from tests.benchmarks import fuzzing
from tests.benchmarks.docker_run import Image, first_answer
from tests.benchmarks.ground import Ground
from tests.benchmarks.measure import Figure, Reference, in_turns
from tests.benchmarks.outcome import Bar, Bars, Outcome

TITLE = "Verdict"

ABOUT = (
    "byoc check is one call of the command, all checks, on each project image; it is held against one launch of the "
    "same image by docker run, as most of what it does is starting containers with one thing changed. byoc fuzz is "
    "requests per second of a search, against the same bodies from a bare loop of http.client over one connection."
)

ROUNDS = 2


def measure(ground: Ground) -> Outcome:
    """Both images each."""
    checks = [check(ground, name) for name in fuzzing.ROWS]
    fuzzes = tuple(fuzzing.figures(ground))
    pictures = (
        Bars(title="byoc check, all checks", unit="s", rows=tuple(Bar.of(each.name, each.value) for each in checks)),
        Bars(
            title="byoc fuzz beside a bare loop",
            unit="1/s",
            rows=tuple(
                bar
                for each in fuzzes
                if each.reference is not None
                for bar in (
                    Bar.of(each.name, each.value),
                    Bar.of(
                        each.name.replace("byoc fuzz", "bare loop"),
                        Figure(name="", unit="", samples=each.reference.samples).value,
                    ),
                )
            ),
        ),
    )
    return Outcome(figures=(*checks, *fuzzes), pictures=pictures)


def check(ground: Ground, name: str) -> Figure:
    """Seconds of the command."""
    tag, data = {
        "featurizer": (abalone.FEATURIZER, ground.trained.featurizer),
        "predictor": (abalone.PREDICTOR, ground.trained.predictor),
    }[name]
    sample = ground.folder / f"{name}.csv"
    sample.write_text(fuzzing.ROWS[name], "utf-8")
    plain = [Image(name=tag, folder=ground.extracted(data))]
    row = fuzzing.ROWS[name].splitlines()[0].encode()
    found = in_turns(
        {"check": lambda: checked(tag, data, sample), "launch": lambda: first_answer(plain, row)[0]},
        rounds=1 if ground.quick else ROUNDS,
        say=lambda text: ground.say(f"byoc check, {name}: {text}"),
    )
    return Figure(
        name=f"byoc check, {name}",
        unit="s",
        samples=tuple(found["check"]),
        reference=Reference(name="docker run + poll", samples=tuple(found["launch"])),
        headline=True,
    )


def checked(tag: str, data: Path, sample: Path) -> float:
    """Seconds of one call.

    Raises:
        RuntimeError: it could not look; a finding is no reason.
    """
    began = monotonic()
    command = [sys.executable, "-m", "emulator", "check", tag, "--model", str(data), "--sample", str(sample)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stderr or done.stdout)
    return monotonic() - began
