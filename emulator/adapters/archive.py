"""A model archive laid out as a folder, or refused before anything leaves that folder."""

from __future__ import annotations

import gzip
import shutil
import tarfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from secrets import token_hex
from tempfile import SpooledTemporaryFile
from typing import IO, Literal

from emulator.ports import ModelDataUnusable


def extract(archive: Path, target: Path, *, hard_links: Literal["refuse", "warn"] = "refuse") -> tuple[str, ...]:
    """Extract a gzip tar into an empty folder.

    Args:
        archive: the file.
        target: where its members go; exists and is empty.
        hard_links: what to do with them, as AWS is silent.

    Returns:
        Notices: what is allowed but most likely not meant.

    Raises:
        ModelDataUnusable: not a gzip tar, cut short, or with a symbolic link, a device
            or a member that would land outside (hosting contract 1.13 to 1.16). The
            folder may then hold some of the members.
    """
    notices: list[str] = []
    names: set[str] = set()
    try:
        with gzip.open(archive) as unzipped, tarfile.open(fileobj=unzipped, mode="r:") as tar:
            for member in tar:
                notices += _judged(member, hard_links)
                _write(tar, member, target / member.name)
                names.add(member.name)
            while unzipped.read(1024 * 1024):  # to the checksum, which stands behind the last member
                pass
    except (tarfile.TarError, EOFError, KeyError, ValueError, zlib.error, OSError) as broken:
        raise ModelDataUnusable(f"{archive.name} is not a whole gzip tar archive: {broken}") from broken
    return (*notices, *_nested(names))


def pack(tar: Iterable[bytes], output: Path) -> None:
    """Write a ``model.tar.gz`` of the plain files of an uncompressed tar, without its topmost folder.

    Owners, times and the order of members are made equal, so that equal files give
    equal bytes. ``output`` appears whole or not at all; its folder must exist.

    Raises:
        ModelDataUnusable: the tar holds a link or a device, or no file at all.
    """
    with SpooledTemporaryFile(max_size=64 * 1024 * 1024) as spooled:
        for chunk in tar:
            spooled.write(chunk)
        spooled.seek(0)
        with _whole(spooled) as source, _replaced(output) as target:
            members = [member for member in source if not member.isdir()]
            if not members:
                raise ModelDataUnusable("there is no file in the model folder")
            # The file name in a gzip header, and its time, would differ between equal archives.
            with (
                gzip.GzipFile(filename="", fileobj=target, mode="wb", mtime=0) as zipped,
                tarfile.open(fileobj=zipped, mode="w", format=tarfile.PAX_FORMAT) as packed,
            ):
                for member in sorted(members, key=lambda each: each.name):
                    for _ in _judged(member, "refuse"):
                        pass
                    plain = tarfile.TarInfo("/".join(PurePosixPath(member.name).parts[1:]))
                    plain.size, plain.mode = member.size, 0o644
                    packed.addfile(plain, source.extractfile(member))


@contextmanager
def _whole(spooled: IO[bytes]) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(fileobj=spooled, mode="r:") as source:
            yield source
    except tarfile.TarError as broken:
        raise ModelDataUnusable(f"the model folder could not be read to its end: {broken}") from broken


@contextmanager
def _replaced(output: Path) -> Iterator[IO[bytes]]:
    draft = output.with_name(f".{output.name}.{token_hex(4)}")
    try:
        with draft.open("wb") as target:
            yield target
        draft.replace(output)
    finally:
        draft.unlink(missing_ok=True)


def _judged(member: tarfile.TarInfo, hard_links: str) -> Iterator[str]:
    path = PurePosixPath(member.name)
    if path.is_absolute() or ".." in path.parts:
        raise ModelDataUnusable(f"{member.name} would land outside of the model folder")
    if member.issym():
        raise ModelDataUnusable(f"{member.name} is a symbolic link (to {member.linkname})")
    if member.islnk():
        if hard_links == "refuse":
            raise ModelDataUnusable(f"{member.name} is a hard link (to {member.linkname})")
        yield f"{member.name} is a hard link; AWS does not say whether it accepts them"
    elif not (member.isfile() or member.isdir()):
        raise ModelDataUnusable(f"{member.name} is a device or pipe, not a file")
    if path.name.startswith("._"):
        yield f"{member.name} is macOS metadata; pack with COPYFILE_DISABLE=1"


def _write(tar: tarfile.TarFile, member: tarfile.TarInfo, path: Path) -> None:
    # Not TarFile.extract: its filters are missing in Debian 12's Python, and owners, times and modes are not wanted.
    # Readable by all, as the container may run as any user (serverless does).
    if member.isdir():
        path.mkdir(parents=True, exist_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    content = tar.extractfile(member)
    if content is None:
        raise ModelDataUnusable(f"{member.name} points to {member.linkname}, which is not in the archive")
    with content, path.open("wb") as copy:
        shutil.copyfileobj(content, copy, 1024 * 1024)
    path.chmod(0o644 | (member.mode & 0o111))


def _nested(names: set[str]) -> Iterator[str]:
    parts = [PurePosixPath(name).parts for name in names]
    tops = {each[0] for each in parts if each}
    if len(tops) == 1 and any(len(each) > 1 for each in parts):
        yield f"everything is below {tops.pop()}/, so the container sees /opt/ml/model/<that>/…"
