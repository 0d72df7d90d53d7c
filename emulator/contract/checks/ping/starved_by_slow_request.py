"""One request whose body comes slowly keeps GET /ping from being answered.

What:
    While half of the body of one ``POST /invocations`` has been sent, several pings must be answered within 2 s,
    whatever their status.

Why it matters:
    The server does one thing at a time: whatever holds up a request, a slow client or a prediction of some seconds,
    holds up the ping, too. SageMaker counts the ping as failed and replaces an instance that only had work to do.

How to fix:
    Two workers or threads at least (``gunicorn --threads 4``, ``workers=2``), an asynchronous server that does not
    compute in its loop, or nginx in front that answers or buffers.

Source:
    Hosting contract 2.3, 2.9, 11.10.
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator import limits
from emulator.contract.check import NotApplicable, check
from emulator.contract.subject import Subject
from emulator.contract.trial import invocation
from emulator.model.finding import Probe, Violation
from emulator.model.message import HttpRequest
from emulator.ports import NoReply


@check("PNG009", severity="warning", stage="shared")
def starved_by_slow_request(subject: Subject, *, pings: int = 3) -> Iterator[Violation]:
    """Send half a request, and ping."""
    sample = subject.sample
    body, kind = (sample.body, sample.content_type) if sample is not None else (b"0" * 64, "application/octet-stream")
    request = invocation(body, kind)
    starved = _unanswered(subject, head(request), body, pings)
    if starved is not None and subject.shared.ping().reply is not None:
        yield Violation(
            what=f"While one request's body is on its way, GET /ping is not answered within {limits.PING_SECONDS:g} s.",
            probes=(starved,),
            facts=(
                f"sent before it, and not to its end: {len(body) // 2} of {len(body)} bytes to {limits.INVOCATIONS}",
            ),
        )


def _unanswered(subject: Subject, head: bytes, body: bytes, pings: int) -> Probe | None:
    try:
        with subject.shared.connection() as slow:
            slow.send(head + body[: len(body) // 2])
            for _ in range(pings):
                subject.pause(0.03)
                probe = subject.shared.ping()
                if probe.reply is None:
                    return probe
    except NoReply as refused:
        raise NotApplicable(f"a second connection is not accepted: {refused}") from refused
    return None


def head(request: HttpRequest) -> bytes:
    """Request line and headers as they are sent."""
    headers = {**request.headers, "Content-Length": str(len(request.body))}
    lines = [f"{request.method} {request.path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")
