"""The Accept header is ignored.

What:
    The sample is posted with ``Accept: application/json``, and with a type that no server offers. The reply is 2xx and
    of another type; 406, or any other 4xx, would say that it cannot be had.

Why it matters:
    A client that asked for JSON, such as a Predictor with a JSONDeserializer, gets something else and fails to parse
    it, far from the cause. Batch transform sends its ``TransformOutput.Accept`` in the same header.

How to fix:
    Choose the type of the reply by Accept; without the header, or for ``*/*``, by a default of your own. Answer 406 if
    there is no such type.

Source:
    Hosting contract 3.13, 3.19, 4.4 (code: AWS's own images answer 406). HTTP allows a server to ignore Accept, hence
    only a note where no type at all is honoured or the reply is no text.
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.contract.answer import accepted, fate
from emulator.contract.bad_requests import UNKNOWN_TYPE, failed
from emulator.contract.body import is_json, textual
from emulator.contract.check import check
from emulator.contract.subject import Subject
from emulator.model.finding import Probe, Violation
from emulator.model.message import media_type

JSON = "application/json"


@check("INV004", severity="warning", stage="shared")
def accept_ignored(subject: Subject) -> Iterator[Violation]:
    """Ask for JSON, and for what there is not."""
    sample = accepted(subject).sample
    probes = [subject.shared.post(sample.body, sample.content_type, accept=accept) for accept in (JSON, UNKNOWN_TYPE)]
    for probe in probes:
        if failed(probe):
            yield Violation(what=f"The sample with {_asked(probe)} {fate(probe)}, not with 406.", probes=(probe,))
    ignored = [probe for probe in probes if probe.ok and not _as_asked(probe)]
    if ignored:
        kinds = [f"{_asked(probe)} is answered with {_given(probe) or 'no type'}" for probe in ignored]
        bites = _asked(ignored[0]) == f"Accept: {JSON}" and textual(_given(ignored[0]))
        yield Violation(
            what=f"{' and '.join(kinds)}, not with 406.", probes=tuple(ignored), severity=None if bites else "note"
        )


def _asked(probe: Probe) -> str:
    return f"Accept: {probe.request.headers['Accept']}"


def _given(probe: Probe) -> str:
    return "" if probe.reply is None else media_type(probe.reply.content_type)


def _as_asked(probe: Probe) -> bool:
    asked, given = probe.request.headers["Accept"], _given(probe)
    nothing = probe.reply is None or not probe.reply.body
    return nothing or not given or asked == given or (asked == JSON and is_json(given))
