"""What both SDKs are given: the emulator, and its address in the environment."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from emulator import local_aws
from emulator.adapters.aws import LocalAws


@pytest.fixture(scope="session")
def aws() -> Iterator[LocalAws]:
    """The emulator, and an environment that leads every AWS client there: all that an unmodified program needs."""
    with pytest.MonkeyPatch.context() as patch, local_aws() as running:
        for name, value in running.environment.items():
            patch.setenv(name, value)
        patch.setenv("AWS_REGION", running.region)
        patch.setenv("SAGEMAKER_TELEMETRY_OPT_OUT", "true")
        yield running


@pytest.fixture
def sleeps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """So long was slept, each time, from here on; it still is."""
    slept: list[float] = []
    original = time.sleep

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        original(seconds)

    monkeypatch.setattr(time, "sleep", sleep)
    return slept
