"""Requests at the same time get other replies than one after the other.

What:
    Two to twelve different requests are sent one by one, and then several times all at once.

Why it matters:
    SageMaker sends requests as they come. A race between threads mixes up answers under load only, where nobody
    compares them.

How to fix:
    Do not share buffers, sessions or models that are not safe for threads; one process or lock for each worker is
    enough.

Source:
    Hosting contract 2.9 (several workers or threads).
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.fuzz.case import Case
from emulator.fuzz.drawing import several_questions
from emulator.fuzz.property import holds
from emulator.fuzz.reading import same, shown
from emulator.fuzz.target import Target
from emulator.model.finding import Violation


@holds("FUZ007", severity="error", cases=several_questions)
def concurrent_requests_differ(target: Target, case: Case) -> Iterator[Violation]:
    """Ask all at once, three times over."""
    alone = [target.ask(each) for each in case.questions]
    for _ in range(3):
        crowd = target.ask_all(case.questions, at_once=len(case.questions))
        for lone, together in zip(alone, crowd, strict=True):
            if lone.ok and not same(lone, together):
                yield Violation(
                    what=f"Alone it answers {shown(lone)}, beside {len(alone) - 1} others {shown(together)}.",
                    probes=(lone, together),
                    log=target.log(),
                )
                return
