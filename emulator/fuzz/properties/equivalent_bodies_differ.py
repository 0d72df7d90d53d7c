"""The same rows, written in another way that means the same, get another reply.

What:
    Line ends, a missing last newline, quoted fields, spaces in JSON, a charset parameter and the case of the media
    type are varied.

Why it matters:
    Clients differ: pandas, the SDK, a spreadsheet and curl each write the same rows in their own way.

How to fix:
    Parse with a library, not by splitting; compare media types without parameters and case.

Source:
    Hosting contract 4.3; RFC 9110 8.3.1 (media types), RFC 4180 (CSV).
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.fuzz.case import Case
from emulator.fuzz.drawing import batches_said_otherwise
from emulator.fuzz.property import holds
from emulator.fuzz.reading import same, shown
from emulator.fuzz.target import Target
from emulator.model.finding import Violation


@holds("FUZ008", severity="warning", cases=batches_said_otherwise)
def equivalent_bodies_differ(target: Target, case: Case) -> Iterator[Violation]:
    """Hold each variation against the plain one."""
    plain, *others = target.ask_all(case.questions)
    for asked, answered in zip(case.questions[1:], others, strict=True):
        wrong = answered.status >= 500 or (answered.ok and not same(plain, answered))
        if plain.ok and wrong:
            yield Violation(
                what=f"Written with {asked.label}, the same rows are answered {shown(answered)}, else {shown(plain)}.",
                probes=(plain, answered),
            )
            return
