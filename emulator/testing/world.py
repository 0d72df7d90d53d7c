"""Wooden doors: an engine of scripts, a store of names, a clock moved by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from threading import Lock

from emulator.errors import BuildFailed
from emulator.model.build import ImageBuild
from emulator.model.hosting import ModelData
from emulator.model.launch import ContainerLaunch, ImageConfig, ImageFile
from emulator.ports import (
    Clock,
    ContainerRuntime,
    ImageMissing,
    ModelDataMissing,
    ModelDataStore,
    ModelDataUnusable,
    RunningContainer,
    StartRefused,
)
from emulator.testing.container import ScriptedContainer
from emulator.testing.script import Script

BEGINNING = datetime(2026, 1, 1, tzinfo=timezone.utc)
"""When the fake clock starts."""


class ScriptedRuntime:
    """An engine whose images are scripts.

    Attributes:
        images: scripts by image name; every other name is missing.
        launches: what was to be started, in order.
        containers: what was started, in that order, less those that were refused.
        beside: in whose network each of ``containers`` was started.
        builds: what was to be built.
    """

    def __init__(self, images: Mapping[str, Script]) -> None:
        self.images = dict(images)
        self.launches: list[ContainerLaunch] = []
        self.containers: list[ScriptedContainer] = []
        self.beside: list[RunningContainer | None] = []
        self.builds: list[ImageBuild] = []
        self._lock = Lock()

    @property
    def left(self) -> list[ScriptedContainer]:
        """The containers that nobody removed."""
        return [each for each in self.containers if not each.removed]

    def image(self, name: str) -> ImageConfig:
        return self._script(name).config

    def manifest_media_type(self, name: str) -> str:
        return self._script(name).media_type

    def files(self, image: str, paths: Iterable[str]) -> Mapping[str, ImageFile]:
        files = self._script(image).image_files
        return {path: files[path] for path in paths if path in files}

    def libraries(self, image: str) -> Mapping[str, str]:
        return dict(self._script(image).libraries)

    def start(self, launch: ContainerLaunch, *, beside: RunningContainer | None = None) -> ScriptedContainer:
        script = self._script(launch.image)
        with self._lock:
            self.launches.append(launch)
            if script.refuses_start:
                raise StartRefused(script.refuses_start)
            container = ScriptedContainer(script)
            self.containers.append(container)
            self.beside.append(beside)
        return container

    def build(self, build: ImageBuild, *, on_progress: Callable[[str], None]) -> str:
        """The id of the script called as the tag; BuildFailed where there is none."""
        self.builds.append(build)
        on_progress(f"FROM script {build.tag}")
        if build.tag not in self.images:
            raise BuildFailed(f"{build.tag} could not be built.", why="there is no script of that name")
        return self.images[build.tag].config.image_id

    def close(self) -> None:
        """Remove whatever is left."""
        for container in reversed(self.left):
            container.remove()

    def _script(self, name: str) -> Script:
        if name not in self.images:
            raise ImageMissing("the container engine has no image of that name")
        return self.images[name]


class FakeClock:
    """Time that stands still until it is moved, or goes on by ``step`` with each look at it."""

    def __init__(self, *, step: float = 0.0) -> None:
        self._now, self._step = 0.0, step
        self._lock = Lock()

    def now(self) -> float:
        with self._lock:
            self._now += self._step
            return self._now

    def utc(self) -> datetime:
        """As many seconds after the beginning of 2026 as :meth:`now` would give, which this does not move."""
        with self._lock:
            return BEGINNING + timedelta(seconds=self._now)

    def advance(self, seconds: float) -> None:
        """Let so many seconds pass."""
        with self._lock:
            self._now += seconds


class FakeStore:
    """Model data by address, without a copy of anything.

    Args:
        folders: what is at each address: the folder to mount, or the exception to meet.
        notices: what is said about each address.

    Attributes:
        fetched: what was asked for.
        packed: the tar that was to be packed, by output path.
        laid_out: files of each folder that was asked for.
    """

    def __init__(
        self,
        folders: Mapping[str, Path | ModelDataMissing | ModelDataUnusable] | None = None,
        *,
        notices: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        self._folders, self._notices = dict(folders or {}), dict(notices or {})
        self.fetched: list[ModelData] = []
        self.packed: dict[Path, bytes] = {}
        self.laid_out: list[dict[str, bytes]] = []

    def fetch(self, data: ModelData) -> tuple[Path, tuple[str, ...]]:
        self.fetched.append(data)
        found = self._folders.get(data.uri, ModelDataMissing(f"{data.uri}: there is no such object"))
        if isinstance(found, Exception):
            raise found
        return found, self._notices.get(data.uri, ())

    def exists(self, data: ModelData) -> bool:
        return not isinstance(self._folders.get(data.uri, ModelDataMissing()), ModelDataMissing)

    def archive(self, data: ModelData) -> Path | None:
        if not self.exists(data):
            raise ModelDataMissing(f"{data.uri}: there is no such object")
        found = self._folders[data.uri]
        return found if isinstance(found, Path) and found.is_file() else None

    def pack(self, tar: Iterable[bytes], output: Path) -> None:
        self.packed[output] = b"".join(tar)

    def lay_out(self, files: Mapping[str, bytes]) -> Path:
        self.laid_out.append(dict(files))
        return Path(f"/wooden/{len(self.laid_out)}")


_fits_runtime: type[ContainerRuntime] = ScriptedRuntime
_fits_clock: type[Clock] = FakeClock
_fits_store: type[ModelDataStore] = FakeStore
