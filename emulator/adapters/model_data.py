"""Model data brought onto this machine: a folder to mount read-only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from pathlib import Path
from tempfile import mkdtemp
from threading import Lock
from typing import Literal, Protocol
from urllib.parse import urlsplit

from emulator import limits
from emulator.adapters.archive import extract, pack
from emulator.errors import UsageError
from emulator.model.hosting import ModelData
from emulator.ports import ModelDataMissing, ModelDataStore, ModelDataUnusable


class ObjectStore(Protocol):
    """As much of S3 as model data needs; really an :class:`emulator.adapters.aws.Bucket`."""

    def download(self, bucket: str, key: str, target: Path) -> None:
        """Write one object to ``target``; raises ModelDataMissing."""

    def keys(self, bucket: str, prefix: str) -> Iterable[str]:
        """The keys below a prefix; raises ModelDataMissing."""


class ModelDataFolder:
    """Lays model data out below a folder that its owner removes.

    Args:
        root: an existing folder for copies.
        connect: makes the S3 client, when the first ``s3://`` address comes.
        hard_links: see :class:`emulator.model.rules.HostingRules`.
    """

    def __init__(
        self, root: Path, connect: Callable[[], ObjectStore], *, hard_links: Literal["refuse", "warn"] = "refuse"
    ) -> None:
        self._root, self._connect, self._hard_links = root, connect, hard_links
        self._extracted: dict[tuple[Path, int, int], tuple[Path, tuple[str, ...]]] = {}
        self._lock = Lock()

    def fetch(self, data: ModelData) -> tuple[Path, tuple[str, ...]]:
        """The folder to mount, and notices worth showing.

        A local folder is itself; a local archive is extracted once and shared, as all
        mounts are read-only; everything in S3 is downloaded anew, as it may change.

        Raises:
            ModelDataMissing: nothing in S3 at that address.
            ModelDataUnusable: not a usable archive or set of objects.
            UsageError: no such local file or folder.
        """
        if data.on_s3:
            return self._from_s3(data)
        path = Path(data.uri.removeprefix("file://")).expanduser()
        if path.is_dir():
            return path.resolve(), ()
        if not path.is_file():
            raise UsageError(
                f"There is no model data at {data.uri}.",
                why="no such file or folder",
                fix="give a folder, a model.tar.gz, or an s3:// address",
            )
        return self._extracted_once(path.resolve())

    def exists(self, data: ModelData) -> bool:
        """Whether there is a file or folder, an object, or an object below the prefix; reads one page at most."""
        if not data.on_s3:
            return Path(data.uri.removeprefix("file://")).expanduser().exists()
        bucket, key = _place(data)
        try:
            first = next(iter(self._s3.keys(bucket, key)), None)
        except ModelDataMissing:
            return False
        # S3 lists in the order of keys, so an object comes before all others that begin with its key.
        return first is not None if data.data_type == "S3Prefix" else first == key

    def archive(self, data: ModelData) -> Path | None:
        """The archive itself, unopened; of S3 a copy in the run's folder. None where the data are no archive.

        Raises:
            ModelDataMissing: nothing in S3 at that address.
        """
        if not data.on_s3:
            path = Path(data.uri.removeprefix("file://")).expanduser()
            return path.resolve() if path.is_file() else None
        if data.compression == "None":
            return None
        bucket, key = _place(data)
        copy = self._folder() / (key.rpartition("/")[2] or "model")
        self._s3.download(bucket, key, copy)
        return copy

    def pack(self, tar: Iterable[bytes], output: Path) -> None:
        """Write ``output`` as a ``model.tar.gz``; see :func:`emulator.adapters.archive.pack`.

        Raises:
            UsageError: the folder of ``output`` does not exist.
        """
        if not output.parent.is_dir():
            raise UsageError(
                f"{output} cannot be written.", why=f"there is no folder {output.parent}", fix="make it first"
            )
        pack(tar, output)

    def lay_out(self, files: Mapping[str, bytes]) -> Path:
        """A new folder with these files, readable by any user."""
        folder = self._folder()
        for name, content in files.items():
            (folder / name).write_bytes(content)
            (folder / name).chmod(0o644)
        return folder

    @cached_property
    def _s3(self) -> ObjectStore:
        return self._connect()

    def _extracted_once(self, archive: Path) -> tuple[Path, tuple[str, ...]]:
        status = archive.stat()
        key = archive, status.st_mtime_ns, status.st_size
        with self._lock:
            if key not in self._extracted:
                folder = self._folder()
                self._extracted[key] = folder, extract(archive, folder, hard_links=self._hard_links)
            folder, notices = self._extracted[key]
        if not archive.name.endswith(limits.ARCHIVE_SUFFIX):
            notices = (
                *notices,
                f"{archive.name} must be called *{limits.ARCHIVE_SUFFIX} in S3, or it is not downloaded",
            )
        return folder, notices

    def _from_s3(self, data: ModelData) -> tuple[Path, tuple[str, ...]]:
        bucket, key = _place(data)
        folder = self._folder()
        if data.data_type == "S3Prefix":
            self._download_prefix(bucket, key, folder)
            return folder, ()
        if data.compression == "None":
            self._s3.download(bucket, key, folder / _file_name(key.rpartition("/")[2], key))
            return folder, ()
        if not key.endswith(limits.ARCHIVE_SUFFIX):
            raise ModelDataMissing(
                f"the key of {data.uri} does not end in {limits.ARCHIVE_SUFFIX}, so it is not downloaded"
            )
        archive = self._root / f"{folder.name}{limits.ARCHIVE_SUFFIX}"
        try:
            self._s3.download(bucket, key, archive)
            return folder, extract(archive, folder, hard_links=self._hard_links)
        finally:
            archive.unlink(missing_ok=True)

    def _download_prefix(self, bucket: str, prefix: str, folder: Path) -> None:
        keys = list(self._s3.keys(bucket, prefix))
        if not keys:
            raise ModelDataMissing(f"there is no object below s3://{bucket}/{prefix}")
        names = {key: tuple(_file_name(part, key) for part in key.removeprefix(prefix).split("/")) for key in keys}
        folders = {parts[:depth] for parts in names.values() for depth in range(1, len(parts))}
        for key, parts in names.items():
            if parts in folders:
                raise ModelDataUnusable(f"{key} is both an object and the prefix of other objects")
            target = folder.joinpath(*parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            self._s3.download(bucket, key, target)

    def _folder(self) -> Path:
        # mkdtemp makes it private; the container may run as any user.
        folder = Path(mkdtemp(prefix="model-", dir=self._root))
        folder.chmod(0o755)
        return folder


def _place(data: ModelData) -> tuple[str, str]:
    address = urlsplit(data.uri, allow_fragments=False)
    return address.netloc, address.path.removeprefix("/")


def _file_name(name: str, key: str) -> str:
    """A path segment of an uncompressed object, refused where AWS refuses it (hosting contract 1.18 c, e)."""
    if not name.strip():
        raise ModelDataUnusable(f"the key {key!r} yields a file without a name; delete the console's folder objects")
    if name in (".", "..") or "\0" in name or len(name.encode()) > limits.FILE_NAME_BYTES:
        raise ModelDataUnusable(f"the key {key!r} yields the file name {name!r}, which is not allowed")
    return name


_fits: type[ModelDataStore] = ModelDataFolder
