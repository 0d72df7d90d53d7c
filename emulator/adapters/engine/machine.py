"""What this machine is, and what to advise on it when no engine answers."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from emulator.model.engine import Attempt

SYSTEM_PATH = "/usr/local/sbin:/usr/sbin:/sbin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """The facts on which starting and installing an engine depend.

    Attributes:
        system: ``Linux``, ``Darwin`` …
        families: the distribution's own name and those it derives from.
        root: we run with root's rights.
        systemd: services are started by systemd.
        dockerd: path of an installed dockerd; empty if there is none.
    """

    system: str
    families: frozenset[str] = frozenset()
    root: bool = False
    systemd: bool = False
    dockerd: str = ""

    @property
    def debian(self) -> bool:
        """Packages are Debian's (Ubuntu included)."""
        return self.system == "Linux" and bool({"debian", "ubuntu"} & self.families)


def this_machine(environ: Mapping[str, str], *, root: Path = Path("/")) -> Machine:
    """The machine we run on."""
    return Machine(
        system=platform.system(),
        families=_families(root),
        root=os.geteuid() == 0,
        systemd=(root / "run/systemd/system").is_dir(),
        dockerd=shutil.which("dockerd", path=program_path(environ)) or "",
    )


def program_path(environ: Mapping[str, str]) -> str:
    """``PATH`` with the directories of system programs, which a user's own often lacks."""
    return f"{environ.get('PATH') or os.defpath}:{SYSTEM_PATH}"


def advice(machine: Machine, failed: Sequence[Attempt]) -> str:
    """What to do on this machine when no engine answers."""
    if any("permission denied" in attempt.outcome for attempt in failed) and not machine.root:
        return "an engine is there but closed to you: `sudo usermod -aG docker $USER`, log in again; or run as root"
    if machine.system == "Darwin":
        return "start Docker Desktop, Colima (`colima start`) or Podman (`podman machine start`); install one if needed"
    if machine.system != "Linux":
        return "start Docker or Podman, and set DOCKER_HOST to the address it listens on"
    if machine.dockerd:
        return "Docker is installed but not running: " + _as_root("engine up", machine)
    if machine.debian:
        return "install and start Docker: " + _as_root("engine up --install", machine)
    return "install Docker or Podman with your distribution's package manager and start its service, or set DOCKER_HOST"


def _as_root(command: str, machine: Machine) -> str:
    return f"`byoc {command}`" if machine.root else f'`sudo "$(command -v byoc)" {command}`'


def _families(root: Path) -> frozenset[str]:
    try:
        lines = (root / "etc/os-release").read_text("utf-8").splitlines()
    except OSError:
        return frozenset()
    facts = dict(line.split("=", 1) for line in lines if "=" in line)
    return frozenset(f"{facts.get('ID', '')} {facts.get('ID_LIKE', '')}".replace('"', "").split())
