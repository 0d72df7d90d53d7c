r"""It makes a difference whether the last line ends in a newline.

What:
    The sample is posted with a final newline and without. One of the two is refused or fails, or they get different
    answers, such as one row more or less.

Why it matters:
    ``curl --data-binary @file`` sends the newline, the SDK's CSVSerializer does not, and batch transform splits and
    joins lines of its own. A lost or additional last row shifts every result behind it.

How to fix:
    Split with ``splitlines()`` or a CSV reader instead of ``split("\n")``, and skip an empty last line.

Source:
    Hosting contract 11 item 21.
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.contract.answer import accepted, deviation, fate, varied
from emulator.contract.body import records
from emulator.contract.check import NotApplicable, check
from emulator.contract.sample import LINES
from emulator.contract.subject import Subject
from emulator.model.finding import Probe, Violation


@check("INV013", severity="warning", stage="shared")
def trailing_newline(subject: Subject) -> Iterator[Violation]:
    """Add or remove the sample's last newline."""
    answer = accepted(subject)
    if answer.sample.media_type not in LINES:
        raise NotApplicable("the sample has no lines")
    body = answer.sample.body
    bare = body.rstrip(b"\r\n")
    word, other = ("without", bare) if bare != body else ("with", body + b"\n")
    probe = varied(subject, other)
    found = deviation(subject, probe)
    if found == "other":
        what = f"The sample {word} a final newline gets another answer{_rows(answer.probe, probe)}."
        yield Violation(what=what, probes=(answer.probe, probe))
    elif found:
        yield Violation(what=f"The sample {word} a final newline {fate(probe)}.", probes=(probe,))


def _rows(before: Probe, after: Probe) -> str:
    if before.reply is None or after.reply is None:
        return ""
    counts = records(before.reply), records(after.reply)
    return "" if counts[0] == counts[1] or None in counts else f": {counts[1]} rows instead of {counts[0]}"
