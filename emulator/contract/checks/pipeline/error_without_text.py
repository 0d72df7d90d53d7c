"""A container says nothing when it fails on what the one before it sent.

What:
    A container that is not the first gets text that is no record, in the type that the one before it answers, and
    replies with an error status and no text at all.

Why it matters:
    The caller reads ``Received server error (500) from container-2 with message ""``. It never saw what container-2
    was sent, so nothing says whether the first container, the second or the request is at fault.

How to fix:
    Answer errors with a sentence as text or JSON: what was expected, what came, in which row.

Source:
    Hosting contract 4.7 (observed: the error names the container), 3.6 (observed: the body becomes the message).
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.contract.check import check
from emulator.contract.passage import passage_of
from emulator.contract.subject import Chained
from emulator.model.finding import Violation

NO_RECORD = b"this is no record\n"


@check("PIP007", severity="warning", stage="chain")
def error_without_text(chained: Chained) -> Iterator[Violation]:
    """Send each container but the first what it cannot read."""
    for before, after in passage_of(chained).pairs:
        probe = after.trial.post(NO_RECORD, before.kind)
        if probe.reply is not None and probe.status >= 400 and not probe.reply.body.strip():
            yield Violation(
                what=f"{after.name} answers {probe.status} without a word to {before.kind or 'no Content-Type'} "
                f"that is no record.",
                probes=(probe,),
                launch=after.launch,
            )
