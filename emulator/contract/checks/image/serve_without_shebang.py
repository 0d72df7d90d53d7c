"""The program to start is neither a script with a #! line nor a binary.

What:
    The ``serve`` on PATH, or the file that the ENTRYPOINT names by its full path, begins neither with ``#!`` nor as
    an ELF binary does.

Why it matters:
    A shell would run it, the kernel does not: the container ends at once with ``exec format error``, which looks as
    if the image were made for another processor. The endpoint fails its ping health check.

How to fix:
    Make ``#!/bin/sh`` or ``#!/usr/bin/env python3`` its very first bytes: no empty line, blank or byte order mark
    before them.

Source:
    Hosting contract 1.2, 1.28 (the kernel's rule; that SageMaker shows it so is inferred).
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.contract.check import NotApplicable, check
from emulator.contract.program import program_of
from emulator.contract.subject import Subject
from emulator.model.finding import Violation


@check("IMG014", severity="error", stage="image")
def serve_without_shebang(subject: Subject) -> Iterator[Violation]:
    """Look at the file's first bytes."""
    program = program_of(subject)
    if program is None or program.found is None:
        raise NotApplicable("there is no file to look at")
    if not program.startable:
        begin = repr(program.head[:16]) if program.head else "nothing: it is empty"
        yield Violation(
            what=f"{program.found.path} begins neither with #! nor as a binary.", facts=(f"it begins with {begin}",)
        )
