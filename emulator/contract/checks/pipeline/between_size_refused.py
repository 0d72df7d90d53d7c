"""A container refuses a body of the size that the one before it may send.

What:
    A container gets 5 MB of records as the one before it answers them, and refuses them with 413 or hangs up. Other
    errors are not counted: the records are the sample's over and over. Where it refuses anything of that size, INV014
    tells.

Why it matters:
    SageMaker passes up to 5 MB from one container to the next. Narrow CSV is many rows: a limit on rows or on memory
    shows only with large requests: ``Received client error (413) from container-2``.

How to fix:
    Raise the limit on rows, predict in slices, or let the first container answer fewer bytes at once.

Source:
    Hosting contract 4.6 (documented: 5 MB between containers).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from emulator.contract.check import NotApplicable, check
from emulator.contract.passage import Leg, passage_of
from emulator.contract.sample import Sample
from emulator.contract.subject import Chained
from emulator.model.finding import Probe, Violation

LINE: Final = b"x" * 65_535 + b"\n"
"""No record."""


@check("PIP004", severity="error", stage="chain")
def between_size_refused(chained: Chained) -> Iterator[Violation]:
    """Send each container but the first as much as it may get."""
    for before, after in passage_of(chained).pairs:
        if not after.probe.ok:
            raise NotApplicable(f"{after.name} does not take what {before.name} answers, whatever its size")
        size = after.subject.bench.rules.payload_between_bytes
        probe = after.trial.post(_filled(before, size), before.kind)
        if _refused(probe) and not _any_refused(before, after, size):
            yield Violation(
                what=f"{after.name} answers {probe.status or probe.failure} to {size:,} bytes of "
                f"{before.kind or 'no Content-Type'} from {before.name}.",
                probes=(probe,),
                launch=after.launch,
            )


def _refused(probe: Probe) -> bool:
    return probe.status == 413 or probe.failure.startswith(("closed", "refused"))


def _any_refused(before: Leg, after: Leg, size: int) -> bool:
    """Whether it refuses what is no record, too, and so for its size; one that has ended refused the records."""
    if after.trial.exit_code is not None:
        return False
    return _refused(after.trial.post((LINE * (size // len(LINE) + 1))[:size], before.kind))


def _filled(before: Leg, size: int) -> bytes:
    """Whole records, then newlines in lines and blanks elsewhere."""
    sample = Sample(body=before.body or b" ", content_type=before.kind or "")
    rows = sample.rows
    once = b"".join(rows)
    records = once * (size // len(once)) if len(rows) > 1 or once.endswith(b"\n") else once
    return records[:size] + (b"\n" if once.endswith(b"\n") else b" ") * max(size - len(records), 0)
