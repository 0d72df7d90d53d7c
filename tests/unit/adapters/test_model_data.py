"""Model data brought onto this machine: from a folder, an archive, or S3 (moto's)."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from emulator.adapters.aws import Bucket
from emulator.adapters.model_data import ModelDataFolder
from emulator.adapters.moto import moto_server
from emulator.errors import UsageError
from emulator.model.hosting import ModelData
from emulator.ports import ModelDataMissing, ModelDataUnusable

KEYS = {"aws_access_key_id": "byoc", "aws_secret_access_key": "byoc"}


def archive_of(**files: bytes) -> bytes:
    """A model.tar.gz."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def files_in(folder: Path) -> dict[str, bytes]:
    """The files below a folder, by path."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def local(tmp_path: Path) -> ModelDataFolder:
    """A store that has no S3."""

    def no_s3() -> Any:
        raise AssertionError("S3 is not asked")

    root = tmp_path / "run"
    root.mkdir()
    return ModelDataFolder(root, no_s3)


def test_folder_is_mounted_itself(local: ModelDataFolder, tmp_path: Path) -> None:
    """A local folder is not copied, so that changes in it are seen at once."""
    folder = tmp_path / "model"
    folder.mkdir()

    assert (folder, ()) == local.fetch(ModelData(uri=str(folder)))
    assert (folder, ()) == local.fetch(ModelData(uri=f"file://{folder}"))


@pytest.mark.parametrize("scheme", ["", "file://"])
def test_local_archive_is_extracted(local: ModelDataFolder, tmp_path: Path, scheme: str) -> None:
    """A local archive is laid out as S3's would be."""
    (tmp_path / "model.tar.gz").write_bytes(archive_of(a=b"1"))
    folder, notices = local.fetch(ModelData(uri=f"{scheme}{tmp_path}/model.tar.gz"))

    assert ({"a": b"1"}, ()) == (files_in(folder), notices)


def test_archive_is_extracted_once_until_it_changes(local: ModelDataFolder, tmp_path: Path) -> None:
    """The same archive is shared by all that mount it; a changed one is laid out anew."""
    archive = tmp_path / "model.tar.gz"
    archive.write_bytes(archive_of(a=b"1"))
    first, _ = local.fetch(ModelData(uri=str(archive)))
    second, _ = local.fetch(ModelData(uri=str(archive)))
    archive.write_bytes(archive_of(a=b"22", b=b"3"))
    third, _ = local.fetch(ModelData(uri=str(archive)))

    assert first == second
    assert ({"a": b"1"}, {"a": b"22", "b": b"3"}) == (files_in(first), files_in(third))


def test_folder_of_model_is_readable_by_all(local: ModelDataFolder, tmp_path: Path) -> None:
    """The container may run as any user."""
    (tmp_path / "model.tar.gz").write_bytes(archive_of(a=b"1"))
    folder, _ = local.fetch(ModelData(uri=str(tmp_path / "model.tar.gz")))

    assert (0o755, 0o644) == (folder.stat().st_mode & 0o777, (folder / "a").stat().st_mode & 0o777)


def test_name_that_s3_would_not_take_is_told(local: ModelDataFolder, tmp_path: Path) -> None:
    """A local archive may have any name, with a notice of what hosting would make of it (1.13)."""
    (tmp_path / "model.tgz").write_bytes(archive_of(a=b"1"))
    _, notices = local.fetch(ModelData(uri=str(tmp_path / "model.tgz")))

    assert ("model.tgz must be called *.tar.gz in S3, or it is not downloaded",) == notices


def test_missing_path_is_the_callers_fault(local: ModelDataFolder, tmp_path: Path) -> None:
    """A local path that is not there is a usage error, as AWS knows no local paths."""
    with pytest.raises(UsageError) as caught:
        local.fetch(ModelData(uri=f"{tmp_path}/gone"))

    assert (
        f"There is no model data at {tmp_path}/gone.\n"
        "why: no such file or folder\n"
        "fix: give a folder, a model.tar.gz, or an s3:// address"
    ) == str(caught.value)


def test_files_are_laid_out_for_any_user(local: ModelDataFolder) -> None:
    """Configuration for a container lies in a folder of its own, readable by all."""
    folder = local.lay_out({"hyperparameters.json": b"{}"})

    assert {"hyperparameters.json": b"{}"} == files_in(folder)
    assert 0o644 == (folder / "hyperparameters.json").stat().st_mode & 0o777


