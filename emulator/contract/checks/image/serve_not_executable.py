"""The program to start may not be executed.

What:
    The ``serve`` on PATH, or the file that the ENTRYPOINT names by its full path, has no execute bit.

Why it matters:
    The container cannot be started: ``exec: "serve": executable file not found in $PATH`` or ``permission denied``,
    and the endpoint fails with CannotStartContainerError. Files lose the bit on Windows and in some archives.

How to fix:
    ``RUN chmod +x /opt/program/serve`` after COPY, or ``git update-index --chmod=+x serve`` for all checkouts.

Source:
    Hosting contract 1.2, 6.13b (observed).
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.contract.check import NotApplicable, check
from emulator.contract.program import program_of
from emulator.contract.subject import Subject
from emulator.model.finding import Violation


@check("IMG005", severity="error", stage="image")
def serve_not_executable(subject: Subject) -> Iterator[Violation]:
    """Look at the file's mode."""
    program = program_of(subject)
    if program is None or program.found is None:
        raise NotApplicable("there is no file to look at")
    if not program.executable:
        yield Violation(what=f"{program.found.path} has mode {program.found.mode & 0o777:03o}: nobody may execute it.")
