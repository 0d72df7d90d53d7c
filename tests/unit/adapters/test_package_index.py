"""Versions of packages, as a pip tells them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from emulator.adapters.package_index import PipIndex
from emulator.errors import UsageError


def python_whose_pip(folder: Path, *lines: str) -> str:
    """An interpreter whose pip does this, and counts how often it is asked."""
    script = folder / "python"
    script.write_text("\n".join(["#!/bin/sh", f"echo asked >> {folder}/asked", *lines]))
    script.chmod(0o755)
    return str(script)


def test_final_releases_come_highest_first(tmp_path: Path) -> None:
    """Release candidates and what is no version are left out, and 1.10 is higher than 1.9; pip is asked once."""
    index = PipIndex(
        python_whose_pip(
            tmp_path, 'echo "x (1.9)"', 'echo "Available versions: 1.9, 1.10.0, 2.0rc1, 1.10.0.post1, old-2"'
        )
    )

    assert ("1.10.0.post1", "1.10.0", "1.9") == index.versions("x")
    assert ("1.10.0.post1", "1.10.0", "1.9") == index.versions("x")
    assert "asked\n" == (tmp_path / "asked").read_text()


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (
            ("echo 'WARNING: pip index is currently' >&2", "echo 'ERROR: No matching distribution' >&2", "exit 1"),
            "No matching",
        ),
        (("exit 1",), "pip says nothing"),
        (("echo 'Available versions: 1.0rc1'",), "it has no final release"),
    ],
)
def test_unknown_package_is_refused(tmp_path: Path, lines: tuple[str, ...], why: str) -> None:
    """What pip says stands in the message, with what to do."""
    with pytest.raises(UsageError, match=why) as caught:
        PipIndex(python_whose_pip(tmp_path, *lines)).versions("no-such")

    assert "pip index versions no-such" in caught.value.fix


def test_missing_pip_is_told(tmp_path: Path) -> None:
    """An interpreter that cannot be run, or has no pip, is told by its own words."""
    with pytest.raises(UsageError, match="No such file"):
        PipIndex(str(tmp_path / "none")).versions("x")
    with pytest.raises(UsageError, match="No module named"):
        PipIndex(python_whose_pip(tmp_path, f"exec {sys.executable} -m no_such_module")).versions("x")
