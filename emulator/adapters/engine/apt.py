"""Debian packages, installed without questions."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from emulator.adapters.engine.machine import program_path
from emulator.errors import EmulatorError, quoted

QUOTED_LINES = 15
APT = ("apt-get", "-q", "-y", "-o", "DPkg::Lock::Timeout=300", "-o", "Acquire::Retries=2")
UPDATE = (*APT, "update")


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandResult:
    """How a command ended, and the last lines it printed."""

    status: int
    tail: tuple[str, ...]


def installation(packages: Sequence[str]) -> tuple[str, ...]:
    """The command that installs these packages and nothing they merely recommend."""
    return (*APT, "install", "--no-install-recommends", *packages)


def install_packages(
    packages: Sequence[str],
    *,
    environ: Mapping[str, str],
    error: type[EmulatorError],
    on_progress: Callable[[str], None],
    root: Path = Path("/"),
) -> None:
    """Install Debian packages; package lists are fetched when missing or when apt fails with those there are.

    Raises:
        EmulatorError: of the given class, quoting apt's last lines.
    """
    there = lists_are_there(root)
    if not there:
        _update(environ, on_progress)
    on_progress(f"installing {' '.join(packages)} with apt-get")
    result = run(installation(packages), environ=environ)
    if result.status and there:
        _update(environ, on_progress)
        result = run(installation(packages), environ=environ)
    if result.status:
        raise error(
            f"apt-get could not install {' '.join(packages)} (status {result.status}).",
            why=f"its last lines are:{quoted(result.tail)}",
            fix="repair what apt-get complains of (`apt-get update`, the network, a mirror), then run this again",
        )


def lists_are_there(root: Path = Path("/")) -> bool:
    """Package lists were fetched at some time; how old they are shows when apt uses them."""
    return any((root / "var/lib/apt/lists").glob("*_Packages*"))


def run(command: Sequence[str], *, environ: Mapping[str, str]) -> CommandResult:
    """Run a command to its end and keep its last lines; apt, dpkg and systemd bound their own waits."""
    variables = {**environ, "PATH": program_path(environ), "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=variables,
            text=True,
            errors="replace",
        )
    except OSError as missing:
        return CommandResult(status=127, tail=(f"{command[0]}: {missing.strerror}",))
    with process:  # on Ctrl-C apt and dpkg end in order: nothing here kills them
        output = process.communicate()[0]
    return CommandResult(status=process.returncode, tail=tuple(output.splitlines()[-QUOTED_LINES:]))


def _update(environ: Mapping[str, str], on_progress: Callable[[str], None]) -> None:
    """Fetch package lists; a third-party mirror that fails must not stop what Debian's own can install."""
    on_progress("fetching package lists with apt-get update")
    result = run(UPDATE, environ=environ)
    if result.status and result.tail:
        on_progress(f"apt-get update ended with status {result.status}: {result.tail[-1]}")
