"""Archives are blamed for one thing each, and for nothing that a model server asks for."""

from __future__ import annotations

import gzip
import io
import tarfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from emulator.contract.catalogue import catalogue
from emulator.contract.check import NotApplicable
from emulator.contract.checks.artifact.nested_top_folder import nested
from emulator.contract.checks.artifact.not_a_gzip_tar import kind_of
from emulator.testing import FakeStore, Script

FAMILY = [each for each in catalogue() if each.rule.family == "artifact"]


def packed(path: Path, *names: str, **kinds: bytes) -> Path:
    """A gzip tar of files of 10 bytes, and of members of other kinds that link to the first file."""
    with tarfile.open(path, "w:gz") as tar:
        for name in names:
            info = tarfile.TarInfo(name)
            info.size = 10
            tar.addfile(info, io.BytesIO(bytes(10)))
        for name, kind in kinds.items():
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, names[0] if kind in {tarfile.LNKTYPE, tarfile.SYMTYPE} else ""
            tar.addfile(info)
    return path


@pytest.fixture
def found(wooden: Callable[..., Any]) -> Callable[..., dict[str, list[str | None]]]:
    """The severities of each check that finds something in an archive."""

    def of(archive: Path, *, refused: str = "", hard_links: Any = "refuse", **members: Any) -> Any:
        subject = wooden(good=Script(), store=FakeStore({"m": archive})).subject(model="m", **members)
        subject.bench = replace(subject.bench, rules=replace(subject.bench.rules, hard_links=hard_links))
        subject.refused_data = refused
        severities = {}
        for each in FAMILY:
            try:
                severities[each.rule.name] = [violation.severity for violation in each.look(subject)]
            except NotApplicable:
                continue
        return {name: all_of_them for name, all_of_them in severities.items() if all_of_them}

    return of


Found = Callable[..., dict[str, list[str | None]]]


def test_ordinary_archive_is_clean(found: Found, tmp_path: Path) -> None:
    """Files, folders and hidden files at the top are what an archive is for."""
    assert {} == found(packed(tmp_path / "model.tar.gz", "./a.json", "./code/b.py", ".hidden", kinds=tarfile.DIRTYPE))


@pytest.mark.parametrize("kind", [tarfile.LNKTYPE, tarfile.SYMTYPE])
def test_link_explains_why_the_data_are_refused(found: Found, tmp_path: Path, kind: bytes) -> None:
    """One finding for one cause: the runner's refusal is that of the link."""
    archive = packed(tmp_path / "model.tar.gz", "a", link=kind)

    assert {"links-in-archive": [None]} == found(archive, refused="link is a link")


def test_hard_links_are_a_note_by_rule(found: Found, tmp_path: Path) -> None:
    """Where the rules take hard links they are a note, and do not explain a refusal."""
    archive = packed(tmp_path / "model.tar.gz", "a", link=tarfile.LNKTYPE)

    assert {"links-in-archive": ["note"]} == found(archive, hard_links="warn")
    both = found(archive, hard_links="warn", refused="link points to nothing")
    assert {"links-in-archive": ["note"], "not-a-gzip-tar": [None]} == both


def test_no_refusal_goes_without_a_finding(found: Found, tmp_path: Path) -> None:
    """A readable archive that could not be laid out is blamed with the reason."""
    archive = packed(tmp_path / "model.tar.gz", "a", "a/b", "c")

    assert {"not-a-gzip-tar": [None]} == found(archive, refused="a is a file and a folder")


def test_broken_archive_is_blamed_for_that_alone(found: Found, tmp_path: Path) -> None:
    """Where it cannot be read, its size, its layout and its name do not matter."""
    archive = packed(tmp_path / "model.zip", "model/a")
    archive.write_bytes(archive.read_bytes()[:-10])

    assert {"not-a-gzip-tar": [None]} == found(archive, refused="it is broken")


@pytest.mark.parametrize("name", ["model.tgz", "model.tar", "model.TAR.GZ", "model"])
def test_name_must_end_in_tar_gz(found: Found, tmp_path: Path, name: str) -> None:
    """Nothing else is downloaded, whether or not the store has refused it too (1.13)."""
    archive = packed(tmp_path / name, "a")

    assert {"archive-name": [None]} == found(archive) == found(archive, refused="it is not downloaded")


@pytest.mark.parametrize(
    ("profile", "size", "expected"), [("serverless", 6, 1), ("realtime", 6, 0), ("realtime", 31, 1)]
)
def test_size_is_that_of_the_disk(
    wooden: Callable[..., Any], tmp_path: Path, profile: str, size: int, expected: int
) -> None:
    """The unpacked size is compared to 5 GB under serverless, else to 30 GB."""
    subject = wooden(good=Script(), store=FakeStore({"m": packed(tmp_path / "m.tar.gz", "a")})).subject(
        model="m", profile=profile
    )
    (check,) = (each for each in FAMILY if each.rule.name == "archive-too-large")
    list(check.look(subject))
    subject.remembered["members"].found[0].size = size * 2**30

    assert expected == len(list(check.look(subject)))


@pytest.mark.parametrize(
    ("names", "top"),
    [
        (["model/a", "model/b/c"], "model"),
        (["./model/a"], "model"),
        (["model/a", "._model", "__MACOSX/model/a"], "model"),
        (["a"], ""),
        (["model/a", "b"], ""),
        ([], ""),
        (["code/inference.py"], ""),
        (["1/saved_model.pb", "1/variables/x"], ""),
        (["export/Servo/1/saved_model.pb"], ""),
        (["resnet/config.pbtxt", "resnet/1/model.onnx"], ""),
        (["resnet/1/model.onnx"], ""),
        (["llama/serving.properties", "llama/model.py"], ""),
        (["mnist/MAR-INF/MANIFEST.json", "mnist/model.pt"], ""),
    ],
)
def test_folders_that_servers_want_are_not_nested(names: list[str], top: str) -> None:
    """A folder around everything is told, except for the layouts of TensorFlow, Triton, DJL and TorchServe (1.17)."""
    assert top == nested([tarfile.TarInfo(name) for name in names])


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "it is empty"),
        (b"PK\x03\x04", "it is a zip archive"),
        (b"\x80\x04\x95", "it looks like a pickle"),
        (b"BZh91AY", "it is compressed by bzip2"),
        (bytes(257) + b"ustar\0", "it is a tar archive that is not compressed"),
        (gzip.compress(b"", mtime=0), "gzip"),
        (b"version https://git-lfs.github.com/spec/v1", "it is a pointer of git lfs"),
        (b"weights", "it does not begin as gzip does"),
    ],
)
def test_what_it_is_instead_is_said(tmp_path: Path, content: bytes, kind: str) -> None:
    """The first bytes tell what somebody called .tar.gz."""
    (tmp_path / "model.tar.gz").write_bytes(content)

    assert kind == kind_of(tmp_path / "model.tar.gz")
