"""No file outgrows one sitting."""

from __future__ import annotations

from pathlib import Path

import pytest

BUDGET = {"emulator/contract/checks/": 120, "emulator/": 250, "containers/": 250, "tests/": 400, "conftest.py": 400}


def excess(here: str, lines: int) -> int:
    """How many lines a file is over the budget of the first prefix that fits it; 0 when inside."""
    budget = next(size for prefix, size in BUDGET.items() if here.startswith(prefix))
    return max(0, lines - budget)


def test_file_keeps_its_budget(python_file: Path, root: Path) -> None:
    """A module has at most 250 lines, a check 120, a test file 400."""
    here = python_file.relative_to(root).as_posix()
    lines = len(python_file.read_text("utf-8").splitlines())

    assert 0 == excess(here, lines)


@pytest.mark.parametrize(
    ("here", "lines", "expected"),
    [
        ("emulator/contract/checks/ping/slow_ping.py", 121, 1),
        ("emulator/contract/runner.py", 250, 0),
        ("emulator/contract/runner.py", 251, 1),
        ("containers/predictor/serve.py", 300, 50),
        ("tests/unit/test_errors.py", 400, 0),
        ("tests/unit/test_errors.py", 401, 1),
    ],
)
def test_planted_excess_is_seen(here: str, lines: int, expected: int) -> None:
    """One line over the budget is one line too many."""
    assert expected == excess(here, lines)
