"""A bench for each test, from which no thread is left."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from tests.unit.fuzz.wood import Bench


@pytest.fixture
def bench() -> Iterator[Bench]:
    """Leaves no thread of its own behind."""
    yield Bench()
    assert [] == [each.name for each in threading.enumerate() if each.name.startswith("byoc-fuzz")]
