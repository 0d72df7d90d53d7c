r"""A byte order mark at the start of the body makes a difference.

What:
    The sample is posted with the bytes EF BB BF before it, as Excel and PowerShell write them. The answer is 5xx, or
    2xx with another content than without the mark. Refusing it with 4xx is fine.

Why it matters:
    The mark becomes part of the first field: ``could not convert string to float: '\ufeff1.5'``, or a first row taken
    for a header and lost without a word.

How to fix:
    Decode with ``utf-8-sig``, which drops the mark if there is one, or refuse it with 400.

Source:
    Hosting contract 11 item 21.
"""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Iterator

from emulator.contract.answer import accepted, deviation, fate, varied
from emulator.contract.body import textual
from emulator.contract.check import NotApplicable, check
from emulator.contract.subject import Subject
from emulator.model.finding import Violation


@check("INV011", severity="warning", stage="shared")
def byte_order_mark(subject: Subject) -> Iterator[Violation]:
    """Put one before the sample."""
    answer = accepted(subject)
    if not textual(answer.sample.media_type) or answer.sample.body.startswith(BOM_UTF8):
        raise NotApplicable("the sample is no text without a byte order mark")
    probe = varied(subject, BOM_UTF8 + answer.sample.body)
    found = deviation(subject, probe)
    if found == "failed":
        yield Violation(what=f"The sample behind a byte order mark {fate(probe)}.", probes=(probe,))
    elif found == "other":
        what = "The sample behind a byte order mark gets another answer than without it."
        yield Violation(what=what, probes=(answer.probe, probe))
