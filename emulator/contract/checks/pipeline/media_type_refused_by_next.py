"""What one container answers is refused by the next one.

What:
    The sample goes through the pipeline as SageMaker sends it: the body and Content-Type of each answer, verbatim, are
    the next container's request. One of them does not answer with 2xx.

Why it matters:
    Every invocation fails with ModelError: ``Received client error (415) from container-2 with message …``.

How to fix:
    Let the first container answer a type that the second takes, or let the second take it, parameters such as
    ``; charset=utf-8`` included: compare the type, not the whole header.

Source:
    Hosting contract 4.2 (documented), 4.3 (observed: verbatim, parameters included), 4.7 (the error names it).
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.contract.check import check
from emulator.contract.passage import cure_of, passage_of
from emulator.contract.subject import Chained
from emulator.model.finding import Violation


@check("PIP001", severity="error", stage="chain")
def media_type_refused_by_next(chained: Chained) -> Iterator[Violation]:
    """Send the sample through; where an Accept would have helped, PIP002 tells."""
    for before, after in passage_of(chained).pairs:
        if not after.probe.ok and cure_of(chained) is None:
            yield Violation(
                what=f"{after.name} does not take what {before.name} answers, {before.kind or 'no Content-Type'}: "
                f"{after.outcome}.",
                probes=(after.probe,),
                facts=(f"{before.name}: {before.probe}", f"{after.name}: {after.probe}"),
                launch=after.launch,
            )
