"""What is asked, on every way out."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from math import inf
from typing import Any

import pytest

from emulator.adapters.raw_http import SocketHttp
from emulator.assemble import wooden_session
from emulator.errors import EndpointFailed, UsageError
from emulator.fuzz.case import Question
from emulator.fuzz.service import targeted
from emulator.fuzz.target import Target, TimeIsUp
from emulator.model.hosting import ContainerDefinition, Model
from emulator.model.message import HttpRequest, Invocation
from emulator.model.rules import HostingRules
from emulator.testing import DROPPED, Act, Answer, Exit, Raw, Script, ScriptedRuntime

ONE = Question(body=b"1\n", content_type="text/csv")
CSV = {"Content-Type": "text/csv"}


@contextmanager
def target_of(*scripts: Script, rules: HostingRules | None = None) -> Iterator[tuple[Target, ScriptedRuntime]]:
    """A target of these containers, in a row."""
    runtime = ScriptedRuntime({f"image-{place}": script for place, script in enumerate(scripts)})
    model = Model(containers=tuple(ContainerDefinition(name) for name in runtime.images))
    rules = rules or HostingRules(stop_seconds=0.2)
    with wooden_session(runtime, rules=rules) as opened, targeted(opened, model, SocketHttp()) as target:
        yield target, runtime


def echo(request: HttpRequest) -> Act:
    """What was sent."""
    return Answer(headers=CSV, body=request.body)


def test_answers_come_in_the_order_of_the_questions() -> None:
    """However many are asked at once."""
    questions = [Question(body=b"%d" % number, content_type="text/csv") for number in range(40)]
    with target_of(Script(invocations=echo)) as (target, _):
        for at_once in (1, 3, 16, 99):
            answers = target.ask_all(questions, at_once=at_once)

            assert [each.body for each in questions] == [each.reply.body for each in answers if each.reply]
        assert 160 == target.asked


@pytest.mark.parametrize(
    ("act", "status", "failure"),
    [
        (Answer(status=500, body=b"no"), 500, ""),
        (Answer(status=302), 302, ""),
        (DROPPED, 0, "closed: "),
        (Raw(pieces=[b"hello\r\n\r\n"]), 0, "closed: "),
        (Answer(delay=30), 0, "timeout: "),
    ],
)
def test_failures_are_answers(act: Act, status: int, failure: str) -> None:
    """Whatever a container does is told, and never raised."""
    rules = HostingRules(stop_seconds=0.2, invocation_seconds=0.2)
    with target_of(Script(invocations=act), rules=rules) as (target, _):
        answered = target.ask(ONE)

    assert status == answered.status
    assert answered.failure.startswith(failure)
    assert not answered.ok


def test_reply_that_the_next_container_cannot_be_sent_is_none() -> None:
    """In a chain, a sound reply of the first container is not the chain's."""
    large = Script(invocations=Answer(headers=CSV, body=b"x" * 2000))
    rules = HostingRules(stop_seconds=0.2, payload_between_bytes=1000)
    with target_of(large, Script(invocations=echo), rules=rules) as (target, _):
        answered = target.ask(ONE)

    assert (None, False) == (answered.reply, answered.ok)
    assert answered.failure.startswith("malformed: ")


def test_oversize_is_413_and_a_closed_endpoint_is_not() -> None:
    """What AWS refuses is answered; an endpoint that was closed meanwhile is asked again, anew."""
    rules = HostingRules(stop_seconds=0.2, payload_bytes=10)
    with target_of(Script(invocations=echo), rules=rules) as (target, runtime):
        assert 413 == target.ask(Question(body=b"x" * 11, content_type=None)).status
        before = target.endpoint
        with ThreadPoolExecutor(4) as pool:
            asking = [pool.submit(target.ask, ONE) for _ in range(100)]
            target.restart()
            asking += [pool.submit(target.ask, ONE) for _ in range(100)]
            # One that was asked when its container was taken away may have lost its connection, and that is told.
            statuses = {each.result().status for each in asking}

        assert 200 in statuses
        assert statuses <= {200, 0}
        assert before is not target.endpoint
        assert 2 == len(runtime.containers)
        assert 1 == target.restarts


def test_container_that_ended_is_replaced_for_questions_only() -> None:
    """A ping shows that it ended; the next question finds a new one."""
    with target_of(Script(invocations=[Exit(code=3, log=["bye"]), Answer(body=b"1")])) as (target, runtime):
        target.ask(ONE)

        assert target.ended
        assert (0, ("bye",)) == (target.ping().status, target.log())
        target.ask(ONE)
        assert (2, 1) == (len(runtime.containers), target.restarts)


def test_container_that_does_not_start_again_is_no_answer() -> None:
    """That the endpoint fails is raised: there is nothing to ask."""
    with target_of(Script(invocations=echo)) as (target, runtime):
        runtime.images["image-0"] = Script(exits=Exit(code=1))
        target.restart()

        with pytest.raises(EndpointFailed):
            target.ask(ONE)


def test_refresh_replaces_what_answers_otherwise() -> None:
    """A container that is ill, or answers what it knows in another way, is made anew; a sound one is not."""
    said, healthy = [b"1"], [200]
    script = Script(ping=lambda _: Answer(status=healthy[0]), invocations=lambda _: Answer(body=said[0]))
    with target_of(script) as (target, _):
        target.remember(ONE)
        target.refresh()
        assert 0 == target.restarts
        said[0] = b"2"
        target.refresh()
        assert 1 == target.restarts
        said[0] = b"1"
        assert 200 == target.ask(ONE).status
        healthy[0] = 503
        target.refresh()
        healthy[0] = 200
        assert 2 == target.restarts


def test_fickle_container_is_not_replaced_for_it() -> None:
    """One that never says the same twice would be made anew all the time."""
    said = iter(range(100))
    with target_of(Script(invocations=lambda _: Answer(body=b"%d" % next(said)))) as (target, _):
        target.remember(ONE)
        target.refresh()

        assert 0 == target.restarts


def test_nothing_is_asked_when_time_is_up() -> None:
    """Questions, pings too, end a search from within."""
    with target_of(Script(invocations=echo)) as (target, runtime):
        target.until = -inf
        with pytest.raises(TimeIsUp):
            target.ask(ONE)
        with pytest.raises(TimeIsUp):
            target.ping()

        assert [] == runtime.containers[0].invocations


def test_closed_target_makes_no_container() -> None:
    """Who asks after the end gets an error, and no endpoint that nobody would close."""
    with target_of(Script(invocations=echo)) as (target, runtime):
        target.close()

        with pytest.raises(UsageError):
            target.ask(ONE)
        assert 1 == len(runtime.containers)


def test_interrupt_leaves_no_question_behind() -> None:
    """Ctrl-C while many questions are under way drops the rest, and no container is left."""
    opened: list[ScriptedRuntime] = []

    def interrupted() -> None:
        with target_of(Script(invocations=echo)) as (target, runtime):
            opened.append(runtime)
            answered: Any = target.endpoint.send

            def send(invocation: Invocation) -> Any:
                if len(runtime.containers[0].invocations) > 3:
                    raise KeyboardInterrupt
                return answered(invocation)

            target.endpoint.send = send  # type: ignore[method-assign]
            target.ask_all([ONE] * 200)

    with pytest.raises(KeyboardInterrupt):
        interrupted()

    assert len(opened[0].containers[0].invocations) < 20
    assert [] == opened[0].left
