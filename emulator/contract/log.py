"""What a container wrote: the lines that show something."""

from __future__ import annotations

import re
from typing import Final

from emulator.contract.subject import Subject
from emulator.contract.trial import Trial
from emulator.hosting.diagnosis import without_noise

SHOWN: Final = 10
"""So many lines are evidence enough."""


def last_lines(trial: Trial) -> tuple[str, ...]:
    """The last lines of one container, without those of our own pings and of native stacks."""
    return without_noise(trial.log(), most=SHOWN)


def lines_saying(subject: Subject, pattern: re.Pattern[str]) -> tuple[str, ...]:
    """The first lines of its shared containers that a pattern is found in."""
    lines = [line for trial in (*subject.ended, subject.shared) for line in trial.log() if pattern.search(line)]
    return tuple(dict.fromkeys(line[:400] for line in lines))[:SHOWN]
