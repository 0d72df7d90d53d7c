"""What a machine is, and what is advised on it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from emulator.adapters.engine.machine import Machine, advice, this_machine
from emulator.model.engine import Attempt

DEBIAN = Machine(system="Linux", families=frozenset({"debian"}), root=True)
CLOSED = Attempt(where="Docker socket", url="unix:///a", outcome="permission denied: …")


@pytest.mark.parametrize(
    ("machine", "wanted"),
    [
        (DEBIAN, "`byoc engine up --install`"),
        (replace(DEBIAN, root=False), 'sudo "$(command -v byoc)" engine up --install'),
        (replace(DEBIAN, dockerd="/usr/sbin/dockerd"), "not running: `byoc engine up`"),
        (Machine(system="Linux", families=frozenset({"fedora"})), "your distribution's package manager"),
        (Machine(system="Darwin"), "Docker Desktop, Colima"),
        (Machine(system="Windows"), "set DOCKER_HOST"),
    ],
    ids=["debian-root", "debian-user", "installed", "other-linux", "macos", "windows"],
)
def test_advice_fits_the_machine(machine: Machine, wanted: str) -> None:
    """Each kind of machine is told what works there."""
    assert wanted in advice(machine, ())


def test_closed_socket_comes_first() -> None:
    """Where an engine runs but refuses the user, the group is advised and not another engine."""
    assert "usermod -aG docker" in advice(replace(DEBIAN, root=False), (CLOSED,))


def test_ubuntu_counts_as_debian(tmp_path: Path) -> None:
    """The families of a distribution are its own and those it derives from."""
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/os-release").write_text('NAME="Mint"\nID=linuxmint\nID_LIKE="ubuntu debian"\n')

    machine = this_machine({"PATH": ""}, root=tmp_path)

    assert frozenset({"linuxmint", "ubuntu", "debian"}) == machine.families


def test_systemd_is_told_by_its_directory(tmp_path: Path) -> None:
    """systemd runs where it keeps its run-time directory, wherever its programs are installed."""
    (tmp_path / "run/systemd/system").mkdir(parents=True)

    assert this_machine({"PATH": ""}, root=tmp_path).systemd
