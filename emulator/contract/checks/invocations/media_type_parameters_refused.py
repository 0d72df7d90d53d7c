"""A known media type is refused when it is spelled in another way.

What:
    The sample's type is accepted as given, but not with ``; charset=utf-8`` behind it, with or without the space, or
    in capitals. Capitals alone are a note; all else is an error in a container that gets another one's replies.

Why it matters:
    Content-Type reaches a container verbatim. Flask and most clients add a charset to text, so in a pipeline the reply
    of one container is refused by the next: "Received client error (415) from container-2 … Content type text/csv;
    charset=utf-8 is not supported".

How to fix:
    Compare what stands before the first ``;``, stripped and in lower case. Flask has it ready as ``request.mimetype``.

Source:
    Hosting contract 4.3 (observed: passed on verbatim, parameters included), 11 item 6.
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.contract.answer import accepted, fate
from emulator.contract.body import textual
from emulator.contract.check import NotApplicable, check
from emulator.contract.subject import Subject
from emulator.model.finding import Severity, Violation


@check("INV006", severity="warning", stage="shared")
def media_type_parameters_refused(subject: Subject, *, parameter: str = "charset=utf-8") -> Iterator[Violation]:
    """Spell the sample's type in other ways."""
    sample = accepted(subject).sample
    if not textual(sample.media_type):
        raise NotApplicable(f"{sample.media_type} is not text and has no such parameters")
    media, parameters = sample.media_type, sample.content_type.partition(";")[2]
    spellings = [f"{media}; {parameter}", f"{media};{parameter}", f"{media.upper()};{parameters}".rstrip(";")]
    if parameters:
        spellings.append(media)
    probes = [subject.shared.post(sample.body, each, accept=sample.accept) for each in spellings]
    refused = [probe for probe in probes if not probe.ok]
    if refused:
        names = [f"{probe.request.headers['Content-Type']!r} {fate(probe)}" for probe in refused]
        severity: Severity = "error" if subject.position else "warning"
        yield Violation(
            what=f"{sample.content_type!r} is accepted, but {', '.join(names)}.",
            probes=tuple(refused),
            severity="note" if refused == [probes[2]] else severity,
        )
