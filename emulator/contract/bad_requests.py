"""Requests that a server has to refuse, each sent once: several checks look at how it does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from typing import Final, Literal, TypeAlias, get_args

from emulator import limits
from emulator.contract.answer import BEFORE, hung
from emulator.contract.check import NotApplicable
from emulator.contract.sample import Sample
from emulator.contract.subject import Subject
from emulator.contract.trial import invocation
from emulator.model.finding import Probe
from emulator.model.message import HttpRequest
from emulator.wire.container_api import PLATFORM_HEADERS

BadRequest: TypeAlias = Literal[
    "unknown-type",
    "missing-type",
    "empty-body",
    "truncated-body",
    "binary-body",
    "unknown-route",
    "wrong-method",
]

BAD_INVOCATIONS: Final[tuple[BadRequest, ...]] = get_args(BadRequest)[:5]
"""Those whose answer a client of the endpoint gets to see."""

UNKNOWN_TYPE: Final = "application/x-byoc-unknown"

UNKNOWN_ROUTE: Final = "/byoc-unknown-route"

PATIENCE: Final = 10.0
"""Seconds: a request that is refused is refused soon."""

CALM_SECONDS: Final = 20.0
"""A server that could not answer gets so long to come back to itself."""

FALLBACK: Final = Sample(body=b"{}", content_type="application/json")
"""Where no sample was given, to spoil."""


def asked(subject: Subject, name: BadRequest, *, seconds: float = PATIENCE) -> Probe:
    """What came of a bad request; it is sent once a run.

    Args:
        subject: whose shared container is asked.
        name: which one.
        seconds: how long to wait for the answer, above what the sample takes.

    Raises:
        NotApplicable: there is nothing to spoil, or the sample itself is not answered.
    """
    known: dict[BadRequest, Probe] = subject.remembered.setdefault("bad requests", {})
    if name not in known:
        request = REQUESTS[name](_spoilable(subject))
        known[name] = subject.shared.ask(request, seconds=seconds + 3 * max(subject.latencies, default=0.0))
        if silent(known[name]):
            _let_it_recover(subject)
    return known[name]


def all_asked(subject: Subject, *, seconds: float = PATIENCE) -> Iterator[tuple[BadRequest, Probe]]:
    """Every bad request that there can be here, with what came of it."""
    for name in get_args(BadRequest):
        try:
            yield name, asked(subject, name, seconds=seconds)
        except NotApplicable:
            continue


def silent(probe: Probe) -> bool:
    """Whether the time for an answer passed without one."""
    return probe.failure.startswith("timeout")


def failed(probe: Probe) -> bool:
    """Whether the server failed over a request: 5xx, or the connection broke. One that hangs is another finding."""
    return probe.status >= 500 or (probe.reply is None and not silent(probe))


def _spoilable(subject: Subject) -> Sample | None:
    """The sample; None where none was given."""
    answered: Probe | None = subject.remembered.get(BEFORE)
    if answered is not None and not answered.ok:
        raise NotApplicable("it does not answer the sample")
    if hung(subject):
        raise NotApplicable("since a bad request it has not answered anything")
    return subject.sample


def _let_it_recover(subject: Subject) -> None:
    """One that still works on a bad request would look guilty of more than that."""
    now = subject.bench.world.clock.now
    until = now() + CALM_SECONDS
    while now() < until:
        sample = subject.sample
        answered = (
            subject.shared.ping()
            if sample is None
            else subject.shared.post(
                sample.body, sample.content_type, accept=sample.accept, seconds=max(until - now(), 0.1)
            )
        )
        if answered.ok:
            return
        subject.pause(0.1)
    subject.remembered["hung"] = subject.shared


def _unknown_type(sample: Sample | None) -> HttpRequest:
    return invocation((sample or FALLBACK).body, UNKNOWN_TYPE)


def _missing_type(sample: Sample | None) -> HttpRequest:
    return invocation((sample or FALLBACK).body, None)


def _empty_body(sample: Sample | None) -> HttpRequest:
    return invocation(b"", (sample or FALLBACK).content_type)


def _truncated_body(sample: Sample | None) -> HttpRequest:
    if sample is None:
        raise NotApplicable("there is no sample to cut")
    if not (body := truncated(sample)):
        raise NotApplicable("the sample is too short to cut")
    return invocation(body, sample.content_type)


def _binary_body(sample: Sample | None) -> HttpRequest:
    return invocation(NOISE, (sample or FALLBACK).content_type)


def _unknown_route(_: Sample | None) -> HttpRequest:
    return HttpRequest(method="GET", path=UNKNOWN_ROUTE, headers=PLATFORM_HEADERS)


def _wrong_method(_: Sample | None) -> HttpRequest:
    return HttpRequest(method="GET", path=limits.INVOCATIONS, headers=PLATFORM_HEADERS)


def truncated(sample: Sample) -> bytes:
    """The sample without the second half of its last record."""
    whole, last = sample.body.rstrip(), sample.rows[-1].rstrip()
    return whole[: len(whole) - len(last) // 2 - 1]


NOISE: Final = b"\x00\xff\xfe" + b"".join(sha256(bytes([count])).digest() for count in range(32))
"""1,027 bytes that are no text, the same in every run."""

REQUESTS: Final[Mapping[BadRequest, Callable[[Sample | None], HttpRequest]]] = {
    "unknown-type": _unknown_type,
    "missing-type": _missing_type,
    "empty-body": _empty_body,
    "truncated-body": _truncated_body,
    "binary-body": _binary_body,
    "unknown-route": _unknown_route,
    "wrong-method": _wrong_method,
}
