"""The files of the repository, as parameters: a test that asks for one of these names runs once for each file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

PARAMETERS = {
    "emulator_file": ("emulator/**/*.py",),
    "container_file": ("containers/**/*.py",),
    "test_file": ("tests/**/*.py", "conftest.py"),
    "python_file": ("emulator/**/*.py", "containers/**/*.py", "tests/**/*.py", "conftest.py"),
}


def found(root: Path, patterns: tuple[str, ...]) -> Iterator[Path]:
    """The files that match, without those in hidden directories."""
    for pattern in patterns:
        for path in sorted(root.glob(pattern)):
            if not any(part.startswith(".") for part in path.relative_to(root).parts):
                yield path


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give each test its files, named by their path in the repository."""
    root = metafunc.config.rootpath
    for name, patterns in PARAMETERS.items():
        if name in metafunc.fixturenames:
            files = list(found(root, patterns))
            metafunc.parametrize(name, files, ids=[path.relative_to(root).as_posix() for path in files])


@pytest.fixture
def root(pytestconfig: pytest.Config) -> Path:
    """The repository."""
    return pytestconfig.rootpath
