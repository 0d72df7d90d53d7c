"""`byoc fuzz` as a process: exit codes, the report, and the saved case that it replays."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.fuzz.conftest import Images

from tests.fuzz.conftest import GOOD

pytestmark = pytest.mark.engine

PROPERTY = "malformed-5xx"
"""What the fish `empty-body-500` breaks."""

Byoc = Callable[..., "tuple[int, dict[str, Any]]"]


@pytest.fixture
def byoc_fuzz(image_of: Images, tmp_path: Path) -> Byoc:
    """Runs `byoc fuzz` on a fish or the good image; its exit code and its JSON report."""

    def run(name: str, *words: str) -> tuple[int, dict[str, Any]]:
        command = [sys.executable, "-m", "emulator", "fuzz", image_of(name), "-m", str(GOOD / "model"), "-q"]
        ended = subprocess.run(
            [*command, "--time", "8s", "--seed", "0", "--select", PROPERTY, "-f", "json", *words],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert ended.returncode in (0, 1), ended.stderr
        return ended.returncode, json.loads(ended.stdout)

    return run


def test_found_saved_and_replayed(byoc_fuzz: Byoc, tmp_path: Path) -> None:
    """What breaks a property ends in exit code 1 and in a file, which finds the same without a sample."""
    ended, report = byoc_fuzz("empty-body-500", "--sample", str(GOOD / "sample.csv"))
    (saved,) = (tmp_path / ".byoc-fuzz").rglob("FUZ*.json")
    again, replayed = byoc_fuzz("empty-body-500", "--replay", str(saved))

    assert (1, 1) == (ended, again)
    assert codes(report) == codes(replayed) != []


def test_mended_image_passes_the_saved_case(byoc_fuzz: Byoc, tmp_path: Path) -> None:
    """The case that broke one image is tried on another, and the exit code is 0 where it holds."""
    byoc_fuzz("empty-body-500", "--sample", str(GOOD / "sample.csv"))
    (saved,) = (tmp_path / ".byoc-fuzz").rglob("FUZ*.json")
    ended, report = byoc_fuzz("good", "--replay", str(saved))

    assert 0 == ended
    assert [] == codes(report)


def codes(report: dict[str, Any]) -> list[str]:
    """Of the properties that are broken."""
    return [each["code"] for each in report["outcomes"] if each["status"] == "failed"]
