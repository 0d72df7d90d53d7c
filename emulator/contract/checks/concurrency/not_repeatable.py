"""The same request gets different answers.

What:
    Rows of the sample, sent twice one after the other, are answered differently the second time. Numbers may differ by
    the option ``tolerance``, and JSON members named in ``volatile`` (ids, times) do not count.

Why it matters:
    Nobody can compare two versions of the endpoint, a replay of captured traffic differs from the original, and this
    tool cannot tell whether answers are mixed up under load (CON002). Models that sample at random are meant to.

How to fix:
    Put the model in evaluation mode (dropout off), set seeds, do not carry state from one request to the next. Where
    chance is wanted, ignore this check.

Source:
    Hosting contract 3.17 (documented: the caller gets the container's bytes unmodified); that they are the same each
    time is our own wish.
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.contract.check import check
from emulator.contract.crowd import told_alone
from emulator.contract.likeness import VOLATILE, alike, readable
from emulator.contract.subject import Subject
from emulator.model.finding import Violation


@check("CON004", severity="note", stage="shared")
def not_repeatable(subject: Subject, *, tolerance: float = 1e-4, volatile: str = VOLATILE) -> Iterator[Violation]:
    """Compare the first answers with the second."""
    told = told_alone(subject)
    other = [
        each
        for each in told
        if readable(each.body) and not alike(each.body, each.again, tolerance=tolerance, volatile=volatile.split())
    ]
    if other:
        yield Violation(
            what=f"{len(other)} of {len(told)} requests were answered differently when they were sent again.",
            probes=(other[0].first, other[0].second),
            facts=(f"first: {other[0].body[:200]!r}", f"then: {other[0].again[:200]!r}"),
        )
