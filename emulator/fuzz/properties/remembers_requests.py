"""A reply depends on what was asked before.

What:
    A valid batch is sent, then something malformed, then the batch again; both times the reply must be the same.

Why it matters:
    State that leaks from one request into the next gives one customer another one's answer, and only in production,
    where requests mix.

How to fix:
    Keep nothing in globals, on the model object or in files between requests; copy defaults before changing them.

Source:
    Hosting contract 3.6; requests of many clients reach one container.
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.fuzz.case import Case
from emulator.fuzz.drawing import malformed_between
from emulator.fuzz.property import holds
from emulator.fuzz.reading import same, shown
from emulator.fuzz.target import Target
from emulator.model.finding import Violation


@holds("FUZ006", severity="error", cases=malformed_between)
def remembers_requests(target: Target, case: Case) -> Iterator[Violation]:
    """Ask before and after."""
    asked, between = case.questions
    before = target.ask(asked)
    target.ask(between)
    after = target.ask(asked)
    if before.ok and not same(before, after):
        yield Violation(
            what=f"After a malformed request ({between.label}), {shown(before)} has become {shown(after)}.",
            probes=(before, after),
        )