@pytest.fixture(scope="module")
def s3() -> Iterator[tuple[Any, Bucket]]:
    """An S3 of our own with the bucket `models`: a client to fill it, and the adapter to read it."""
    with moto_server() as url:
        client = boto3.client("s3", endpoint_url=url, region_name="us-east-1", **KEYS)
        client.create_bucket(Bucket="models")
        yield client, Bucket(endpoint_url=url, region="us-east-1", credentials=KEYS)
        client.close()


@pytest.fixture
def client(s3: tuple[Any, Bucket]) -> Any:
    """A client for filling the S3; its bucket is empty."""
    made, _ = s3
    for each in made.list_objects_v2(Bucket="models").get("Contents", ()):
        made.delete_object(Bucket="models", Key=each["Key"])
    return made


@pytest.fixture
def store(s3: tuple[Any, Bucket], tmp_path: Path) -> ModelDataFolder:
    """A store on that S3."""
    _, bucket = s3
    root = tmp_path / "run"
    root.mkdir()
    return ModelDataFolder(root, lambda: bucket)


def prefix(uri: str) -> ModelData:
    """All objects below a prefix, as they are."""
    return ModelData(uri=uri, data_type="S3Prefix", compression="None")


def test_archive_in_s3_is_extracted(store: ModelDataFolder, client: Any, tmp_path: Path) -> None:
    """A gzip tar is downloaded and laid out; the archive itself is not kept (1.13)."""
    client.put_object(Bucket="models", Key="a/b c+d/model.tar.gz", Body=archive_of(a=b"1"))
    folder, notices = store.fetch(ModelData(uri="s3://models/a/b c+d/model.tar.gz"))

    assert ({"a": b"1"}, ()) == (files_in(folder), notices)
    assert [folder] == list((tmp_path / "run").iterdir())


def test_archive_in_s3_is_downloaded_anew(store: ModelDataFolder, client: Any) -> None:
    """An object may have changed, so it is asked for each time."""
    client.put_object(Bucket="models", Key="model.tar.gz", Body=archive_of(a=b"1"))
    store.fetch(ModelData(uri="s3://models/model.tar.gz"))
    client.put_object(Bucket="models", Key="model.tar.gz", Body=archive_of(a=b"2"))
    folder, _ = store.fetch(ModelData(uri="s3://models/model.tar.gz"))

    assert {"a": b"2"} == files_in(folder)


def test_single_object_keeps_its_name(store: ModelDataFolder, client: Any) -> None:
    """An uncompressed object is the file of its last path segment (1.18b)."""
    client.put_object(Bucket="models", Key="v1/model.bin", Body=b"\x00")
    folder, _ = store.fetch(ModelData(uri="s3://models/v1/model.bin", compression="None"))

    assert {"model.bin": b"\x00"} == files_in(folder)


def test_prefix_keeps_its_tree(store: ModelDataFolder, client: Any) -> None:
    """All objects below a prefix arrive at their key less the prefix; those beside it do not (1.18a)."""
    for key in ("v1/a", "v1/sub/b", "v1/sub/.hidden", "v10/c", "v2/d"):
        client.put_object(Bucket="models", Key=key, Body=key.encode())
    folder, _ = store.fetch(prefix("s3://models/v1/"))

    assert {"a": b"v1/a", "sub/b": b"v1/sub/b", "sub/.hidden": b"v1/sub/.hidden"} == files_in(folder)


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        (["v/"], "the key 'v/' yields a file without a name; delete the console's folder objects"),
        (["v/a", "v/sub/"], "the key 'v/sub/' yields a file without a name; delete the console's folder objects"),
        (["v/ "], "the key 'v/ ' yields a file without a name; delete the console's folder objects"),
        (["v/a//b"], "the key 'v/a//b' yields a file without a name; delete the console's folder objects"),
        (["v/a", "v/a/b"], "v/a is both an object and the prefix of other objects"),
        ([f"v/{'n' * 256}"], f"the key 'v/{'n' * 256}' yields the file name '{'n' * 256}', which is not allowed"),
    ],
    ids=["folder object", "inner folder object", "blank", "empty segment", "file and folder", "long name"],
)
def test_key_that_is_no_file_name_is_refused(store: ModelDataFolder, client: Any, keys: list[str], text: str) -> None:
    """Keys that make no file name, or a file and a folder at once, are refused (1.18 c to e)."""
    for key in keys:
        client.put_object(Bucket="models", Key=key, Body=b"")
    with pytest.raises(ModelDataUnusable) as caught:
        store.fetch(prefix("s3://models/v/"))

    assert text == str(caught.value)


