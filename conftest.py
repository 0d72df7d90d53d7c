"""What every test lives in: hypothesis profiles, a clean environment, and an engine for those that ask for one."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import hypothesis
import pytest

pytest_plugins = ["pytester"]

# The repository is importable, but behind site-packages: in tox, `emulator` is the built wheel. What the images call
# `serving` and `training` has that name here too.
ROOT = Path(__file__).resolve().parent
sys.path += [place for place in (str(ROOT), str(ROOT / "containers")) if place not in sys.path]

hypothesis.settings.register_profile("dev", deadline=None, max_examples=50)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, database=None, print_blob=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "dev")

DEVELOPERS_OWN = ("AWS_", "BYOC_")

# A shell starts what is to run in the background deaf to Ctrl-C, and so would be all that tests start and interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def _no_environment_of_the_developer() -> Iterator[None]:
    """Hide AWS_* and BYOC_* variables and ~/.aws: a test that needs one sets it."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(DEVELOPERS_OWN)]:
            patch.delenv(name)
        patch.setenv("AWS_CONFIG_FILE", os.devnull)
        patch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        yield


@cache
def no_engine() -> str:
    """Why no container engine answers, in three lines; empty when one does."""
    # only the tests marked `engine` pay for these
    from emulator.adapters.engine.find import find_engine
    from emulator.errors import EngineUnavailable

    try:
        find_engine(os.environ)
    except EngineUnavailable as problem:
        return str(problem)
    return ""


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test that needs an engine fails without one: a skipped promise looks like a kept one."""
    if item.get_closest_marker("engine") and (problem := no_engine()):
        pytest.fail(f"{problem}\nor: `make engine` brings one up, `make fast` runs what needs none", pytrace=False)
