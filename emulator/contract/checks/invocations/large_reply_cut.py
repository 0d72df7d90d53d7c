"""The reply to many records is incomplete.

What:
    The sample's records are posted over and over in one body of up to ``kilobytes``, fewer where the model is slow. The
    reply breaks off, has fewer or more records than asked for, or is 5xx although two samples in one body were fine.

Why it matters:
    Batch transform packs up to 6 MB of records into one request and assigns results by position. A reply that breaks
    off is "could not load the entire response body" to the caller.

How to fix:
    Let nginx write its buffer files (``proxy_temp_path`` in a folder that the worker's user may write to) or switch
    ``proxy_buffering`` off; send the Content-Length of the bytes, not of the characters; loop over all records.

Source:
    Hosting contract 3.7 (observed), 3.12, 8.8 (documented: records stay in order).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from emulator.contract.answer import accepted, fate, varied
from emulator.contract.bad_requests import silent
from emulator.contract.body import records
from emulator.contract.check import NotApplicable, check
from emulator.contract.sample import LINES
from emulator.contract.subject import Subject
from emulator.model.finding import Probe, Violation

GROWTH: Final = 8
"""Each body is so many times as long as the one before: the time that one took tells whether to go on."""


@check("INV015", severity="error", stage="shared")
def large_reply_cut(subject: Subject, *, kilobytes: int = 256, seconds: float = 5.0) -> Iterator[Violation]:
    """Post the sample more and more times in one body."""
    answer = accepted(subject)
    if answer.sample.media_type not in LINES:
        raise NotApplicable("the sample has no lines to repeat")
    once, rows = answer.sample.repeated(1), len(answer.sample.rows)
    twice = varied(subject, once * 2)
    if twice.reply is None or not twice.ok:
        raise NotApplicable(f"two samples in one body are not answered, so more need not be: that {fate(twice)}")
    one_for_one = records(twice.reply) == rows * 2
    for size in (kilobytes * 1024 // GROWTH**2, kilobytes * 1024 // GROWTH, kilobytes * 1024):
        times = max(3, size // len(once))
        probe = varied(subject, once * times, seconds=GROWTH * seconds)
        if silent(probe) or 400 <= probe.status < 500:
            return  # a server may say how many it takes
        if wrong := _wrong(probe, rows * times if one_for_one else None):
            yield Violation(what=f"{rows * times:,} records in one body: {wrong}.", probes=(twice, probe))
            return
        if probe.seconds * GROWTH > seconds:
            return


def _wrong(probe: Probe, asked: int | None) -> str:
    """What is wrong with a reply; how many records it has tells only where the number that it should have is known."""
    if probe.reply is None or not probe.ok:
        return f"the request {fate(probe)}"
    had = records(probe.reply)
    return "" if asked is None or had == asked else f"the reply has {'no readable ones' if had is None else f'{had:,}'}"
