"""The command `byoc engine`, as far as it goes without an engine."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from emulator.cli.engine import described, engine
from emulator.errors import EngineUnavailable, UsageError
from emulator.model.engine import Attempt, Engine

ENGINE = Engine(
    url="unix:///run/user/7/podman/podman.sock",
    found_by="Podman (rootless)",
    kind="podman",
    version="4.3.1",
    api_version="1.41",
    rootless=True,
    local=True,
    passed_over=(
        Attempt(where="current context 'far'", url="tcp://far:2375", outcome="no answer within 4 s"),
        Attempt(where="Docker socket", url="unix:///var/run/docker.sock", outcome="no such file"),
    ),
)


def call(tmp_path: Path, *arguments: str, **variables: str) -> Result:
    """Run the command with an environment of its own."""
    environ = {"XDG_CACHE_HOME": str(tmp_path), "DOCKER_HOST": "unix:///nowhere.sock", **variables}
    return CliRunner().invoke(engine, arguments, env=environ)


def test_engine_is_described() -> None:
    """An engine is shown with its address, how it was found, what it is, and what of note was passed over."""
    assert (
        "unix:///run/user/7/podman/podman.sock\n"
        "found by: Podman (rootless)\n"
        "engine:   podman 4.3.1 (API 1.41), rootless\n"
        "passed over: current context 'far' tcp://far:2375: no answer within 4 s"
    ) == described(ENGINE)


@pytest.mark.parametrize(
    "arguments", [(), ("up",), ("up", "--install"), ("base", "debian:trixie")], ids=["engine", "up", "install", "base"]
)
def test_dead_choice_is_an_error(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """Every command that needs an engine raises what the caller of the command line turns into status 3."""
    result = call(tmp_path, *arguments)

    assert isinstance(result.exception, EngineUnavailable)
    assert "DOCKER_HOST is set to unix:///nowhere.sock" in str(result.exception)


def test_down_says_when_there_is_nothing(tmp_path: Path) -> None:
    """Without a dockerd of ours, `down` stops nothing and says so."""
    result = call(tmp_path, "down")

    assert (0, "nothing to stop: no dockerd started by `byoc engine up` is running\n") == (
        result.exit_code,
        result.output,
    )


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("base", ("--bootstrap", "--pull", "--auto", "--ca-bundle", "--mirror", "--rebuild", "re-signs TLS")),
        ("up", ("--install", "--no-install")),
        ("down", ("and no other",)),
    ],
)
def test_help_names_the_options(tmp_path: Path, command: str, words: tuple[str, ...]) -> None:
    """Every option of a command is in its help, with what it is for."""
    text = " ".join(call(tmp_path, command, "--help").output.split())

    assert [] == [word for word in words if word not in text]


def test_help_loads_no_adapter() -> None:
    """Showing help imports neither docker-py nor rich's console."""
    script = (
        "import sys; import emulator.cli.engine; print([m for m in ('docker', 'rich.console') if m in sys.modules])"
    )

    output = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout

    assert "[]\n" == output


def test_no_reference_is_refused(tmp_path: Path) -> None:
    """`base` without a reference is a usage error of the command line."""
    assert 2 == call(tmp_path, "base").exit_code


def test_unknown_reference_is_refused_before_an_engine_is_asked(tmp_path: Path) -> None:
    """A name that cannot be made is told even where no engine answers."""
    assert isinstance(call(tmp_path, "base", "x:y").exception, UsageError)