class Listed:
    """A bucket with these keys; for those which moto's web server would tidy."""

    def __init__(self, *keys: str) -> None:
        self._keys = keys

    def keys(self, bucket: str, prefix: str) -> list[str]:
        """All of them."""
        return list(self._keys)

    def download(self, bucket: str, key: str, target: Path) -> None:
        """An empty file."""
        target.write_bytes(b"")


@pytest.mark.parametrize("name", ["..", ".", "a\0b"])
def test_key_that_climbs_is_refused(tmp_path: Path, name: str) -> None:
    """A key cannot lead out of the model folder (1.18c)."""
    store = ModelDataFolder(tmp_path, lambda: Listed(f"v/{name}/x"))
    with pytest.raises(ModelDataUnusable) as caught:
        store.fetch(prefix("s3://models/v/"))

    assert f"the key {f'v/{name}/x'!r} yields the file name {name!r}, which is not allowed" == str(caught.value)


def test_longest_file_name_is_allowed(tmp_path: Path) -> None:
    """255 bytes are a name."""
    folder, _ = ModelDataFolder(tmp_path, lambda: Listed("v/" + "n" * 255)).fetch(prefix("s3://models/v/"))

    assert {"n" * 255: b""} == files_in(folder)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (ModelData(uri="s3://models/gone.tar.gz"), "s3://models/gone.tar.gz: An error occurred (404)"),
        (ModelData(uri="s3://no-such-bucket/m.tar.gz"), "s3://no-such-bucket/m.tar.gz: An error occurred (404)"),
        (ModelData(uri="s3://models/gone", compression="None"), "s3://models/gone: An error occurred (404)"),
        (prefix("s3://models/gone/"), "there is no object below s3://models/gone/"),
        (prefix("s3://no-such-bucket/v/"), "s3://no-such-bucket/v/: An error occurred (NoSuchBucket)"),
        (
            ModelData(uri="s3://models/model.tgz"),
            "the key of s3://models/model.tgz does not end in .tar.gz, so it is not downloaded",
        ),
    ],
    ids=["object", "bucket", "plain object", "prefix", "bucket of prefix", "suffix"],
)
def test_nothing_there(store: ModelDataFolder, client: Any, data: ModelData, text: str) -> None:
    """What is not in S3, or would not be downloaded, is missing; it is said what was asked for."""
    with pytest.raises(ModelDataMissing) as caught:
        store.fetch(data)

    assert str(caught.value).startswith(text)


def test_object_that_is_no_archive_is_unusable(store: ModelDataFolder, client: Any) -> None:
    """An object of the right name and the wrong content is downloaded and refused."""
    client.put_object(Bucket="models", Key="model.tar.gz", Body=b"<html>")
    with pytest.raises(ModelDataUnusable, match="is not a whole gzip tar archive"):
        store.fetch(ModelData(uri="s3://models/model.tar.gz"))


def test_existence_is_known_without_a_download(store: ModelDataFolder, client: Any, tmp_path: Path) -> None:
    """Objects, prefixes and local paths are found, or not, and nothing is fetched."""
    client.put_object(Bucket="models", Key="v1/model.tar.gz", Body=b"")
    there = [
        ModelData(uri="s3://models/v1/model.tar.gz"),
        prefix("s3://models/v1/"),
        ModelData(uri=str(tmp_path)),
    ]
    gone = [
        ModelData(uri="s3://models/v1/model.tar"),
        prefix("s3://models/v2/"),
        ModelData(uri="s3://no-such-bucket/m.tar.gz"),
        ModelData(uri=str(tmp_path / "gone")),
    ]

    assert ([True] * 3, [False] * 4) == ([*map(store.exists, there)], [*map(store.exists, gone)])
    assert [] == list((tmp_path / "run").iterdir())
