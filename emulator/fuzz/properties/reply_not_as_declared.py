"""A reply cannot be read as the type it declares.

What:
    The reply to valid rows is parsed by its Content-Type: CSV with rows of one length, JSON without NaN, JSON
    Lines.

Why it matters:
    The next container of a pipeline, or the client's deserializer, fails on some rows only: NaN is no JSON,
    np.float64(1.0) no number.

How to fix:
    Serialise with a library, convert NumPy scalars with float(), and write missing predictions as null.

Source:
    Hosting contract 4.3; RFC 8259 6 (JSON has no NaN).
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.contract.body import flaw
from emulator.fuzz.case import Case
from emulator.fuzz.drawing import valid_batches
from emulator.fuzz.property import holds
from emulator.fuzz.reading import odd_number
from emulator.fuzz.target import Target
from emulator.model.finding import Violation


@holds("FUZ013", severity="error", cases=valid_batches, apart=True)
def reply_not_as_declared(target: Target, case: Case) -> Iterator[Violation]:
    """Read it, strictly."""
    for answered in target.ask_all(case.questions):
        wrong = flaw(answered.reply) or odd_number(answered.reply) if answered.ok and answered.reply else ""
        if wrong and answered.reply is not None:
            what = f"The reply is declared {answered.reply.content_type}, and {wrong}."
            yield Violation(what=what, probes=(answered,))
            return
