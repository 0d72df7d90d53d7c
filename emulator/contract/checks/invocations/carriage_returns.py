r"""Lines that end in CR LF are not read like lines that end in LF.

What:
    The sample is posted with the other kind of line ends. The answer is 5xx, or 2xx with another content. That it is
    refused with 4xx is a note.

Why it matters:
    Files from Windows and Python's ``csv.writer`` have CR LF; RFC 4180 names nothing else for text/csv. A last column
    of text gets an invisible character and becomes an unknown category: a wrong prediction, and no error.

How to fix:
    Split with ``splitlines()`` or a CSV reader instead of ``split("\n")``.

Source:
    Hosting contract 11 item 21.
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.contract.answer import accepted, deviation, fate, varied
from emulator.contract.check import NotApplicable, check
from emulator.contract.sample import LINES
from emulator.contract.subject import Subject
from emulator.model.finding import Severity, Violation


@check("INV012", severity="warning", stage="shared")
def carriage_returns(subject: Subject) -> Iterator[Violation]:
    """Change the ends of the sample's lines."""
    answer = accepted(subject)
    body = answer.sample.body
    if answer.sample.media_type not in LINES or b"\n" not in body:
        raise NotApplicable("the sample has no lines")
    ends, other = (
        ("CR LF", body.replace(b"\n", b"\r\n")) if b"\r\n" not in body else ("LF", body.replace(b"\r\n", b"\n"))
    )
    probe = varied(subject, other)
    found = deviation(subject, probe)
    if found == "other":
        yield Violation(what=f"With {ends} the sample gets another answer.", probes=(answer.probe, probe))
    elif found:
        severity: Severity = "note" if found == "refused" else "warning"
        yield Violation(what=f"The sample with {ends} {fate(probe)}.", probes=(probe,), severity=severity)
