"""Container logs shipped to CloudWatch Logs, line by line as they are written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import Any, NamedTuple

from emulator.adapters.aws import REFUSED
from emulator.model.build import ImageBuild
from emulator.model.launch import ContainerLaunch, ImageConfig, ImageFile, LogStream
from emulator.ports import ContainerRuntime, RunningContainer

PUT_LINES = 1000
"""Lines of one PutLogEvents call; AWS takes 10,000 and 1 MB."""

FLUSH_SECONDS = 0.2
"""Between two calls; what `aws logs tail --follow` lags behind."""


class _Line(NamedTuple):
    to: LogStream
    milliseconds: int
    text: str


class CloudWatchRuntime:
    """A runtime whose containers' output lands in the log stream that their launch names.

    Args:
        runtime: starts them.
        connect: makes the client for CloudWatch Logs, when the first line comes.
    """

    def __init__(self, runtime: ContainerRuntime, connect: Callable[[], Any]) -> None:
        self._runtime, self._connect = runtime, connect
        self._lines: SimpleQueue[_Line] = SimpleQueue()
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
        while not (self._closing.wait(FLUSH_SECONDS) and self._lines.empty()):
            for to, lines in self._waiting().items():
                client = client or self._connect()
                try:
                    _put(client, to, lines, known)
                except REFUSED:
                    continue  # the stand-in is going away; the engine still has the log

    def _waiting(self) -> dict[LogStream, list[_Line]]:
        waiting: defaultdict[LogStream, list[_Line]] = defaultdict(list)
        try:
            for _ in range(PUT_LINES):
                line = self._lines.get_nowait()
                waiting[line.to].append(line)
        except Empty:
            pass
        return waiting


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
