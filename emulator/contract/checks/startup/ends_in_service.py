"""The container ends by itself after it was healthy.

What:
    A container that had answered a ping with 200 ended, though nobody asked it to, while it was examined. Checks
    whose container it was say nothing more.

Why it matters:
    Requests under way are lost: the client gets ModelError with OriginalStatusCode 0, "Received server error (0)
    from primary". SageMaker starts the container again, with its whole start-up time, and the endpoint may flip
    between healthy and not for as long as it goes on.

How to fix:
    Its exit code and last words are below: 137 without a word is most often memory, 139 a crash in native code. A
    request that a program cannot serve is an error reply, not its end.

Source:
    Hosting contract 1.11 (observed), 2.8, 3.4.
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.contract.check import NotApplicable, check
from emulator.contract.log import last_lines
from emulator.contract.subject import Subject
from emulator.hosting.diagnosis import exit_cause
from emulator.model.finding import Violation


@check("STA007", severity="error", stage="last")
def ends_in_service(subject: Subject) -> Iterator[Violation]:
    """Look at which containers ended by themselves."""
    if not subject.shared.healthy and not subject.ended:
        raise NotApplicable("it did not become healthy")
    ended, during = list(subject.ended), list(subject.deaths)
    if subject.shared.ended_by_itself():
        ended.append(subject.shared)
        during.append("no check")
    if not ended:
        return
    first, times = ended[0], "once" if len(ended) == 1 else f"{len(ended)} times"
    code, log = first.exit_code or 0, last_lines(first)
    yield Violation(
        what=f"It ended by itself {times} after it was healthy, first with exit code {code}: {exit_cause(code, log)}.",
        log=log,
        facts=tuple(f"{each} was under way" for each in dict.fromkeys(during)),
    )
