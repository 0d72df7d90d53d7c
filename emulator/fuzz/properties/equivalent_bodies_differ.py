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

from collections.abc import Iterator, Sequence
from itertools import islice

from emulator.fuzz.case import Case, Question
from emulator.fuzz.drawing import batches_said_otherwise
from emulator.fuzz.property import holds
from emulator.fuzz.reading import same, shown
from emulator.fuzz.target import Target
from emulator.model.finding import Probe, Violation


@holds("FUZ008", severity="warning", cases=batches_said_otherwise)
def equivalent_bodies_differ(target: Target, case: Case) -> Iterator[Violation]:
    """Hold each variation against the plain one."""
    questions, answers = iter(case.questions), iter(target.ask_all(case.questions))
    for size in case.told["groups"]:
        asked, answered = list(islice(questions, size)), list(islice(answers, size))
        for violation in _differing(asked, answered):
            yield violation
            return


def _differing(asked: Sequence[Question], answers: Sequence[Probe]) -> Iterator[Violation]:
    plain = answers[0]
    for question, answered in zip(asked[1:], answers[1:], strict=True):
        wrong = answered.status >= 500 or (answered.ok and not same(plain, answered))
        if plain.ok and wrong:
            yield Violation(
                what=f"Written with {question.label}, the rows are answered {shown(answered)}, not {shown(plain)}.",
                probes=(plain, answered),
            )
