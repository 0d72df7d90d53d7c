"""One process at a time."""

from __future__ import annotations

from pathlib import Path

import pytest

from emulator.adapters.engine.lock import locked
from emulator.errors import EmulatorError


def test_second_holder_waits_and_says_so(tmp_path: Path, told: list[str]) -> None:
    """While a lock is held, another taker announces the wait and gives up at its deadline."""
    with locked(tmp_path, "work", on_progress=told.append):
        second = locked(tmp_path, "work", on_progress=told.append, timeout=0.05)
        with pytest.raises(EmulatorError, match=r"did not finish within 0\.05 s"), second:
            pass

    assert 1 == len(told)


def test_lock_is_free_again(tmp_path: Path, told: list[str]) -> None:
    """A lock can be taken again after its holder failed."""
    with pytest.raises(ZeroDivisionError), locked(tmp_path, "work", on_progress=told.append):
        _ = 1 / 0

    with locked(tmp_path, "work", on_progress=told.append, timeout=0):
        pass

    assert [] == told


def test_names_may_be_addresses(tmp_path: Path, told: list[str]) -> None:
    """Any text names a lock, and its file stays in the directory."""
    with locked(tmp_path, "base-unix:///a/../b", on_progress=told.append):
        names = [path.name for path in tmp_path.iterdir()]

    assert ["base-unix_a_.._b.lock"] == names
