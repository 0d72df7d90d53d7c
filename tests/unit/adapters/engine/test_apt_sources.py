"""The mirrors of a bootstrapped image, read from a host's apt configuration."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from emulator.adapters.engine.apt_sources import apt_sources

DEB822 = """Types: deb
URIs: http://mirror.test/debian/
# a comment
Suites: bookworm
 bookworm-updates
Components: main

Types: deb
URIs: http://mirror.test/debian-security
Suites: bookworm-security
Components: main
"""
ONE_LINE = """# deb http://commented.test/debian bookworm main
deb-src http://mirror.test/debian bookworm main
deb [arch=amd64] http://mirror.test/debian bookworm main contrib
deb http://mirror.test/debian bookworm-updates main
deb http://mirror.test/debian-security bookworm-security main
"""
# third parties use Debian's release names; they have no -updates
THIRD_PARTY = "deb https://vendor.test/apt bookworm main\n"
EXPECTED = (
    "deb http://mirror.test/debian trixie main",
    "deb http://mirror.test/debian trixie-updates main",
    "deb http://mirror.test/debian-security trixie-security main",
)
NO_APT = {"PATH": ""}


@pytest.fixture
def host(tmp_path: Path) -> Callable[..., Path]:
    """A host with these files in /etc/apt."""

    def write(**files: str) -> Path:
        directory = tmp_path / "etc/apt/sources.list.d"
        directory.mkdir(parents=True)
        for name, text in files.items():
            (directory / name.replace("_", ".")).write_text(text)
        return tmp_path

    return write


@pytest.mark.parametrize("file", [{"debian_sources": DEB822}, {"debian_list": ONE_LINE}], ids=["deb822", "one-line"])
def test_host_mirror_is_taken(host: Callable[..., Path], file: dict[str, str]) -> None:
    """Main, updates and security of another release come from the host's own mirrors, in either format."""
    sources = apt_sources("trixie", NO_APT, root=host(a_list=THIRD_PARTY, **file))

    assert EXPECTED == sources.lines


def test_disabled_stanza_does_not_count(host: Callable[..., Path]) -> None:
    """A source that is switched off names no mirror."""
    root = host(debian_sources=DEB822.replace("Types: deb", "Enabled: no\nTypes: deb"))

    assert () == apt_sources("trixie", NO_APT, root=root).lines


def test_given_mirror_wins(host: Callable[..., Path]) -> None:
    """A mirror that was asked for serves main and updates; security stays the host's."""
    sources = apt_sources("trixie", NO_APT, mirror="http://near.test/debian/", root=host(debian_sources=DEB822))

    assert [
        "deb http://near.test/debian trixie main",
        "deb http://near.test/debian trixie-updates main",
        "deb http://mirror.test/debian-security trixie-security main",
    ] == list(sources.lines)


def test_rolling_release_has_no_pockets(host: Callable[..., Path]) -> None:
    """sid has neither updates nor security."""
    assert EXPECTED[:1] == tuple(
        line.replace("sid", "trixie") for line in apt_sources("sid", NO_APT, root=host(debian_sources=DEB822)).lines
    )


def test_other_hosts_leave_it_to_the_tool(tmp_path: Path) -> None:
    """A host without Debian sources gives no lines, so that mmdebstrap's defaults hold."""
    assert () == apt_sources("trixie", NO_APT, root=tmp_path).lines


def test_keyring_is_named_where_it_exists(host: Callable[..., Path]) -> None:
    """The image's sources name Debian's keyring when the host has it."""
    root = host(debian_sources=DEB822)
    keyring = root / "usr/share/keyrings/debian-archive-keyring.gpg"
    keyring.parent.mkdir(parents=True)
    keyring.touch()

    (first, *_) = apt_sources("trixie", NO_APT, root=root).lines

    assert (
        "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://mirror.test/debian trixie main" == first
    )


def test_frozen_mirror_stays_usable(
    host: Callable[..., Path], program: Callable[[str, str], Path], environ: dict[str, str]
) -> None:
    """What lets the host use an old mirror is passed on to its images."""
    program("apt-config", "echo 'Acquire::Check-Valid-Until false'")

    sources = apt_sources("trixie", environ, root=host(debian_sources=DEB822))

    assert ('Acquire::Check-Valid-Until "false"',) == sources.options
