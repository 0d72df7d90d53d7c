"""A body in chunks is refused, or taken for an empty one.

What:
    The sample is posted with ``Transfer-Encoding: chunked`` instead of a Content-Length. The answer is not the one to
    the sample.

Why it matters:
    Endpoints get a Content-Length, but batch transform with ``MaxPayloadInMB=0`` sends chunks. A WSGI server that
    reads only Content-Length sees an empty body then.

How to fix:
    Serve with gunicorn or nginx in front; both read chunks. Do not ask for the Content-Length yourself.

Source:
    Hosting contract 8.6 (documented).
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator import limits
from emulator.contract.answer import accepted, deviation, fate
from emulator.contract.check import check
from emulator.contract.subject import Subject
from emulator.contract.written import written
from emulator.model.finding import Probe, Violation
from emulator.model.message import HttpRequest
from emulator.ports import NoReply


@check("INV021", severity="note", stage="shared")
def chunked_body_refused(subject: Subject) -> Iterator[Violation]:
    """Post the sample in two chunks."""
    answer = accepted(subject)
    probe = _in_chunks(subject, answer.probe.request)
    found = deviation(subject, probe)
    if found:
        what = "gets another answer than in one piece" if found == "other" else fate(probe)
        yield Violation(what=f"The sample in chunks {what}.", probes=(answer.probe, probe))


def _in_chunks(subject: Subject, request: HttpRequest) -> Probe:
    now = subject.bench.world.clock.now
    began, reply, failure = now(), None, ""
    try:
        with subject.shared.connection() as connection:
            connection.send(written(request, chunked=True))
            reply = connection.reply(limits.INVOCATION_SECONDS)
    except NoReply as silence:
        failure = f"{silence.kind}: {silence}"
    took, port = now() - began, subject.shared.port
    return Probe(request=request, reply=reply, failure=failure, seconds=took, chunked=True, port=port)
