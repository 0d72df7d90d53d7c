"""A container answers the sample with more than the next one may get.

What:
    The answer of a container that is not the last has more than 5 MB, for the sample as it is.

Why it matters:
    SageMaker ends the invocation: "Received response from container-1 with status code 200. However, the request
    payload from container-1 to container-2 is … bytes, which has exceeded the maximum limit of 5 MB."

How to fix:
    Send fewer rows at once, or answer a denser type: fewer digits, application/x-npy or application/x-recordio-protobuf
    in place of CSV, sparse in place of dense columns.

Source:
    Hosting contract 4.6 (documented: 5 MB between containers, and the message).
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.contract.check import check
from emulator.contract.passage import passage_of
from emulator.contract.subject import Chained
from emulator.model.finding import Violation


@check("PIP005", severity="error", stage="chain")
def reply_too_large_between(chained: Chained) -> Iterator[Violation]:
    """Look at the sizes."""
    for leg in passage_of(chained).handing_on:
        most = leg.subject.bench.rules.payload_between_bytes
        if len(leg.body) > most:
            yield Violation(
                what=f"{leg.name} answers the sample with {len(leg.body):,} bytes; the next one may get {most:,}.",
                probes=(leg.probe,),
                launch=leg.launch,
            )
