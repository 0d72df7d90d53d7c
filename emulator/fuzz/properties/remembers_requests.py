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
    valid = len(case.questions) - case.told["between"]
    asked, malformed = case.questions[:valid], case.questions[valid:]
    before = target.ask_all(asked)
    between = target.ask_all(malformed)
    after = target.ask_all(asked)
    for first, answered in zip(before, after, strict=True):
        if first.ok and not same(first, answered):
            labels = ", ".join(dict.fromkeys(each.label for each in malformed))
            what = f"After a malformed request ({labels!r}), {shown(first)} has become {shown(answered)}."
            yield Violation(what=what, probes=(first, *between, answered))
            return
