"""An endpoint in service, and how it ends."""

from __future__ import annotations

import re
from typing import Any

import pytest

from emulator import limits
from emulator.assemble import wooden_session
from emulator.errors import ContainerExited, UsageError, ValidationError, ValidationException
from emulator.hosting import traces
from emulator.model.event import ContainerStopped, Event
from emulator.model.hosting import ContainerDefinition, Model
from emulator.model.rules import HostingRules
from emulator.testing import Answer, Exit, Script, ScriptedContainer, ScriptedRuntime

LONE = Model(containers=(ContainerDefinition("i"),))
PAIR = Model(containers=(ContainerDefinition("i"),) * 2)


class Recorded(ScriptedRuntime):
    """A runtime that remembers the order in which its containers were removed."""

    def __init__(self, script: Script) -> None:
        super().__init__({"i": script})
        self.order: list[int] = []

    def start(self, launch: Any, *, beside: Any = None) -> ScriptedContainer:
        """As ever, with an ear on its removal."""
        container, position = super().start(launch, beside=beside), len(self.order) + len(self.containers)
        remove = container.remove

        def noted() -> None:
            if not container.removed:
                self.order.append(position)
            remove()

        container.remove = noted  # type: ignore[method-assign]
        return container


def stopped(script: Script, rules: HostingRules | None = None) -> ContainerStopped:
    """What is announced when a lone container is stopped."""
    heard: list[Event] = []
    with wooden_session({"i": script}, rules=rules, emit=heard.append) as session, session.endpoint(LONE):
        pass
    (event,) = [each for each in heard if isinstance(each, ContainerStopped)]
    return event


def test_container_is_asked_to_end() -> None:
    """A container that honours SIGTERM ends with a code of its own (hosting contract 1.4)."""
    event = stopped(Script(on_terminate=0))

    assert ("primary", 0, False) == (event.subject, event.exit_code, event.killed)


def test_container_that_ignores_sigterm_is_killed() -> None:
    """After its time a container is killed, and that is told (1.4)."""
    event = stopped(Script(on_terminate=None), HostingRules(stop_seconds=0.05))

    assert (None, True) == (event.exit_code, event.killed)
    assert 0.05 <= event.seconds < 5


def test_first_container_is_removed_last() -> None:
    """The one whose network the others share outlives them."""
    runtime = Recorded(Script())
    with wooden_session(runtime) as session, session.endpoint(Model(containers=(ContainerDefinition("i"),) * 3)):
        pass

    assert [1] == runtime.order[-1:]
    assert {1, 2, 3} == set(runtime.order)


def test_all_containers_are_asked_at_once() -> None:
    """The time from SIGTERM to SIGKILL is one for all containers together."""
    heard: list[Event] = []
    rules = HostingRules(stop_seconds=0.1)
    runtime = ScriptedRuntime({"i": Script(on_terminate=None)})
    with wooden_session(runtime, rules=rules, emit=heard.append) as session:
        with session.endpoint(Model(containers=(ContainerDefinition("i"),) * 15)) as endpoint:
            began = session.world.clock.now()
            endpoint.close()
            seconds = session.world.clock.now() - began

        assert all(each.terminated for each in runtime.containers)
    assert 15 == len([each for each in heard if isinstance(each, ContainerStopped)])
    assert seconds < 15 * 0.1


def test_closed_endpoint_is_not_found() -> None:
    """Invoking after the end is answered as AWS answers for an endpoint that is gone (3.10)."""
    with wooden_session({"i": Script()}) as session, session.endpoint(LONE, name="iris") as endpoint:
        endpoint.close()
        with pytest.raises(ValidationError) as caught:
            endpoint.invoke(b"1")

    assert (
        "Endpoint iris of account 123456789012 not found.\nwhy: it is closed\nfix: invoke it inside its with"
    ) == str(caught.value)


def test_closing_twice_stops_once() -> None:
    """A second close does nothing."""
    heard: list[Event] = []
    with wooden_session({"i": Script()}, emit=heard.append) as session, session.endpoint(LONE) as endpoint:
        endpoint.close()
        endpoint.close()

    assert 1 == len([each for each in heard if isinstance(each, ContainerStopped)])


def test_logs_are_those_of_the_container() -> None:
    """The log of a container is found by its name; without one it is the first's."""
    images = {"a": Script(log=["one", "two"]), "b": Script(log=["three"])}
    model = Model(containers=(ContainerDefinition("a"), ContainerDefinition("b")))
    with wooden_session(images) as session, session.endpoint(model, name="iris") as endpoint:
        logs = (endpoint.logs(), endpoint.logs("container-2"), endpoint.logs(lines=1))
        with pytest.raises(UsageError) as caught:
            endpoint.logs("primary")

    assert ("one\ntwo", "three", "two") == logs
    assert ("Endpoint iris has no container primary.\nfix: its containers are: container-1, container-2") == str(
        caught.value
    )


