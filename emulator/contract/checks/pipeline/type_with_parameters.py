"""A container hands on a media type with a charset.

What:
    A container that is not the last answers a Content-Type such as ``text/csv; charset=utf-8``. The next one takes it;
    where it does not, PIP001 tells.

Why it matters:
    The header reaches the next container verbatim, and many compare it as a whole: ``ValueError: Content type
    text/csv; charset=utf-8 is not supported``. Another container in that place breaks the pipeline.

How to fix:
    Set the bare type. Flask adds the charset to text types: assign ``response.headers["Content-Type"]`` itself.

Source:
    Hosting contract 4.3 (observed: verbatim, parameters included, and the message).
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.contract.check import check
from emulator.contract.passage import passage_of
from emulator.contract.subject import Chained
from emulator.model.finding import Violation


@check("PIP006", severity="note", stage="chain")
def type_with_parameters(chained: Chained) -> Iterator[Violation]:
    """Look at the types."""
    for before, after in passage_of(chained).pairs:
        _, _, parameters = (before.kind or "").partition(";")
        if after.probe.ok and "charset" in parameters.lower():
            yield Violation(
                what=f"{before.name} hands on {before.kind!r} to {after.name}.",
                probes=(before.probe,),
                launch=before.launch,
            )
