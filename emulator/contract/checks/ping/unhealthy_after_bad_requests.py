"""After some bad requests GET /ping is not healthy any more, or the sample is not answered.

What:
    A handful of requests that any client may send: not HTTP, cut off in the middle, an empty body, noise, another
    type. Then ``GET /ping`` must still be answered with 200 within 2 s, and the sample as before.

Why it matters:
    One client with a bad row takes the endpoint away from all: SageMaker replaces the instance, requests fail
    meanwhile, and the next bad row does it again.

How to fix:
    Answer what you cannot read with 4xx and forget it. A request's error must not reach the flag behind /ping, a
    worker must not end with it, and what it locked must be freed (``with lock:``, ``finally:``).

Source:
    Hosting contract 2.8, 2.9, 3.6.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from emulator.contract.check import check
from emulator.contract.subject import Subject
from emulator.contract.survival import ill
from emulator.model.finding import Probe, Violation
from emulator.ports import NoReply

SECONDS: Final = 5.0
"""A bad request that is not answered within is left alone."""

BROKEN: Final = (
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(32),  # TLS says hello
    b"POST /invocations HTTP/1.1\r\nHost: x\r\nContent-Type: text/csv\r\nContent-Length: 100\r\n\r\n1,2,3",
    b"POST /invocations HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n",
)


@check("PNG010", severity="error", stage="shared")
def unhealthy_after_bad_requests(subject: Subject) -> Iterator[Violation]:
    """Send them, and see."""
    trial, kind = subject.shared, subject.sample.content_type if subject.sample else "text/csv"
    for data in BROKEN:
        _break_off(subject, data)
    bad = tuple(
        trial.post(body, media, seconds=SECONDS)
        for body, media in ((b"", kind), (bytes(range(256)), kind), (b"{[}", kind), (b"\x00", "application/x-nothing"))
    )
    if ill(trial):
        ping = trial.ping()
        what = f"After {len(BROKEN) + len(bad)} bad requests GET /ping is answered with {ping.status or ping.failure}."
        yield Violation(what=what, probes=(*bad, ping))
        return
    sample, usual = subject.sample, subject.remembered.get("answer")
    if sample is None or usual is None or not usual.ok:
        return
    answered: Probe = trial.post(sample.body, sample.content_type, accept=sample.accept)
    if not answered.ok:
        what = f"After {len(BROKEN) + len(bad)} bad requests the sample is answered with "
        yield Violation(what=f"{what}{answered.status or answered.failure}.", probes=(*bad, answered))


def _break_off(subject: Subject, data: bytes) -> None:
    try:
        with subject.shared.connection() as connection:
            connection.send(data)
            subject.pause(0.02)
    except NoReply:
        """The ping tells."""
