"""The model archive is not a whole gzip tar.

What:
    The archive is not compressed by gzip, what it holds is no tar archive, it ends too early, or it cannot be laid out
    as a folder.

Why it matters:
    The endpoint fails after minutes with ``Failed to extract model data archive for container … Please ensure that
    the object located at the URL is a valid tar.gz archive.`` CreateModel does not look inside.

How to fix:
    ``tar -czf model.tar.gz -C model .`` makes one. A zip, a plain tar or a pickle does not become one by its name; an
    interrupted copy must be made again.

Source:
    Hosting contract 1.13, 1.23, 6.13d.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from emulator import limits
from emulator.contract.check import check
from emulator.contract.members import Members, members_of
from emulator.contract.subject import Subject
from emulator.model.finding import Violation

GZIP: Final = b"\x1f\x8b"

BEGINNINGS: Final = {
    b"": "it is empty",
    b"PK": "it is a zip archive",
    b"BZh": "it is compressed by bzip2",
    b"\xfd7zXZ": "it is compressed by xz",
    b"\x28\xb5\x2f\xfd": "it is compressed by zstd",
    b"\x80": "it looks like a pickle",
    b"\x89HDF": "it is an HDF5 file",
    b"version https://git-lfs": "it is a pointer of git lfs",
}

USTAR: Final = slice(257, 262)
"""Where a tar archive says that it is one."""


@check("ART001", severity="error", stage="artifact")
def not_a_gzip_tar(subject: Subject) -> Iterator[Violation]:
    """Read the archive to its end."""
    members = members_of(subject)
    name = members.archive.name
    if members.broken:
        kind = kind_of(members.archive)
        if kind == "gzip":
            kind = f"it breaks after {len(members.found):,} members" if members.found else "it holds no tar archive"
        yield Violation(what=f"{name} is no whole gzip tar archive: {kind}.", facts=(members.broken,))
    elif subject.refused_data and not explained(members, subject.bench.rules.hard_links):
        yield Violation(what=f"{name} cannot be laid out as a folder.", facts=(subject.refused_data,))


def kind_of(archive: Path) -> str:
    """``gzip``, or what a file is in its place, in words."""
    with archive.open("rb") as file:
        head = file.read(512)
    if head.startswith(GZIP):
        return "gzip"
    if head[USTAR] == b"ustar":
        return "it is a tar archive that is not compressed"
    known = (said for begin, said in BEGINNINGS.items() if (head.startswith(begin) if begin else not head))
    return next(known, "it does not begin as gzip does")


def explained(members: Members, hard_links: str) -> bool:
    """Whether another check says why such an archive is refused."""
    links = members.symbolic_links or (hard_links == "refuse" and members.hard_links)
    return bool(links or members.devices or members.escapes) or not members.archive.name.endswith(limits.ARCHIVE_SUFFIX)
