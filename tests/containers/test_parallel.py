"""Suites of others, run by several processes at once on one engine."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.containers.conftest import LeftBehind

pytestmark = pytest.mark.engine

SUITE = """
import os
import pytest
from emulator import endpoint

@pytest.mark.parametrize("number", range(8))
def test_endpoint(number):
    with endpoint({image!r}, environment={{"NUMBER": str(number)}}) as ready:
        reply = ready.invoke("answer = os.environ['NUMBER'].encode()", content_type="text/x-python")
    assert str(number) == reply.text
"""


def test_suite_with_endpoints_runs_on_four_workers(
    pytester: pytest.Pytester,
    monkeypatch: pytest.MonkeyPatch,
    cache: Path,
    image: Callable[[str], str],
    left_behind: LeftBehind,
) -> None:
    """Eight tests on four workers of pytest-xdist do not get into each other's way, and leave nothing."""
    monkeypatch.setenv("BYOC_CACHE", str(cache))
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    pytester.makepyfile(SUITE.format(image=image("obedient")))

    result = pytester.run(sys.executable, "-m", "pytest", "-n", "4", "-q", "-p", "no:cacheprovider", timeout=120)

    result.assert_outcomes(passed=8)
    assert [] == left_behind()
