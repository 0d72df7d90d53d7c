"""The container ends, or cannot be started, before it is healthy.

What:
    ``docker run IMAGE serve`` ends by itself before ``GET /ping`` was answered with 200, or the engine refuses to
    start the program.

Why it matters:
    SageMaker starts it again and again: the endpoint stays in Creating, for about 24 minutes as seen, and then
    fails with "The primary container for production variant AllTraffic did not pass the ping health check" or with
    "CannotStartContainerError".

How to fix:
    Read its last lines below. The program must take the argument ``serve``, stay in the foreground, and find all it
    needs in the image and in /opt/ml/model.

Source:
    Hosting contract 1.1, 1.2, 1.11 and 1.12 (observed), 6.13a, 6.13b.
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.contract.cause import cause_of
from emulator.contract.check import check
from emulator.contract.log import last_lines
from emulator.contract.processor import require_able
from emulator.contract.subject import Subject
from emulator.hosting.diagnosis import exit_cause, exit_fix, start_fix
from emulator.model.finding import Violation


@check("STA001", severity="error", stage="start")
def ends_at_start(subject: Subject) -> Iterator[Violation]:
    """Look at why it did not become healthy."""
    trial = subject.shared
    if cause_of(subject) != "exit":
        return
    require_able(subject)
    if trial.refused:
        yield Violation(
            what=f"The engine cannot start it: {trial.refused.rstrip('.')}.",
            facts=(f"fix: {start_fix(trial.refused)}",),
        )
        return
    code, log, seconds = trial.exit_code or 0, last_lines(trial), trial.moments[-1].seconds
    yield Violation(
        what=f"It ended {seconds:.1f} s after its start with exit code {code}: {exit_cause(code, log)}.",
        log=log,
        facts=(f"fix: {exit_fix(log)}",),
    )
