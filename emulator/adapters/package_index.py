"""The versions of a package, as pip sees them: whatever index it is set up to use."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Final

from packaging.version import InvalidVersion, Version

from emulator.errors import UsageError
from emulator.ports.scheduler import PackageIndex

SECONDS: Final = 120.0
"""Longest wait for pip; a slow index answers in a few."""

AVAILABLE: Final = re.compile(r"^Available versions: (.+)$", re.MULTILINE)

FIX: Final = "see what pip says to `pip index versions {}`, or name versions instead of `newest` and `previous minor`"


class PipIndex:
    """Asks this interpreter's pip, each package once."""

    def __init__(self, python: str = sys.executable) -> None:
        self._python = python
        self._known: dict[str, tuple[str, ...]] = {}

    def versions(self, package: str) -> tuple[str, ...]:
        """Its final releases, the highest first, whichever Python they are for.

        Raises:
            UsageError: pip is not there or does not find the package, or no index answers.
        """
        if package not in self._known:
            self._known[package] = _final(self._listed(package), package)
        return self._known[package]

    def _listed(self, package: str) -> list[str]:
        # Whether a release suits a base's Python is for that base to say, not for the Python that runs this.
        arguments = ["index", "versions", "--ignore-requires-python", "--disable-pip-version-check", "--", package]
        try:
            asked = subprocess.run(
                [self._python, "-m", "pip", *arguments], capture_output=True, text=True, timeout=SECONDS, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as broken:
            raise _unknown(package, str(broken)) from broken
        found = AVAILABLE.search(asked.stdout)
        if asked.returncode or found is None:
            said = [line for line in asked.stderr.splitlines() if line.strip() and not line.startswith("WARNING: pip")]
            raise _unknown(package, "\n  | ".join(said[-5:]) or "pip says nothing")
        return [each.strip() for each in found[1].split(",")]


def _final(listed: list[str], package: str) -> tuple[str, ...]:
    versions = []
    for each in listed:
        try:
            version = Version(each)
        except InvalidVersion:  # of before the rules for versions
            continue
        if not version.is_prerelease:
            versions.append((version, each))
    if not versions:
        raise _unknown(package, "it has no final release")
    return tuple(each for _, each in sorted(versions, reverse=True))


def _unknown(package: str, why: str) -> UsageError:
    return UsageError(f"The versions of {package} cannot be found out.", why=why, fix=FIX.format(package))


_fits: type[PackageIndex] = PipIndex
