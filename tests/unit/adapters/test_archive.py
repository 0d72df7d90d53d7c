"""Model archives: laid out, or refused; and written so that equal models are equal bytes."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from emulator.adapters.archive import extract, pack
from emulator.ports import ModelDataUnusable


def member(name: str, content: bytes = b"x", **facts: Any) -> tuple[tarfile.TarInfo, bytes]:
    """A member of a tar with facts such as its type, link name or mode."""
    info = tarfile.TarInfo(name)
    for fact, value in facts.items():
        setattr(info, fact, value)
    if info.type in (tarfile.REGTYPE, tarfile.AREGTYPE):
        info.size = len(content)
    return info, content


def tar_of(*members: tuple[tarfile.TarInfo, bytes]) -> bytes:
    """An uncompressed tar."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for info, content in members:
            tar.addfile(info, io.BytesIO(content) if info.size else None)
    return buffer.getvalue()


@pytest.fixture
def laid_out(tmp_path: Path) -> Callable[..., tuple[dict[str, bytes], tuple[str, ...]]]:
    """Extracts an archive of given members, or given bytes; the files by path, and the notices."""

    def extracted(*members: Any, hard_links: Any = "refuse") -> tuple[dict[str, bytes], tuple[str, ...]]:
        archive, target = tmp_path / "model.tar.gz", tmp_path / "model"
        raw = members and isinstance(members[0], bytes)
        archive.write_bytes(members[0] if raw else gzip.compress(tar_of(*members)))
        target.mkdir()
        notices = extract(archive, target, hard_links=hard_links)
        files = {path.relative_to(target).as_posix(): path.read_bytes() for path in target.rglob("*") if path.is_file()}
        return files, notices

    return extracted


Extracted = Callable[..., tuple[dict[str, bytes], tuple[str, ...]]]


def test_files_are_laid_out(laid_out: Extracted) -> None:
    """Files, hidden ones and those in folders arrive at their names, without a word (1.13, 1.16)."""
    files, notices = laid_out(member("a.json"), member("./sub/b", b"b"), member(".hidden", b"h"), member("empty", b""))

    assert {"a.json": b"x", "sub/b": b"b", ".hidden": b"h", "empty": b""} == files
    assert () == notices


def test_archive_may_be_empty(laid_out: Extracted) -> None:
    """An archive without any member is an empty model folder."""
    assert ({}, ()) == laid_out()


def test_every_user_can_read(tmp_path: Path) -> None:
    """Whatever the modes in the archive, all can read, and what was executable is (1.6)."""
    archive, target = tmp_path / "model.tar.gz", tmp_path / "model"
    members = [member("secret", mode=0o600), member("program", mode=0o700), member("set", mode=0o4755)]
    archive.write_bytes(gzip.compress(tar_of(*members)))
    target.mkdir()
    extract(archive, target)

    assert {"secret": 0o644, "program": 0o744, "set": 0o755} == {
        path.name: path.stat().st_mode & 0o7777 for path in target.iterdir()
    }


@pytest.mark.parametrize(
    ("hostile", "text"),
    [
        (member("l", type=tarfile.SYMTYPE, linkname="../blobs/1"), "l is a symbolic link (to ../blobs/1)"),
        (member("l", type=tarfile.LNKTYPE, linkname="good"), "l is a hard link (to good)"),
        (member("d", type=tarfile.CHRTYPE, devmajor=1), "d is a device or pipe, not a file"),
        (member("d", type=tarfile.BLKTYPE), "d is a device or pipe, not a file"),
        (member("p", type=tarfile.FIFOTYPE), "p is a device or pipe, not a file"),
        (member("/etc/passwd"), "/etc/passwd would land outside of the model folder"),
        (member("../up"), "../up would land outside of the model folder"),
        (member("a/../../up"), "a/../../up would land outside of the model folder"),
        (member("..", type=tarfile.DIRTYPE), ".. would land outside of the model folder"),
    ],
    ids=["symlink", "hard link", "device", "block device", "fifo", "absolute", "parent", "inner parent", "folder"],
)
def test_hostile_member_is_refused(
    laid_out: Extracted, tmp_path: Path, hostile: tuple[tarfile.TarInfo, bytes], text: str
) -> None:
    """A link, a device, and whatever would land outside are refused by name, and nothing lands (1.15, 1.16)."""
    with pytest.raises(ModelDataUnusable) as caught:
        laid_out(member("good"), hostile)

    assert text == str(caught.value)
    assert {"model", "model.tar.gz"} == {path.name for path in tmp_path.iterdir()}


def test_hard_link_may_be_warned_of(laid_out: Extracted) -> None:
    """By rule a hard link is laid out as the file it links, with a notice (1.16)."""
    link = member("l", type=tarfile.LNKTYPE, linkname="good")
    files, notices = laid_out(member("good", b"g"), link, hard_links="warn")

    assert {"good": b"g", "l": b"g"} == files
    assert ("l is a hard link; AWS does not say whether it accepts them",) == notices


@pytest.mark.parametrize("linked", ["gone", "../../outside", "/etc/hostname"])
def test_hard_link_to_nothing_is_refused(laid_out: Extracted, linked: str) -> None:
    """A hard link to what is not in the archive is refused even where links are allowed."""
    with pytest.raises(ModelDataUnusable, match=r"model\.tar\.gz is not a whole gzip tar archive|points to"):
        laid_out(member("good"), member("l", type=tarfile.LNKTYPE, linkname=linked), hard_links="warn")


