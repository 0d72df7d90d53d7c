"""There is no program to start.

What:
    The image has no ENTRYPOINT and no file called ``serve`` on its PATH; or its ENTRYPOINT names a file by its full
    path, and there is none.

Why it matters:
    SageMaker runs ``docker run IMAGE serve``, which replaces CMD. The endpoint fails with CannotStartContainerError,
    ``exec: "serve": executable file not found in $PATH``.

How to fix:
    Put an executable called ``serve`` into a folder of PATH, or set an exec-form ENTRYPOINT that takes ``serve`` as
    its argument. CMD cannot help.

Source:
    Hosting contract 1.1, 1.2, 6.13b (observed).
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.contract.check import NotApplicable, check
from emulator.contract.program import program_of
from emulator.contract.subject import Subject
from emulator.model.finding import Violation


@check("IMG004", severity="error", stage="image")
def serve_missing(subject: Subject) -> Iterator[Violation]:
    """Look for the file."""
    program = program_of(subject)
    if program is None:
        raise NotApplicable("the ENTRYPOINT is not a full path")
    if program.found is None:
        where = "its ENTRYPOINT" if subject.image.entrypoint else "PATH"
        what = f"The image has no {program.name} where {where} says, and that is what is started."
        yield Violation(what=what, facts=tuple(f"not there: {each}" for each in program.looked_at))
