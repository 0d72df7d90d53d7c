r"""The program to start has Windows line ends.

What:
    The ``#!`` line of the ``serve`` on PATH, or of the file that the ENTRYPOINT names by its full path, ends in a
    carriage return.

Why it matters:
    The kernel looks for an interpreter whose name ends in a carriage return. The container ends at once with
    ``/usr/bin/env: 'python\r': No such file or directory``, or cannot be started at all with ``no such file``.

How to fix:
    Save it with Unix line ends. So that git keeps them: ``serve eol=lf`` in .gitattributes.

Source:
    Hosting contract 1.2 (observed).
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.contract.check import NotApplicable, check
from emulator.contract.program import program_of
from emulator.contract.subject import Subject
from emulator.model.finding import Violation


@check("IMG006", severity="error", stage="image")
def serve_with_carriage_return(subject: Subject) -> Iterator[Violation]:
    """Look at the file's first line."""
    program = program_of(subject)
    if program is None or program.found is None:
        raise NotApplicable("there is no file to look at")
    if program.interpreter.endswith("\r"):
        yield Violation(
            what=f"The first line of {program.found.path} ends in a carriage return.",
            facts=(f"#!{program.interpreter!r}",),
        )