def test_container_that_ends_in_service_is_told() -> None:
    """Whoever waits for a failure hears which container ended, with code and log."""
    script = Script(invocations=Exit(code=137, log=["Killed"]))
    with wooden_session({"i": Script(), "frail": script}) as session:
        model = Model(containers=(ContainerDefinition("i"), ContainerDefinition("frail")))
        with session.endpoint(model) as endpoint:
            with pytest.raises(Exception, match="could not get a response"):
                endpoint.invoke(b"1")
            with pytest.raises(ContainerExited) as caught:
                endpoint.wait_for_failure()

    assert ("container-2", 137, ("Killed",)) == (caught.value.container, caught.value.exit_code, caught.value.log_tail)


def test_only_the_latest_traces_are_kept() -> None:
    """An endpoint keeps 100 traces, and before the first invocation an empty one."""
    with wooden_session({"i": Script()}) as session, session.endpoint(LONE) as endpoint:
        before = len(endpoint.trace)
        for _ in range(101):
            endpoint.invoke(b"1")

        assert (0, 100, 1) == (before, len(endpoint.traces), len(endpoint.trace))


def test_traces_with_large_bodies_are_fewer() -> None:
    """Besides the newest trace's, bodies of 64 MB are kept; a later container's request is the reply before it."""
    large, limit = b"x" * limits.PAYLOAD_BETWEEN_BYTES, 64 * limits.MEBIBYTE
    with wooden_session({"i": Script(invocations=Answer(body=large))}) as session, session.endpoint(PAIR) as endpoint:
        for _ in range(10):
            endpoint.invoke(b"1")
        kept = len(endpoint.traces)
        endpoint.traces.clear()
        endpoint.invoke(b"1")

        assert limit // (2 * len(large)) == kept - 1
        assert 1 == len(endpoint.traces)


def test_newest_trace_is_kept_whatever_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    """The trace of the latest invocation is there even if its bodies alone have more than all may have."""
    monkeypatch.setattr(traces, "TRACE_BYTES", 10)
    with wooden_session({"i": Script(invocations=Answer(body=b"four"))}) as session, session.endpoint(LONE) as endpoint:
        for body in (b"12345678", b"1", b"2", b"3"):
            endpoint.invoke(body)
            newest = endpoint.trace.hops[0].request.body

            assert body == newest
        assert [b"2", b"3"] == [each.hops[0].request.body for each in endpoint.traces][-2:]
        assert 3 == len(endpoint.traces)


@pytest.mark.parametrize("body", [None, 1, ["1"]], ids=["none", "number", "list"])
def test_body_must_be_bytes_or_text(body: Any) -> None:
    """Any other body is refused with what to do."""
    with (
        wooden_session({"i": Script()}) as session,
        session.endpoint(LONE) as endpoint,
        pytest.raises(UsageError) as caught,
    ):
        endpoint.invoke(body)

    assert (
        f"A body must be bytes or text, not {type(body).__name__}.\nfix: encode it: CSV text, or json.dumps(...)"
    ) == str(caught.value)


@pytest.mark.parametrize(
    "body", [b"12", bytearray(b"12"), memoryview(b"12"), "12"], ids=lambda each: type(each).__name__
)
def test_body_may_be(body: Any) -> None:
    """Bytes of any kind, and text, are bodies."""
    echo = Script(invocations=lambda request: Answer(body=request.body))
    with wooden_session({"i": echo}) as session, session.endpoint(LONE) as endpoint:
        assert "12" == endpoint.invoke(body).text


def test_name_is_made_or_checked() -> None:
    """Without a name an endpoint gets one that no other has; a bad one is refused before anything starts."""
    runtime = ScriptedRuntime({"i": Script()})
    with wooden_session(runtime) as session:
        with session.endpoint(LONE) as first, session.endpoint(LONE) as second:
            names = (first.name, second.name)
        started = len(runtime.launches)
        with pytest.raises(ValidationException, match="at 'endpointName' failed"), session.endpoint(LONE, name="a_b"):
            pass

    assert all(re.fullmatch("byoc-[0-9a-f]{12}", name) for name in names)
    assert names[0] != names[1]
    assert started == len(runtime.launches)


def test_invocations_may_come_at_once() -> None:
    """Many threads may invoke one endpoint; each gets the answer to its own request."""
    from concurrent.futures import ThreadPoolExecutor

    echo = Script(invocations=lambda request: Answer(body=request.body, delay=0.01))
    with wooden_session({"i": echo}) as session, session.endpoint(PAIR) as endpoint, ThreadPoolExecutor(16) as pool:
        replies = list(pool.map(lambda n: endpoint.invoke(str(n)).text, range(64)))

    assert [str(n) for n in range(64)] == replies
