"""The container ends with an error code when it is asked to stop.

What:
    After SIGTERM it ends with another exit code than 0 (ended in order) or 143 (ended by SIGTERM).

Why it matters:
    SageMaker does not show exit codes, but the log of every scale-in then ends like a crash, and a real crash cannot be
    told from a stop. Often it is the sign of a handler that itself fails, so that what it should do is not done.

How to fix:
    Return 0 from the program after an orderly end; look at the last log lines for what went wrong.

Source:
    Hosting contract 1.4 (documented: SIGTERM); which codes are in order is a convention of Unix.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from emulator.contract.check import NotApplicable, check
from emulator.contract.stop import stop_of
from emulator.contract.subject import Subject
from emulator.model.finding import Violation

IN_ORDER: Final = (0, 143, None)
"""None: it still ran, another check tells."""


@check("END003", severity="note", stage="last")
def exit_code_after_sigterm(subject: Subject) -> Iterator[Violation]:
    """Look at the code."""
    if not subject.shared.healthy:
        raise NotApplicable("it did not become healthy")
    stop = stop_of(subject)
    if stop.exit_code not in IN_ORDER:
        yield Violation(
            what=f"It ended with exit code {stop.exit_code} after SIGTERM.", log=stop.log[-10:], launch=stop.launch
        )
