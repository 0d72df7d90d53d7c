"""Installing packages, with an apt-get of our own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from emulator.adapters.engine.apt import install_packages, installation
from emulator.errors import BuildFailed

Program = Callable[[str, str], Path]


@pytest.fixture
def calls(tmp_path: Path) -> Path:
    """The file into which the wooden apt-get writes its last argument."""
    return tmp_path / "calls"


def lists(root: Path) -> Path:
    """A root with package lists."""
    directory = root / "var/lib/apt/lists"
    directory.mkdir(parents=True)
    (directory / "mirror_dists_bookworm_main_binary-amd64_Packages").touch()
    return root


def install(root: Path, environ: dict[str, str], told: list[str]) -> None:
    """The call under test."""
    install_packages(("some",), environ=environ, error=BuildFailed, on_progress=told.append, root=root)


def test_installation_asks_nothing() -> None:
    """Packages are installed without questions and without what they recommend."""
    assert ("install", "--no-install-recommends", "docker.io", "iptables") == installation(("docker.io", "iptables"))[
        -4:
    ]


def test_missing_lists_are_fetched(
    program: Program, calls: Path, environ: dict[str, str], tmp_path: Path, told: list[str]
) -> None:
    """Where there are no package lists they are fetched first."""
    program("apt-get", f'for last; do :; done; echo "$last $DEBIAN_FRONTEND" >> {calls}')

    install(tmp_path, environ, told)

    assert "update noninteractive\nsome noninteractive\n" == calls.read_text()


def test_outdated_lists_are_fetched_on_failure(
    program: Program, calls: Path, environ: dict[str, str], tmp_path: Path, told: list[str]
) -> None:
    """Lists that lead to a failure are fetched anew, once, and the installation is tried again."""
    program("apt-get", f'for last; do :; done; echo "$last" >> {calls}; grep -q update {calls}')

    install(lists(tmp_path), environ, told)

    assert "some\nupdate\nsome\n" == calls.read_text()


def test_failure_quotes_apt(program: Program, environ: dict[str, str], tmp_path: Path, told: list[str]) -> None:
    """An installation that fails is told in apt's last words, as the error the caller asked for."""
    program("apt-get", "echo 'E: Unable to locate package some' >&2; exit 100")

    with pytest.raises(BuildFailed) as caught:
        install(tmp_path, environ, told)

    assert "apt-get could not install some (status 100)." == caught.value.what
    assert "\n  | E: Unable to locate package some" in caught.value.why


def test_missing_apt_is_told(environ: dict[str, str], tmp_path: Path, told: list[str]) -> None:
    """Where there is no apt-get the answer is an error, not a traceback."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/apt-get").touch(mode=0o644)

    with pytest.raises(BuildFailed) as caught:
        install(tmp_path, {**environ, "PATH": str(tmp_path / "bin")}, told)

    assert "could not install some" in caught.value.what
