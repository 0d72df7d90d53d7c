"""One stop tells the checks of stops whether SIGTERM was heard, what became of a request, and how it ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from emulator.contract.checks.shutdown.drops_request_in_flight import drops_request_in_flight
from emulator.contract.checks.shutdown.exit_code_after_sigterm import exit_code_after_sigterm
from emulator.contract.checks.shutdown.ignores_sigterm import ignores_sigterm
from emulator.contract.checks.shutdown.shell_as_process_1 import shell_as_process_1
from emulator.contract.checks.shutdown.slow_stop import slow_stop
from emulator.contract.runner import Runner
from emulator.contract.stop import is_shell, shell_form, stop_of
from emulator.testing import Script

CHECKS = (ignores_sigterm, drops_request_in_flight, exit_code_after_sigterm, shell_as_process_1, slow_stop)


def judged(bench: Any, subject: Any) -> set[str]:
    """The codes of the checks that found something."""
    options = {each.rule.code: each.rule.options for each in CHECKS}
    runner = Runner(checks=CHECKS, options=options, profile="realtime", bench=bench.bench)
    return {each.rule.code for each in runner.run([subject]) if each.status == "failed"}


@pytest.fixture
def stopping(wooden: Callable[..., Any], echo: Script) -> Callable[..., tuple[Any, Any]]:
    """A bench with a short grace, and the subject of a script that ends like that."""

    def made(**told: Any) -> tuple[Any, Any]:
        bench = wooden(good=replace(echo, **told))
        bench.bench = replace(bench.bench, rules=replace(bench.bench.rules, stop_seconds=0.6))
        return bench, bench.subject()

    return made


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("/bin/sh -c python3 app.py", True),
        ("bash /opt/serve serve", True),
        ("-bash", True),
        ("/bin/busybox sh /serve", True),
        ("python3 /opt/program/serve", False),
        ("/usr/local/bin/shserver", False),
        ("tini -- sh serve", False),
        ("", False),
    ],
)
def test_shell_is_told_by_its_name(command: str, expected: bool) -> None:
    """The program's own name counts, not its folder, nor its arguments."""
    assert expected is is_shell(command)


def test_shell_form_is_three_words() -> None:
    """What docker makes of an ENTRYPOINT without brackets, and nothing that somebody wrote himself."""
    assert shell_form(("/bin/sh", "-c", "python app.py"))
    assert not shell_form(("/bin/sh", "-c", 'exec python app.py "$@"', "--"))
    assert not shell_form(())


def test_deaf_program_ignores_sigterm(stopping: Callable[..., Any]) -> None:
    """It is that and nothing else: the request in flight is answered, and it did not stop slowly."""
    assert {"END001"} == judged(*stopping(on_terminate=None))


def test_deaf_shell_is_named_instead(stopping: Callable[..., Any]) -> None:
    """Where a shell keeps the signal from the server, that is the finding."""
    assert {"END004"} == judged(*stopping(on_terminate=None, processes=("sh -c serve & wait", "serve")))


def test_shell_form_entrypoint_is_left_to_the_image(stopping: Callable[..., Any]) -> None:
    """A check of the image says it already."""
    bench, subject = stopping(on_terminate=None, processes=("/bin/sh -c serve",))
    subject.image = replace(subject.image, entrypoint=("/bin/sh", "-c", "serve"))

    assert set() == judged(bench, subject)


def test_shell_that_stops_is_no_finding(stopping: Callable[..., Any]) -> None:
    """One that passes the signal on does its work; here it only drops the request."""
    assert {"END002"} == judged(*stopping(processes=("bash /serve",)))


def test_end_at_once_drops_the_request(stopping: Callable[..., Any]) -> None:
    """The request is gone, and the exit code is a finding of its own."""
    assert {"END002", "END003"} == judged(*stopping(on_terminate=1))


def test_without_a_sample_nothing_is_in_flight(stopping: Callable[..., Any]) -> None:
    """The stop itself is still looked at."""
    bench, subject = stopping(on_terminate=3)
    subject.sample = None

    assert {"END003"} == judged(bench, subject)


def test_one_container_is_stopped_for_all(stopping: Callable[..., Any]) -> None:
    """All checks look at the same stop."""
    bench, subject = stopping()

    assert stop_of(subject) is stop_of(subject)
    assert 1 == len(bench.runtime.containers)
