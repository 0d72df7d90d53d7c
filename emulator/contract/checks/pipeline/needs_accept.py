"""A container of the pipeline answers in the right type only when it is asked for it with Accept.

What:
    The sample goes through the pipeline without Accept for any container but the last, and a container does not take
    what the one before it answers. Asked with an Accept header, that one answers a type that is taken.

Why it matters:
    The caller's Accept is for the last container only; the others see none. It works with curl, container by
    container, and in the pipeline each invocation fails with ``client error (415) from container-2``.

How to fix:
    Answer the type that the next container takes when there is no Accept. In AWS's own images set the variable
    SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT, such as text/csv, on the container before.

Source:
    Hosting contract 4.4 (observed: no Accept for intermediate containers), 3.16 (code: the variable).
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.contract.check import check
from emulator.contract.passage import cure_of, passage_of
from emulator.contract.subject import Chained
from emulator.model.finding import Violation


@check("PIP002", severity="error", stage="chain")
def needs_accept(chained: Chained) -> Iterator[Violation]:
    """Look whether an Accept would have helped."""
    cure = cure_of(chained)
    if cure is not None:
        refusing = passage_of(chained).legs[-1]
        answered = cure.leg.kind or "no Content-Type"
        yield Violation(
            what=f"Without Accept, {cure.leg.name} answers {cure.leg.outcome} {answered}, and {refusing.name} "
            f"{refusing.outcome}; with Accept: {cure.accept} it would work.",
            probes=(cure.leg.probe, cure.probe),
            facts=(f"{refusing.name}: {refusing.probe}",),
            launch=cure.leg.launch,
        )
