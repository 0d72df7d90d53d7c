"""Container logs shipped to CloudWatch Logs, line by line as they are written."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from threading import Event, Lock, Thread
from typing import Any, Final, NamedTuple

from emulator import limits
from emulator.adapters.aws import REFUSED
from emulator.model.build import ImageBuild
from emulator.model.launch import ContainerLaunch, ImageConfig, ImageFile, LogStream
from emulator.ports import ContainerRuntime, RunningContainer

PUT_LINES = 1000
"""Lines of one PutLogEvents call; AWS takes 10,000 and 1 MB."""

FLUSH_SECONDS = 0.2
"""Between two calls; what `aws logs tail --follow` lags behind."""

WAITING_BYTES: Final = 64 * limits.MEBIBYTE
"""Lines that wait for their call take so much memory at most; then the oldest are lost, and a line says so."""

LINE_BYTES: Final = 200
"""What a line takes besides its characters."""


class _Line(NamedTuple):
    to: LogStream
    milliseconds: int
    text: str

    @property
    def size(self) -> int:
        return LINE_BYTES + len(self.text)


class _Waiting:
    """Lines on their way, in order; a container that writes faster than they are taken never waits."""

    def __init__(self) -> None:
        self._lines, self._size, self._lock = deque[_Line](), 0, Lock()
        self._lost, self._lost_until = Counter[LogStream](), dict[LogStream, int]()

    def __bool__(self) -> bool:
        return bool(self._lines)

    def put(self, line: _Line) -> None:
        with self._lock:
            self._lines.append(line)
            self._size += line.size
            while self._size > WAITING_BYTES:
                lost = self._lines.popleft()
                self._size -= lost.size
                self._lost[lost.to] += 1
                self._lost_until[lost.to] = lost.milliseconds

    def take(self, most: int) -> dict[LogStream, list[_Line]]:
        """The oldest lines by their stream, after one that tells how many are missing before them."""
        taken: defaultdict[LogStream, list[_Line]] = defaultdict(list)
        with self._lock:
            for to, count in self._lost.items():
                text = f"byoc-emulator: {count} lines are missing here; they came faster than they could be stored"
                taken[to].append(_Line(to, self._lost_until[to], text))
            self._lost.clear()
            for _ in range(min(most, len(self._lines))):
                line = self._lines.popleft()
                self._size -= line.size
                taken[line.to].append(line)
        return taken


class CloudWatchRuntime:
    """A runtime whose containers' output lands in the log stream that their launch names.

    Args:
        runtime: starts them.
        connect: makes the client for CloudWatch Logs, when the first line comes.
    """

    def __init__(self, runtime: ContainerRuntime, connect: Callable[[], Any]) -> None:
        self._runtime, self._connect = runtime, connect
        self._lines = _Waiting()
        self._closing = Event()
        self._shipper = Thread(target=self._ship, name="cloudwatch", daemon=True)
        self._shipper.start()

    def image(self, name: str) -> ImageConfig:
        """What the engine knows of an image."""
        return self._runtime.image(name)

    def manifest_media_type(self, name: str) -> str:
        """The media type of an image's manifest."""
        return self._runtime.manifest_media_type(name)

    def files(self, image: str, paths: Iterable[str]) -> Mapping[str, ImageFile]:
        """Files of an image that does not run."""
        return self._runtime.files(image, paths)

    def libraries(self, image: str) -> Mapping[str, str]:
        """Python packages of an image that does not run."""
        return self._runtime.libraries(image)

    def start(self, launch: ContainerLaunch, *, beside: RunningContainer | None = None) -> RunningContainer:
        """Start a container and follow its output until it ends."""
        running = self._runtime.start(launch, beside=beside)
        if launch.log_stream is not None:
            Thread(target=self._follow, args=(running, launch.log_stream), name="follow-log", daemon=True).start()
        return running

    def build(self, build: ImageBuild, *, on_progress: Callable[[str], None]) -> str:
        """Build an image on the engine."""
        return self._runtime.build(build, on_progress=on_progress)

    def close(self) -> None:
        """Ship what is left, and stop."""
        self._closing.set()
        self._shipper.join(timeout=5)

    def _follow(self, running: RunningContainer, to: LogStream) -> None:
        for milliseconds, text in running.follow():
            self._lines.put(_Line(to, milliseconds, text))

    def _ship(self) -> None:
        client, known = None, set[LogStream]()
        while not (self._closing.wait(FLUSH_SECONDS) and not self._lines):
            for to, lines in self._lines.take(PUT_LINES).items():
                client = client or self._connect()
                try:
                    _put(client, to, lines, known)
                except REFUSED:
                    continue  # the stand-in is going away; the engine still has the log


def _put(client: Any, to: LogStream, lines: list[_Line], known: set[LogStream]) -> None:
    if to not in known:
        for create, names in (
            (client.create_log_group, {"logGroupName": to.group}),
            (client.create_log_stream, {"logGroupName": to.group, "logStreamName": to.name}),
        ):
            with suppress(client.exceptions.ResourceAlreadyExistsException):
                create(**names)
        known.add(to)
    events: list[dict[str, Any]] = [
        {"timestamp": line.milliseconds, "message": line.text} for line in lines if line.text
    ]
    if events:
        client.put_log_events(
            logGroupName=to.group,
            logStreamName=to.name,
            logEvents=sorted(events, key=lambda event: event["timestamp"]),
        )


_fits: type[ContainerRuntime] = CloudWatchRuntime
