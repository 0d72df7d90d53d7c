"""What lies in the repository, and what its text may not mention."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

TOP = {
    *("emulator", "containers", "tests", "fixtures"),
    *("conftest.py", "tox.ini", "pyproject.toml", "Makefile", "README.md", "LICENSE", "action.yml"),
}
BUILT = {"build", "dist", "__pycache__"}  # ignored by git

# In pieces, so that this file does not mention them either.
REGISTRIES = [
    ".".join(labels)
    for labels in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("anaconda", "org"),
        ("anaconda", "com"),
        ("crates", "io"),
        ("rubygems", "org"),
        ("golang", "org"),
        ("deb", "debian", "org"),
        ("archive", "ubuntu", "com"),
    )
]
PRIVATE = re.compile("(?<![A-Za-z0-9_.])/(?:" + "|".join(("work", r"root/\.pyenv", r"home/\w+", r"Users/\w+")) + ")/")


def mentions(text: str) -> set[str]:
    """The registry hosts and the paths of somebody's machine that a text mentions."""
    return {host for host in REGISTRIES if host in text} | {match.group() for match in PRIVATE.finditer(text)}


def texts(root: Path) -> Iterator[tuple[Path, str]]:
    """Every text file that git would keep."""
    for top in sorted(root.iterdir()):
        hidden_directory = top.is_dir() and top.name.startswith(".") and top.name not in {".ci", ".github"}
        if hidden_directory or top.name in BUILT:
            continue
        for path in [top] if top.is_file() else sorted(top.rglob("*")):
            if path.is_file() and not BUILT & set(path.parts):
                try:
                    yield path, path.read_text("utf-8")
                except UnicodeDecodeError:
                    continue


def test_top_level_is_as_agreed(root: Path) -> None:
    """The repository holds the agreed names and dotfiles, nothing else."""
    strangers = {path.name for path in root.iterdir() if not path.name.startswith(".")} - TOP - BUILT

    assert set() == strangers


def test_ci_holds_one_script(root: Path) -> None:
    """CI runs one script, which anyone can run."""
    assert ["run"] == [path.name for path in sorted((root / ".ci").iterdir())]
    assert (root / ".ci" / "run").stat().st_mode & 0o111


def test_text_names_no_registry_and_no_private_path(root: Path) -> None:
    """The project works behind any mirror and on any machine: it names neither a registry nor somebody's disk."""
    offences = {path.relative_to(root).as_posix(): found for path, text in texts(root) if (found := mentions(text))}

    assert {} == offences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"https://{REGISTRIES[0]}/simple", {REGISTRIES[0]}),
        (f"https://files.{REGISTRIES[1]}/packages", {REGISTRIES[1]}),
        ("cp x " + "/".join(("", "work", "main", "x")), {"/".join(("", "work", ""))}),
        ("PATH=" + "/".join(("", "home", "ada", "bin")), {"/".join(("", "home", "ada", ""))}),
        ("framework/work/rooms and https://example.com/work/", set()),
        ("/opt/ml/model/ and /home/ and /root/.cache/", set()),
    ],
)
def test_planted_mention_is_seen(text: str, expected: set[str]) -> None:
    """A host is seen in any address, a private directory only where a path begins."""
    assert expected == mentions(text)
