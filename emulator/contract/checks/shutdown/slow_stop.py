"""The container takes long to stop.

What:
    After SIGTERM, with no more than one short request in hand, it needs longer than 10 s to end (option ``seconds``),
    though less than the 30 s after which it would be killed.

Why it matters:
    Under load, or on a busier instance, the same stop misses the 30 s and ends in SIGKILL, and what it was to save is
    lost. Each scale-in and deployment waits for it.

How to fix:
    See what it waits for: a drain timeout that always runs to its end, keep-alive connections that nobody closes,
    worker processes stopped one after the other.

Source:
    Hosting contract 1.4 (documented: SIGKILL 30 s after SIGTERM); the 10 s are ours.
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.contract.check import NotApplicable, check
from emulator.contract.stop import stop_of
from emulator.contract.subject import Subject
from emulator.model.finding import Violation


@check("END005", severity="warning", stage="last")
def slow_stop(subject: Subject, *, seconds: float = 10.0) -> Iterator[Violation]:
    """Look at how long it took."""
    if not subject.shared.healthy:
        raise NotApplicable("it did not become healthy")
    stop = stop_of(subject)
    if stop.exit_code is not None and stop.seconds > seconds:
        yield Violation(
            what=f"It took {stop.seconds:.1f} s to end after SIGTERM.", log=stop.log[-5:], launch=stop.launch
        )
