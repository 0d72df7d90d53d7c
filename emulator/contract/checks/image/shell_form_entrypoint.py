"""The ENTRYPOINT is in shell form.

What:
    The ENTRYPOINT is a shell with a ``-c`` line, as ``ENTRYPOINT python app.py`` without brackets makes it, and the
    line does not look at its arguments. It is a note where the line begins with ``exec``.

Why it matters:
    The argument ``serve`` is lost, and process 1 can be the shell, which does not pass SIGTERM on: requests in flight
    are cut off 30 seconds later by SIGKILL, whenever SageMaker scales in or updates.

How to fix:
    ``ENTRYPOINT ["python", "app.py"]``; or without ENTRYPOINT, put an executable ``serve`` on PATH.

Source:
    Hosting contract 1.3.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Final

from emulator.contract.check import check
from emulator.contract.subject import Subject
from emulator.model.finding import Violation

SHELLS: Final = frozenset({"sh", "bash", "ash", "dash", "zsh", "ksh"})

ARGUMENTS: Final = re.compile(r"\$\{?[0-9@*]")
"""Where a line makes use of them, somebody knew what he did."""


@check("IMG003", severity="warning", stage="image")
def shell_form_entrypoint(subject: Subject) -> Iterator[Violation]:
    """Look for a shell, options that end in c, and one line."""
    words = subject.image.entrypoint
    if len(words) < 3 or PurePosixPath(words[0]).name not in SHELLS:
        return
    *options, line = words[1:]
    if re.fullmatch(r"-[a-z]*c", options[-1]) and not ARGUMENTS.search(line):
        replaced = line.lstrip().startswith("exec ")
        yield Violation(
            what=f"The ENTRYPOINT is {words[0]} {options[-1]}, so the argument serve is lost"
            + ("." if replaced else " and SIGTERM may not reach the server."),
            facts=(f"ENTRYPOINT {list(words)}",),
            severity="note" if replaced else None,
        )
