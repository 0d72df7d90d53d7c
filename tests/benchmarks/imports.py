"""What it costs to have the package: imports, ``byoc --help``, and the pytest plugin in a run that does not use it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from time import perf_counter

from tests.benchmarks.ground import Ground
from tests.benchmarks.measure import Figure, Goal, Reference, Spread, in_turns
from tests.benchmarks.outcome import Bar, Bars, Outcome

TITLE = "Imports"

ABOUT = (
    "Each a new process, in turns with the reference, which is python -c pass or, for the plugin, pytest on the same "
    "empty folder with -p no:byoc. Byte code is there already. The plugin's cost contains that of Hypothesis finding "
    "our profiles, if Hypothesis is loaded at all. byoc --help is the installed command, and counts whole."
)

ROUNDS = 21
QUICK_ROUNDS = 5

BARE = "python -c pass"


def measure(ground: Ground) -> Outcome:
    """All in one set of turns."""
    empty = ground.folder / "empty"
    empty.mkdir()
    (empty / "test_nothing.py").write_text("def test_nothing():\n    pass\n", "utf-8")
    pytest = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(empty), str(empty)]
    command = Path(sys.executable).with_name("byoc")
    byoc = [str(command)] if command.exists() else [sys.executable, "-m", "emulator"]
    commands = {
        BARE: [sys.executable, "-c", "pass"],
        "import emulator": [sys.executable, "-c", "import emulator"],
        "from emulator import endpoint": [sys.executable, "-c", "from emulator import endpoint"],
        "byoc --help": [*byoc, "--help"],
        "byoc invoke --help": [*byoc, "invoke", "--help"],
        "pytest without the plugin": [*pytest, "-p", "no:byoc"],
        "pytest with the plugin, unused": pytest,
    }
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    turns = {name: partial(milliseconds, each, environment, empty) for name, each in commands.items()}
    for warm in turns.values():
        warm()
    found = in_turns(turns, rounds=QUICK_ROUNDS if ground.quick else max(ROUNDS, ground.rounds), say=ground.say)
    goals = {
        "import emulator": (BARE, Goal(of="difference", most=50.0)),
        "from emulator import endpoint": (BARE, None),
        "byoc --help": (BARE, Goal(of="value", most=150.0)),
        "byoc invoke --help": (BARE, None),
        "pytest with the plugin, unused": ("pytest without the plugin", Goal(of="difference", most=20.0)),
    }
    figures = tuple(
        Figure(
            name=name,
            unit="ms",
            samples=tuple(found[name]),
            reference=Reference(name=reference, samples=tuple(found[reference])),
            goal=goal,
            headline=goal is not None,
        )
        for name, (reference, goal) in goals.items()
    )
    bars = tuple(Bar.of(name, Spread.of(samples)) for name, samples in found.items())
    return Outcome(figures=figures, pictures=(Bars(title="New processes", unit="ms", rows=bars),))


def milliseconds(command: list[str], environment: Mapping[str, str], folder: Path) -> float:
    """Of one process, from start to end."""
    began = perf_counter()
    subprocess.run(command, env=dict(environment), cwd=folder, stdout=subprocess.DEVNULL, check=True)
    return (perf_counter() - began) * 1000
