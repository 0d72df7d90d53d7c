"""What is in an archive is told member by member, up to where it breaks, and nothing is written."""

from __future__ import annotations

import gzip
import io
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from emulator.contract.check import NotApplicable
from emulator.contract.members import counted, is_apple_double, members, members_of, named
from emulator.testing import FakeStore, Script

FOLDER, SYMBOLIC, HARD, PIPE = tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE


def info(name: str, kind: bytes = tarfile.REGTYPE, target: str = "", size: int = 0) -> tarfile.TarInfo:
    """A member."""
    made = tarfile.TarInfo(name)
    made.type, made.linkname, made.size = kind, target, size
    return made


def packed(*infos: tarfile.TarInfo) -> bytes:
    """A gzip tar of them."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for each in infos:
            tar.addfile(each, io.BytesIO(bytes(each.size)))
    return gzip.compress(buffer.getvalue(), mtime=0)


def read(tmp_path: Path, content: bytes) -> Any:
    """The members of an archive with this content."""
    archive = tmp_path / "model.tar.gz"
    archive.write_bytes(content)
    return members(archive)


def test_members_are_told_by_their_kind(tmp_path: Path) -> None:
    """Links of both kinds, pipes and what would land outside are told apart; sizes are those of files alone."""
    told = read(
        tmp_path,
        packed(
            *(info("./", FOLDER), info("./a", size=10), info(".hidden", size=5)),
            *(info("l", SYMBOLIC, "a"), info("h", HARD, "a"), info("p", PIPE)),
            *(info("/etc/a"), info("b/../../c"), info("..", FOLDER), info("..d")),
        ),
    )

    assert "" == told.broken
    assert [["l"], ["h"], ["p"], ["/etc/a", "b/../../c", ".."]] == [
        [each.name for each in found] for found in (told.symbolic_links, told.hard_links, told.devices, told.escapes)
    ]
    assert 15 == told.size_bytes


WHOLE = packed(info("a", size=100_000), info("b"))


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", []),
        (b"PK\x03\x04 and so on", []),
        (gzip.compress(b"no tar at all" * 100), []),
        (WHOLE[:-4], ["a", "b"]),
        (WHOLE[: len(WHOLE) // 2], ["a"]),
        (WHOLE[:-8] + b"\0\0\0\0" + WHOLE[-4:], ["a", "b"]),
        (gzip.compress(gzip.decompress(WHOLE)[:2000]), ["a"]),
    ],
    ids=["empty", "zip", "gzip of no tar", "end missing", "half", "wrong checksum", "tar cut before it was zipped"],
)
def test_archive_is_read_to_where_it_breaks(tmp_path: Path, content: bytes, found: list[str]) -> None:
    """One that is no whole gzip tar is said to be broken, with the members before that."""
    told = read(tmp_path, content)

    assert told.broken
    assert found == [each.name for each in told.found]


def test_empty_archive_is_whole(tmp_path: Path) -> None:
    """An archive may be empty, and then has no members."""
    assert ("", ()) == ((told := read(tmp_path, packed())).broken, told.found)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("._a", True),
        ("d/._a", True),
        ("__MACOSX/a", True),
        ("./._a", True),
        (".a", False),
        ("_.a", False),
        (".", False),
    ],
)
def test_files_of_macos_are_known_by_name(name: str, expected: bool) -> None:
    """Two characters, or the folder, tell what macOS adds; other hidden files are not meant."""
    assert expected == is_apple_double(name)


def test_few_members_are_named() -> None:
    """The first five are named, links with their target, the others counted."""
    found = [info("l", SYMBOLIC, "a"), *(info(f"f{number}") for number in range(6))]

    assert ("l -> a", "f0", "f1", "f2", "f3", "and 2 more") == named(found)
    assert ("1 file", "7 files") == (counted(found[:1], "file", "files"), counted(found, "file", "files"))


def test_archive_is_read_once_a_run(wooden: Callable[..., Any], tmp_path: Path) -> None:
    """All checks see the same members, whatever happens to the file between them."""
    archive = tmp_path / "model.tar.gz"
    archive.write_bytes(WHOLE)
    subject = wooden(good=Script(), store=FakeStore({"m": archive})).subject(model="m")

    first = members_of(subject)
    archive.unlink()

    assert first is members_of(subject)


def test_what_is_no_archive_is_not_judged(wooden: Callable[..., Any], tmp_path: Path) -> None:
    """Of a folder, and of what is not there, no check of the family says anything."""
    bench = wooden(good=Script(), store=FakeStore({"folder": tmp_path}))

    with pytest.raises(NotApplicable, match="are no archive"):
        members_of(bench.subject(model="folder"))
    with pytest.raises(NotApplicable, match="there is no such object"):
        members_of(bench.subject(model="gone"))
