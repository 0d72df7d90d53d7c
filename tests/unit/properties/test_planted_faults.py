"""The net catches fish: a rule that is broken on purpose is found, in the shortest pipeline that shows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeAlias

import pytest
from hypothesis import HealthCheck, Phase, find, settings

from emulator.adapters.http import PooledSender
from emulator.hosting import pipeline
from emulator.model.message import HttpReply, HttpRequest
from emulator.wire import container_api, model_error
from tests.unit.properties.chain_rules import Call, Choices, Stage, passage
from tests.unit.properties.pipelines import BETWEEN, PAYLOAD, PIPELINES, PUNCTUAL, SECONDS
from tests.unit.properties.ways_in import by_python

Plant: TypeAlias = Callable[[pytest.MonkeyPatch], None]

CALL = Call(body=b"1", content_type="text/plain", accept="text/html", attributes="a")
CHOICES = Choices(payload=PAYLOAD, between=BETWEEN)
FIND = settings(
    max_examples=500,
    database=None,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)

request_for, usable, send = container_api.request_for, pipeline._require_usable, PooledSender.send


def requests_become(change: Callable[[HttpRequest], HttpRequest]) -> Plant:
    """Change what a container is sent."""
    return lambda patch: patch.setattr(
        container_api, "request_for", lambda *args, **more: change(request_for(*args, **more))
    )


def with_header(request: HttpRequest, name: str, value: str | None) -> HttpRequest:
    """A request with another header, or without it."""
    headers = {**request.headers, name: value}
    return replace(request, headers={each: given for each, given in headers.items() if given is not None})


def accept_for_all(request: HttpRequest) -> HttpRequest:
    """The client's Accept goes to every container."""
    return with_header(request, "Accept", CALL.accept)


def clients_type_for_all(request: HttpRequest) -> HttpRequest:
    """The client's Content-Type goes to every container."""
    return with_header(request, "Content-Type", CALL.content_type)


def redirects_are_replies(patch: pytest.MonkeyPatch) -> None:
    """3xx counts as 2xx."""

    def lenient(reply: HttpReply, *args: Any, **more: Any) -> None:
        usable(replace(reply, status=200) if reply.status // 100 == 3 else reply, *args, **more)

    patch.setattr(pipeline, "_require_usable", lenient)


def one_byte_more(patch: pytest.MonkeyPatch) -> None:
    """The limit between containers is off by one."""

    def lenient(reply: HttpReply, *args: Any, rules: Any, **more: Any) -> None:
        usable(reply, *args, rules=replace(rules, payload_between_bytes=rules.payload_between_bytes + 1), **more)

    patch.setattr(pipeline, "_require_usable", lenient)


def time_for_each(patch: pytest.MonkeyPatch) -> None:
    """Each container has all of the chain's time."""

    def patient(self: Any, *args: Any, seconds: float, **more: Any) -> HttpReply:
        return send(self, *args, seconds=SECONDS, **more)

    patch.setattr(PooledSender, "send", patient)


def first_is_named(patch: pytest.MonkeyPatch) -> None:
    """Silence is always the first container's."""
    silent = model_error.from_silence
    patch.setattr(
        pipeline,
        "from_silence",
        lambda detail, origin: silent(detail, replace(origin, container=origin.trace.hops[0].container)),
    )


def cut_is_whole(patch: pytest.MonkeyPatch) -> None:
    """A reply that ended early passes for one."""
    patch.setattr(
        pipeline, "_require_usable", lambda reply, *args, **more: usable(replace(reply, complete=True), *args, **more)
    )


def breaks_a_rule(stages: tuple[Stage, ...]) -> bool:
    """Whether the emulator does something else than the rules say."""
    with by_python(stages, CHOICES) as deployed:
        return bool(passage(stages, CALL, CHOICES) != deployed.send(CALL))


@pytest.mark.parametrize(
    ("plant", "containers"),
    [
        (requests_become(accept_for_all), 2),
        (requests_become(clients_type_for_all), 2),
        (redirects_are_replies, 1),
        (one_byte_more, 2),
        (time_for_each, 2),
        (first_is_named, 2),
        (cut_is_whole, 1),
    ],
    ids=["Accept", "Content-Type", "3xx", "size", "time", "name", "cut"],
)
def test_fault_is_found(monkeypatch: pytest.MonkeyPatch, plant: Plant, containers: int) -> None:
    """A fault is found, and the pipeline that is shown for it has as few containers as it takes."""
    plant(monkeypatch)
    stages = find(PIPELINES if plant is time_for_each else PUNCTUAL, breaks_a_rule, settings=FIND)

    assert containers == len(stages)
