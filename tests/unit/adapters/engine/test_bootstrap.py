"""The mmdebstrap call, and what is asked of a machine before it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from emulator.adapters.engine.apt_sources import AptSources
from emulator.adapters.engine.bootstrap import command_line, require_program, require_python
from emulator.adapters.engine.ca_bundle import CaBundle
from emulator.adapters.engine.machine import Machine
from emulator.adapters.engine.recipe import parse_reference
from emulator.errors import BuildFailed

BUNDLE = CaBundle(path=Path("/a b.pem"), content=b"")


def test_plain_debian_is_the_smallest() -> None:
    """Without Python and bundle there are no packages and no hooks, and the target is the standard output."""
    command = command_line(parse_reference("debian:trixie"), AptSources(lines=("deb a trixie main",)), ca=None)

    assert ("trixie", "-", "deb a trixie main") == command[-3:]
    assert "--variant=minbase" in command
    assert not [word for word in command if word.startswith(("--include", "--customize-hook"))]


def test_python_is_included_and_checked() -> None:
    """A Python image includes python3 with venv, and checks its version before it is imported."""
    command = command_line(parse_reference("python:3.11-bookworm"), AptSources(), ca=None)

    assert "--include=python3,python3-venv" in command
    assert 1 == len([word for word in command if "BYOC_PYTHON" in word])


def test_bundle_is_laid_at_both_places() -> None:
    """The bundle goes where it is read and where `update-ca-certificates` collects; its path is never quoted."""
    command = command_line(parse_reference("debian:trixie"), AptSources(options=("a",)), ca=BUNDLE)

    hooks = [word for word in command if word.startswith("--customize-hook")]
    assert 2 == len([hook for hook in hooks if "$BYOC_CA_BUNDLE" in hook])
    assert "--aptopt=a" in command
    assert "/a b.pem" not in " ".join(command)


@pytest.mark.parametrize(
    ("name", "instead"),
    [("python:3.12-bookworm", "use python:3.11-bookworm"), ("python:3.13-bookworm", "use python:3.13-trixie")],
)
def test_other_python_is_refused_at_once(name: str, instead: str) -> None:
    """A Python the release does not have is refused before anything is fetched, with a name that works."""
    with pytest.raises(BuildFailed) as caught:
        require_python(parse_reference(name))

    assert "the python3 of bookworm is 3.11" == caught.value.why
    assert instead in caught.value.fix


@pytest.mark.parametrize("name", ["python:3.11-bookworm", "python:3.14-forky", "debian:bookworm"])
def test_right_or_unknown_python_passes(name: str) -> None:
    """What is right, and what only the image itself can tell, passes."""
    require_python(parse_reference(name))


@pytest.mark.parametrize(
    ("machine", "fix"),
    [
        (
            Machine(system="Linux", families=frozenset({"debian"})),
            "`sudo apt-get install mmdebstrap debian-archive-keyring`",
        ),
        (Machine(system="Darwin", root=True), "do it on Debian or Ubuntu, or use --pull where a registry answers"),
    ],
    ids=["debian-user", "macos"],
)
def test_missing_program_is_told(machine: Machine, fix: str, told: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Where mmdebstrap cannot be installed by us, the way to get it is told."""
    monkeypatch.setattr("emulator.adapters.engine.bootstrap.PROGRAM", "mmdebstrap-that-is-not-there")

    with pytest.raises(BuildFailed, match="mmdebstrap is missing") as caught:
        require_program(machine, {"PATH": ""}, told.append)

    assert fix == caught.value.fix


def test_missing_program_is_installed(
    program: Callable[[str, str], Path],
    environ: dict[str, str],
    told: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """On a Debian root machine mmdebstrap is installed with Debian's keyring."""
    monkeypatch.setattr("emulator.adapters.engine.bootstrap.PROGRAM", "mmdebstrap-that-is-not-there")
    program("apt-get", f'echo "$@" >> {tmp_path}/calls')

    require_program(Machine(system="Linux", families=frozenset({"debian"}), root=True), environ, told.append)

    assert "--no-install-recommends mmdebstrap debian-archive-keyring" in (tmp_path / "calls").read_text()
