"""A container answers with another number of rows than it was sent.

What:
    The sample goes through the pipeline; a container that gets and gives lines (CSV, JSON Lines) gives more or fewer
    than it got, a header line not counted. A single line for many is taken for a summary, and is no finding.

Why it matters:
    Nothing names the rows: the caller joins answers to its requests by position, and from the lost row on each
    gets its neighbour's prediction. Batch transform with JoinSource=Input fails.

How to fix:
    Give an answer for every row, an empty or NaN one where there is none; refuse the whole request otherwise.

Source:
    Hosting contract 4.2 (documented: the body of one is the request of the next), 8.8, 8.10 (documented: order, join).
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.contract.check import check
from emulator.contract.passage import passage_of
from emulator.contract.row import counts
from emulator.contract.subject import Chained
from emulator.model.finding import Violation


@check("PIP008", severity="warning", stage="chain")
def rows_lost_between(chained: Chained) -> Iterator[Violation]:
    """Count the rows."""
    for leg in passage_of(chained).legs:
        request = leg.probe.request
        sent = counts(request.body, request.headers.get("Content-Type"))
        given = counts(leg.body, leg.kind)
        if leg.probe.ok and sent and given and not given & (sent | {1}):
            yield Violation(
                what=f"{leg.name} was sent {max(sent)} rows and answered {max(given)}.",
                probes=(leg.probe,),
                launch=leg.launch,
            )