def zipped() -> bytes:
    """A zip file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("model.json", "{}")
    return buffer.getvalue()


WHOLE = gzip.compress(tar_of(member("a", bytes(range(256)) * 400), member("b")), mtime=0)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not an archive",
        zipped(),
        tar_of(member("a")),
        gzip.compress(b"not a tar at all" * 100),
        WHOLE[: len(WHOLE) // 2],
        WHOLE[:-4],
        WHOLE[:20] + b"\xff" * 20 + WHOLE[40:],
    ],
    ids=["empty", "text", "zip", "plain tar", "gzip of no tar", "half", "end missing", "damaged"],
)
def test_what_is_no_gzip_tar_is_refused(laid_out: Extracted, content: bytes) -> None:
    """Anything but a whole gzip tar is refused, and called by its name (6.13d)."""
    with pytest.raises(ModelDataUnusable) as caught:
        laid_out(content)

    assert str(caught.value).startswith("model.tar.gz is not a whole gzip tar archive: ")


def test_name_that_is_file_and_folder_is_refused(laid_out: Extracted) -> None:
    """An archive that contradicts itself is refused."""
    with pytest.raises(ModelDataUnusable, match="is not a whole gzip tar archive"):
        laid_out(member("a"), member("a/b"))


def test_name_that_no_file_can_have_is_refused(laid_out: Extracted) -> None:
    """A name with a NUL in it is refused, not tripped over."""
    with pytest.raises(ModelDataUnusable, match="is not a whole gzip tar archive"):
        laid_out(member("a", pax_headers={"path": "a\0b"}))


def test_metadata_of_macos_is_told(laid_out: Extracted) -> None:
    """AppleDouble files are laid out, with what to do about them (1.16)."""
    _, notices = laid_out(member("a"), member("./._a"))

    assert ("./._a is macOS metadata; pack with COPYFILE_DISABLE=1",) == notices


@pytest.mark.parametrize("names", [["model/a", "model/b"], ["./model/a"]], ids=["plain", "dotted"])
def test_nested_top_is_told(laid_out: Extracted, names: list[str]) -> None:
    """A single folder around everything is kept, and that is told (1.17)."""
    files, notices = laid_out(*map(member, names))

    assert {name.removeprefix("./") for name in names} == set(files)
    assert ("everything is below model/, so the container sees /opt/ml/model/<that>/…",) == notices


def packed(output: Path, *members: tuple[tarfile.TarInfo, bytes]) -> dict[str, bytes]:
    """The files of the archive made of a tar."""
    pack([tar_of(*members)], output)
    with tarfile.open(output, "r:gz") as tar:
        return {each.name: content.read() for each in tar if (content := tar.extractfile(each))}


def test_topmost_folder_is_left_out(tmp_path: Path) -> None:
    """The files of a folder's tar are packed without the folder itself, which the container would not expect."""
    members = [member("model", type=tarfile.DIRTYPE), member("model/a"), member("model/sub/b", b"b")]

    assert {"a": b"x", "sub/b": b"b"} == packed(tmp_path / "m.tar.gz", *members)


def test_equal_files_give_equal_archives(tmp_path: Path) -> None:
    """Neither order, owner, time, mode nor file name shows in an archive."""
    first, second = tmp_path / "first.tar.gz", tmp_path / "second.tar.gz"
    pack([tar_of(member("m/a", mtime=1, uid=1, uname="ada", mode=0o600), member("m/b", b"b"))], first)
    pack([tar_of(member("m/b", b"b", mtime=9), member("m/a", mtime=2))], second)

    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize(
    ("members", "text"),
    [
        ([], "there is no file in the model folder"),
        ([member("m", type=tarfile.DIRTYPE)], "there is no file in the model folder"),
        ([member("m/l", type=tarfile.SYMTYPE, linkname="a")], "m/l is a symbolic link (to a)"),
        ([member("m/a"), member("m/l", type=tarfile.LNKTYPE, linkname="m/a")], "m/l is a hard link (to m/a)"),
        ([member("m/p", type=tarfile.FIFOTYPE)], "m/p is a device or pipe, not a file"),
    ],
    ids=["nothing", "empty folder", "symlink", "hard link", "fifo"],
)
def test_what_hosting_would_refuse_is_not_packed(
    tmp_path: Path, members: list[tuple[tarfile.TarInfo, bytes]], text: str
) -> None:
    """No archive is written that could not be hosted; an older one stays, and no draft remains."""
    output = tmp_path / "m.tar.gz"
    output.write_bytes(b"old")
    with pytest.raises(ModelDataUnusable) as caught:
        pack([tar_of(*members)], output)

    assert text == str(caught.value)
    assert [b"old"] == [path.read_bytes() for path in tmp_path.iterdir()]


def test_broken_tar_is_not_packed(tmp_path: Path) -> None:
    """A tar that ends early, as when its container dies, leaves neither archive nor draft."""

    def broken() -> Iterable[bytes]:
        yield tar_of(member("m/a", b"x" * 5000))[:3000]

    with pytest.raises(ModelDataUnusable) as caught:
        pack(broken(), tmp_path / "m.tar.gz")

    assert "the model folder could not be read to its end: unexpected end of data" == str(caught.value)
    assert [] == list(tmp_path.iterdir())
