"""Packages that a container installs while it starts, as its log and its processes tell."""

from __future__ import annotations

import re
from typing import Final

from emulator.contract.log import SHOWN, lines_saying
from emulator.contract.subject import Subject

SAYS: Final = re.compile(
    r"^(?:Successfully installed [\w.-]+-\d|Installing collected packages: |Requirement already satisfied: "
    r"|Collecting [\w.\[\],-]+(?:\s*[<>=!~]=?\S+(?: \(from .*\))?| \(from .*\))$|Looking in indexes: "
    r"|Reading package lists\.\.\.|Setting up [\w.+-]+(?::\w+)? \(\S+\) \.\.\.|(?:Get|Hit|Ign|Err):\d+ https?://"
    r"|Solving environment: |Collecting package metadata \(|added \d+ packages?(?:,| in )|Resolved \d+ packages in )"
)
"""Lines of pip, apt, conda, npm and uv, and of nothing else."""

RUNS: Final = re.compile(
    r"(?:^|[\s/])(?:pip[\d.]*|uv pip|conda|mamba|micromamba|apt|apt-get|apk|dnf|yum|npm|yarn|pnpm)"
    r"(?:\s+-\S+)*\s+(?:install|update|upgrade|add|ci)\b"
)
"""Command lines of the same."""


def installing(subject: Subject) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Lines of its log and command lines that say so."""
    programs = (each for each in subject.shared.programs if RUNS.search(each))
    return lines_saying(subject, SAYS), tuple(each[:400] for each in programs)[:SHOWN]
