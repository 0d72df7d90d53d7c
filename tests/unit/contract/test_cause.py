"""One cause for every way of not becoming healthy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from emulator.contract.cause import FAKE_CREDENTIALS, Cause, cause_of
from emulator.contract.start import PATIENCE
from emulator.model.launch import Address, ContainerLaunch
from emulator.testing import Answer, Exit, FakeStore, Raw, Script, ScriptedContainer

EVERYWHERE = Address(host="0.0.0.0", port=8080)
LOOPBACK = Address(host="127.0.0.1", port=8080)
ELSEWHERE = Address(host="0.0.0.0", port=5000)
HELPER = Address(host="127.0.0.1", port=8001)
DEAD = Script(exits=Exit(code=1))
READ_ONLY = Script(exits=Exit(code=1, log=("OSError: [Errno 30] Read-only file system: '/opt/ml/model/x'",)))


@pytest.fixture
def caused(wooden: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Cause]:
    """The cause that is found for a script."""
    monkeypatch.setattr("emulator.contract.cause.program_of", lambda subject: None)

    def found(script: Script, *, seconds: float = 3.0, **members: Any) -> Cause:
        subject = wooden(good=script, settle_seconds=0.1).subject(**members)
        with subject.trial(seconds=seconds) as trial:
            subject.shared = trial
            return cause_of(subject)

    return found


@pytest.mark.parametrize(
    ("script", "cause"),
    [
        (Script(), ""),
        (Script(exits=Exit(code=1)), "exit"),
        (Script(refuses_start="exec: serve: permission denied"), "exit"),
        (Script(ping=Answer(status=404)), "status"),
        (Script(ping=Answer(status=204)), "status"),
        (Script(ping=Answer(status=301)), "redirect"),
        (Script(ping=Raw(pieces=(b"no HTTP",)), sockets=(EVERYWHERE,)), "malformed"),
        (Script(ping=Raw(), sockets=(EVERYWHERE,)), "malformed"),
        (Script(ping=Raw(), sockets=(LOOPBACK,)), "loopback"),
        (Script(ping=Raw(), sockets=(ELSEWHERE,)), "port"),
        (Script(listens=False, sockets=(LOOPBACK, ELSEWHERE)), "loopback"),
        (Script(listens=False, sockets=(Address(host="::1", port=8080),)), "loopback"),
        (Script(listens=False, sockets=(ELSEWHERE,)), "port"),
        (Script(listens=False, sockets=(HELPER,)), "port"),
    ],
)
def test_cause_is_told(script: Script, cause: Cause, caused: Callable[..., Cause]) -> None:
    """Exits, statuses, bytes that are no HTTP and sockets in the wrong place are told apart."""
    assert cause == caused(script)


@pytest.mark.parametrize(
    ("script", "cause"),
    [
        (Script(listens=False, sockets=()), "silent"),
        (Script(listens=False, sockets=None), "silent"),
        (Script(ping=Answer(status=503)), "status"),
        (Script(ping=Raw(), sockets=None), "malformed"),
    ],
)
def test_cause_is_told_when_the_window_closes(script: Script, cause: Cause, caused: Callable[..., Cause]) -> None:
    """What might still become healthy gets the whole window."""
    assert cause == caused(script, seconds=0.4)


def test_late_answers_are_slow(caused: Callable[..., Cause], monkeypatch: pytest.MonkeyPatch) -> None:
    """A ping that is answered after its time has the cause of its own."""
    monkeypatch.setattr("emulator.contract.trial.limits.PING_SECONDS", 0.1)
    monkeypatch.setattr("emulator.contract.trial.Trial.ping.__kwdefaults__", {"seconds": 0.1, "connect_seconds": 0.1})

    assert "slow" == caused(Script(ping=Answer(delay=0.3), sockets=(EVERYWHERE,)))


def changing(bench: Any, become: Callable[[ContainerLaunch, int], Script]) -> None:
    """Make each start of the bench's engine what a function of the launch and its number says."""
    runtime, start = bench.runtime, bench.runtime.start

    def other(launch: ContainerLaunch, **told: Any) -> ScriptedContainer:
        runtime.images[launch.image] = become(launch, len(runtime.launches))
        container: ScriptedContainer = start(launch, **told)
        return container

    runtime.start = other


@pytest.mark.parametrize(
    ("become", "cause", "starts"),
    [
        (
            lambda launch, n: Script() if launch.environment.keys() >= FAKE_CREDENTIALS.keys() else DEAD,
            "credentials",
            4,
        ),
        (lambda launch, n: Script() if not launch.mounts[0].read_only else DEAD, "model-folder", 3),
        (lambda launch, n: Script() if not launch.mounts[0].read_only else READ_ONLY, "model-folder", 2),
        (lambda launch, n: DEAD if n == 0 else Script(), "exit", 5),
        (lambda launch, n: DEAD, "exit", 3),
    ],
    ids=["credentials", "model folder", "model folder by its log", "only once", "always"],
)
def test_cure_tells_the_cause(
    become: Callable[[ContainerLaunch, int], Script],
    cause: Cause,
    *,
    starts: int,
    wooden: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """What is healthy with one thing changed, and not without, has that cause; what failed only once has not."""
    monkeypatch.setattr("emulator.contract.cause.program_of", lambda subject: None)
    monkeypatch.setattr("emulator.contract.cause.copytree", lambda *_, **__: tmp_path)
    bench = wooden(store=FakeStore(), good=Script())
    changing(bench, become)
    subject = bench.subject(folder=tmp_path)
    with subject.trial() as trial:
        subject.shared = trial
        assert cause == cause_of(subject)
        assert cause == cause_of(subject)

    assert starts == len(bench.runtime.launches)


def test_busy_server_gets_more_time(wooden: Callable[..., Any]) -> None:
    """One that listens elsewhere first, as workers do, is not given up as soon as one that answers wrongly."""
    script = Script(listens=False, sockets=(HELPER,))
    with wooden(good=script, settle_seconds=0.1).subject().trial(seconds=5) as trial:
        assert trial.moments[-1].seconds >= PATIENCE * 0.1
