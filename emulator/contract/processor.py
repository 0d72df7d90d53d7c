"""For which processor an image is made, and for which one it is wanted."""

from __future__ import annotations

import re
from platform import machine
from typing import Final

from emulator.contract.program import program_of
from emulator.contract.subject import Subject
from emulator.errors import UsageError
from emulator.hosting.diagnosis import EXEC_FORMAT

GRAVITON: Final = re.compile(r"ml\.[a-z]+\d+g")
"""An instance type with an ARM processor: ``ml.c7g.large``, ``ml.m6gd.large``; ``ml.g5.xlarge`` is none."""

SAME: Final = {"x86_64": "amd64", "aarch64": "arm64"}
"""Other spellings."""


def wanted(subject: Subject) -> str:
    """The processor of where it is to run."""
    return "arm64" if subject.profile != "serverless" and GRAVITON.match(subject.instance_type) else "amd64"


def foreign(subject: Subject) -> str:
    """What of it is made for another processor, in words; empty where nothing is, as far as can be told."""
    own = SAME.get(subject.image.architecture, subject.image.architecture)
    if own and own != wanted(subject):
        return f"The image is made for {own}"
    program = program_of(subject)
    if program is not None and program.found is not None and program.machine not in ("", wanted(subject)):
        return f"{program.found.path} is a program for {program.machine}"
    return ""


def require_able(subject: Subject) -> None:
    """Say nothing of an image that was made for its instance, and ends only because this machine has another processor.

    Raises:
        UsageError: it is such an image.
    """
    here = SAME.get(machine(), machine())
    if wanted(subject) != here and EXEC_FORMAT.search(subject.shared.words) and not foreign(subject):
        raise UsageError(
            f"This machine cannot run {subject.definition.image}.",
            why=f"it is made for {wanted(subject)}, as {subject.instance_type} wants it, and this is {here}",
            fix=f"check it on a machine with {wanted(subject)}, or install an emulation of it in the engine (binfmt)",
        )
