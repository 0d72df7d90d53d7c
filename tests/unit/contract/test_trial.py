"""A container on trial is watched until it is healthy, has ended, or will not become healthy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from emulator import limits
from emulator.model.launch import Address
from emulator.ports import NoReply
from emulator.testing import Answer, Exit, Script

ELSEWHERE = (Address(host="0.0.0.0", port=5000),)


def test_healthy_container(wooden: Callable[..., Any], echo: Script) -> None:
    """A 200 ends the wait; the moments tell of it, and requests are answered."""
    with wooden(good=echo).subject().trial() as trial:
        answered = trial.post(b"1,2", "text/csv")

        assert trial.healthy
        assert ["started", "GET /ping -> 200"] == [moment.text for moment in trial.moments]
        assert (200, b"1,2") == (answered.status, answered.reply.body)


def test_loading_container_gets_its_time(wooden: Callable[..., Any]) -> None:
    """A server that says 503 for longer than others may stand still is waited for."""
    loading = Script(ping=[Answer(status=503)] * 20 + [Answer()])

    with wooden(good=loading, settle_seconds=0.1).subject().trial() as trial:
        assert trial.healthy


@pytest.mark.parametrize(
    ("script", "outcome"),
    [
        (Script(ping=Answer(status=404)), "404"),
        (Script(listens=False, sockets=ELSEWHERE), "refused"),
    ],
)
def test_hopeless_container_is_given_up(wooden: Callable[..., Any], script: Script, outcome: str) -> None:
    """What answers wrongly, or listens elsewhere, is not waited for to the end of the window."""
    with wooden(good=script).subject().trial(seconds=30) as trial:
        assert not trial.healthy
        assert trial.outcome.startswith(outcome)
        assert "given up" in trial.moments[-1].text


def test_window_closes(wooden: Callable[..., Any]) -> None:
    """What loads for ever is left when the window closes."""
    with wooden(good=Script(ping=Answer(status=503))).subject().trial(seconds=0.3) as trial:
        assert not trial.healthy


def test_ended_container_is_noticed(wooden: Callable[..., Any]) -> None:
    """A container that ends tells its exit code, at once."""
    with wooden(good=Script(exits=Exit(code=3, log=("no",)))).subject().trial(seconds=30) as trial:
        assert (3, ("no",)) == (trial.exit_code, trial.log())


def test_refused_start_is_a_trial_too(wooden: Callable[..., Any]) -> None:
    """A program that the engine cannot start is reported, not raised."""
    with wooden(good=Script(refuses_start="exec: serve: not found")).subject().trial() as trial:
        assert ("exec: serve: not found", False) == (trial.refused, trial.healthy)
        with pytest.raises(RuntimeError):
            trial.ping()


def test_silence_is_a_failure_not_an_exception(wooden: Callable[..., Any]) -> None:
    """A request without a reply says why in its probe."""
    slow = Script(invocations=Answer(delay=5.0))

    with wooden(good=slow).subject().trial() as trial:
        answered = trial.post(b"", "text/csv", seconds=0.1)

        assert (0, False) == (answered.status, answered.ok)
        assert answered.failure.startswith("timeout")


def test_variations_reach_the_launch(wooden: Callable[..., Any], echo: Script) -> None:
    """Environment, user, isolation and the model's folder are what was asked for."""
    bench = wooden(good=echo)
    subject = bench.subject()
    with subject.trial(environment={"A": "1"}, user="10001", isolated=True, port=9000):
        pass
    launch = bench.runtime.launches[0]

    assert ("1", "10001", True, (9000,), ()) == (
        launch.environment["A"],
        launch.user,
        launch.isolated,
        launch.ports,
        launch.mounts,
    )


def test_bytes_can_be_sent_one_by_one(wooden: Callable[..., Any], echo: Script) -> None:
    """A connection of one's own sends a body in pieces and reads the reply."""
    with wooden(good=echo).subject().trial() as trial, trial.connection() as connection:
        connection.send(b"POST /invocations HTTP/1.1\r\nContent-Length: 4\r\nContent-Type: text/csv\r\n\r\n1,")
        with pytest.raises(NoReply):
            connection.reply(0.1)


def test_connection_that_nobody_accepts(wooden: Callable[..., Any]) -> None:
    """A connection to a port where nothing listens is a NoReply."""
    with (
        wooden(good=Script(listens=False)).subject().trial(seconds=0.1) as trial,
        pytest.raises(NoReply),
        trial.connection(),
    ):
        pass


def test_platform_headers_are_sent(wooden: Callable[..., Any], echo: Script) -> None:
    """A container sees the Host and User-Agent of the platform."""
    bench = wooden(good=echo)
    with bench.subject().trial() as trial:
        trial.post(b"1", "text/csv", accept="*/*", headers={"X-A": "b"})
    sent = bench.runtime.containers[0].invocations[0].headers

    assert (limits.USER_AGENT, "*/*", "b") == (sent["User-Agent"], sent["Accept"], sent["X-A"])
