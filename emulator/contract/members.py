"""What is in a model archive: its members read one after the other, nothing written anywhere."""

from __future__ import annotations

import gzip
import tarfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tarfile import TarInfo
from typing import Final

from emulator.contract.check import NotApplicable
from emulator.contract.subject import Subject
from emulator.ports import ModelDataMissing

NAMED: Final = 5
"""So many members are named in a finding."""

PIECE: Final = 1024 * 1024

APPLE: Final = "__MACOSX"
"""The folder in which macOS hides the same things in zip archives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """What an archive holds.

    Attributes:
        archive: the file.
        found: its members in order, as far as it can be read.
        broken: why it cannot be read to its end; empty where it can.
    """

    archive: Path
    found: tuple[TarInfo, ...]
    broken: str = ""

    @property
    def symbolic_links(self) -> tuple[TarInfo, ...]:
        """Its symbolic links."""
        return tuple(each for each in self.found if each.issym())

    @property
    def hard_links(self) -> tuple[TarInfo, ...]:
        """Its hard links."""
        return tuple(each for each in self.found if each.islnk())

    @property
    def devices(self) -> tuple[TarInfo, ...]:
        """Devices, pipes and whatever else is neither file nor folder nor link."""
        return tuple(each for each in self.found if not (each.isfile() or each.isdir() or each.issym() or each.islnk()))

    @property
    def escapes(self) -> tuple[TarInfo, ...]:
        """What would land outside of the folder it is extracted to."""
        return tuple(
            each
            for each in self.found
            if PurePosixPath(each.name).is_absolute() or ".." in PurePosixPath(each.name).parts
        )

    @property
    def apple_doubles(self) -> tuple[TarInfo, ...]:
        """What macOS adds: ``._name`` beside each ``name``."""
        return tuple(each for each in self.found if is_apple_double(each.name))

    @property
    def size_bytes(self) -> int:
        """Of all files, unpacked."""
        return sum(each.size for each in self.found if each.isfile())


def is_apple_double(name: str) -> bool:
    """Whether a member is one that macOS adds."""
    parts = PurePosixPath(name).parts
    return bool(parts) and (parts[-1].startswith("._") or parts[0] == APPLE)


def members_of(subject: Subject) -> Members:
    """The members of its model archive, read once a run.

    Raises:
        NotApplicable: its model data are no archive, or not there.
    """
    if "members" not in subject.remembered:
        try:
            archive = subject.archive
        except ModelDataMissing as missing:
            raise NotApplicable(str(missing)) from missing
        subject.remembered["members"] = None if archive is None else members(archive)
    found: Members | None = subject.remembered["members"]
    if found is None:
        raise NotApplicable("the model data are no archive")
    return found


def members(archive: Path) -> Members:
    """The members of an archive, to its end or to where it breaks."""
    found: list[TarInfo] = []
    broken = ""
    try:
        with gzip.open(archive) as unzipped, tarfile.open(fileobj=unzipped, mode="r:") as tar:
            found.extend(iter(tar))
            while unzipped.read(PIECE):  # to the checksum, which stands behind the last member
                pass
    except (tarfile.TarError, EOFError, zlib.error, OSError, ValueError) as error:
        broken = str(error) or type(error).__name__
    return Members(archive=archive, found=tuple(found), broken=broken)


def named(found: Sequence[TarInfo]) -> tuple[str, ...]:
    """A line for each of the first few, with what it links to, and one for how many more there are."""
    lines = tuple(f"{each.name} -> {each.linkname}" if each.linkname else each.name for each in found[:NAMED])
    return (*lines, f"and {len(found) - NAMED:,} more") if len(found) > NAMED else lines


def counted(found: Sequence[TarInfo], one: str, many: str) -> str:
    """Such as ``3 symbolic links``."""
    return f"{len(found):,} {one if len(found) == 1 else many}"
