"""The reply to the sample has no Content-Type.

What:
    The sample is answered with a body and without the header that says what it is.

Why it matters:
    InvokeEndpoint passes the header on as it is: a client that chooses its reader by ``ContentType`` has nothing to go
    by. In a pipeline (an error then) the next container gets a body without a type, and most servers answer it 415.

How to fix:
    Declare it: ``Response(body, mimetype="text/csv")`` in Flask, ``media_type=`` in FastAPI.

Source:
    Hosting contract 3.17, 4.3 (documented: Content-Type is passed to the client, and to the next container verbatim).
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.contract.answer import accepted
from emulator.contract.check import check
from emulator.contract.subject import Subject
from emulator.model.finding import Violation


@check("INV002", severity="warning", stage="shared")
def reply_without_content_type(subject: Subject) -> Iterator[Violation]:
    """Look at the answer to the sample."""
    answer = accepted(subject)
    if answer.reply.body and not answer.reply.content_type:
        yield Violation(
            what=f"The reply to the sample has {len(answer.reply.body):,} bytes and no Content-Type.",
            probes=(answer.probe,),
            severity="error" if subject.hands_on else None,
        )
