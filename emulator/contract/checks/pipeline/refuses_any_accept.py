"""A container of the pipeline goes wrong when it is asked for any type, Accept: */*.

What:
    A container that is not the last is sent the sample with ``Accept: */*``. It refuses, or it answers another type
    than without Accept, which the next container does not take.

Why it matters:
    AWS does not say whether containers before the last get no Accept or ``*/*``. Where it is the latter, every
    invocation of the pipeline fails with 406 or 415.

How to fix:
    Treat ``*/*`` like no Accept at all: answer your default type.

Source:
    Hosting contract 4.4 (unknown which of the two; both are to be expected).
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.contract.check import check
from emulator.contract.passage import Leg, passage_of
from emulator.contract.subject import Chained
from emulator.model.finding import Violation


@check("PIP003", severity="warning", stage="chain")
def refuses_any_accept(chained: Chained) -> Iterator[Violation]:
    """Ask each container but the last for any type."""
    for before, after in passage_of(chained).pairs:
        if after.probe.ok:
            yield from _asked(before, after)


def _asked(before: Leg, after: Leg) -> Iterator[Violation]:
    request = before.probe.request
    probe = before.trial.post(request.body, request.headers.get("Content-Type"), accept="*/*")
    if probe.reply is None or not probe.ok:
        yield Violation(
            what=f"{before.name} answers {probe.status or probe.failure} to Accept: */*, and 2xx without.",
            probes=(probe,),
            launch=before.launch,
        )
    elif probe.reply.content_type != before.kind:
        next_probe = after.trial.post(probe.reply.body, probe.reply.content_type)
        if not next_probe.ok:
            yield Violation(
                what=f"With Accept: */*, {before.name} answers {probe.reply.content_type} in place of {before.kind}, "
                f"and {after.name} {next_probe.status or next_probe.failure} to that.",
                probes=(probe,),
                facts=(f"{after.name}: {next_probe}",),
                launch=before.launch,
            )
