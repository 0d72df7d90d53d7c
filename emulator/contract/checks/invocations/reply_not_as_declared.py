"""The body of the reply is not what its Content-Type says.

What:
    The reply to the sample does not parse as its declared type: JSON that is none (NaN and single quotes included),
    CSV whose rows differ in length or that is JSON, text/html without a tag, bytes outside of its charset, an array
    without its magic number, a compressed body.

Why it matters:
    SageMaker passes body and type on unread, and drops Content-Encoding. Clients and the next container of a pipeline
    choose their reader by the type, and fail: ``JSONDecodeError`` in a Predictor, 415 from container-2 (an error then).

How to fix:
    Set the type of what is really sent. Flask calls a plain string text/html; return ``jsonify(...)`` or
    ``Response(body, mimetype="text/csv")``. Write JSON with a JSON library, NaN as null, and do not compress.

Source:
    Hosting contract 3.17, 4.3 (documented, observed), 11 item 24 (text/html from the scikit-learn container).
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.contract.answer import accepted
from emulator.contract.body import flaw
from emulator.contract.check import check
from emulator.contract.subject import Subject
from emulator.model.finding import Violation


@check("INV003", severity="warning", stage="shared")
def reply_not_as_declared(subject: Subject) -> Iterator[Violation]:
    """Parse the answer to the sample."""
    answer = accepted(subject)
    if found := flaw(answer.reply):
        yield Violation(
            what=f"The reply to the sample is declared as {answer.reply.content_type or 'nothing'}, but {found}.",
            probes=(answer.probe,),
            facts=(f"it begins with {answer.reply.body[:60]!r}",),
            severity="error" if subject.hands_on else None,
        )
