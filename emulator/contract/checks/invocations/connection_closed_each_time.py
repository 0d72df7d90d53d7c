"""The connection is closed after each reply.

What:
    The sample is posted twice over one connection, and the server closes it after its first reply.

Why it matters:
    Every request pays for a new connection, and under load it waits in the accept queue, where SageMaker gives it
    250 ms. A millisecond model loses a good part of its throughput.

How to fix:
    Put nginx with ``keepalive`` in front, or run gunicorn with ``--worker-class gthread --keep-alive 75``: its default
    worker closes every connection.

Source:
    Hosting contract 3.1 (documented: 250 ms to accept). Whether the platform keeps connections open is not documented.
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator import limits
from emulator.contract.answer import accepted
from emulator.contract.check import NotApplicable, check
from emulator.contract.subject import Subject
from emulator.contract.written import written
from emulator.model.finding import Violation
from emulator.ports import NoReply
from emulator.ports.raw import RawConnection


@check("INV020", severity="note", stage="shared")
def connection_closed_each_time(subject: Subject) -> Iterator[Violation]:
    """Ask twice over one connection."""
    answer = accepted(subject)
    try:
        with subject.shared.connection() as connection:
            sign = _closed(connection, written(answer.probe.request))
    except NoReply as silence:
        raise NotApplicable(f"the sample was not answered this time: {silence}") from silence
    if sign:
        yield Violation(what=f"After one reply the connection is closed ({sign}).", probes=(answer.probe,))


def _closed(connection: RawConnection, request: bytes) -> str:
    """What shows that a connection is good for one request only; empty if it is good for two."""
    connection.send(request)
    said = connection.reply(limits.INVOCATION_SECONDS).headers.get("connection", "")
    if "close" in said.lower():
        return f"Connection: {said}"
    connection.send(request)
    try:
        connection.reply(limits.INVOCATION_SECONDS)
    except NoReply as silence:
        return "it said nothing of it" if silence.kind == "closed" else ""
    return ""
