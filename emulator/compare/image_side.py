"""Images that are started to be asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Final

from emulator.compare.answering import answered, failed
from emulator.compare.artifact import content_digest
from emulator.compare.log_warnings import warnings_in
from emulator.errors import ModelError
from emulator.hosting.endpoint import Endpoint
from emulator.hosting.session import Session
from emulator.model.event import ContainerStarted, Event, ImageReading
from emulator.model.hosting import Model, ModelData
from emulator.model.message import Invocation
from emulator.model.recording import Exchange, Origin, Request, Stage
from emulator.ports import ModelDataStore

LOG_LINES: Final = 10_000
"""So many of a container's last lines are searched for warnings."""


@contextmanager
def image_side(session: Session, model: Model, *, name: str = "") -> Iterator[ImageSide]:
    """One image or a chain, started for this and stopped after it.

    Args:
        session: where.
        model: with its model data.
        name: as a person calls it; default is the images with arrows between them.

    Raises:
        EndpointFailed: it does not come into service.
        ValidationException: AWS would refuse the model.
        UsageError: there is no such file of model data.
    """
    store, watch = _RememberingStore(session.world.store), _Watch(session)
    own = Session(replace(session.world, store=store), account=session.account, rules=session.rules, emit=watch.heard)
    with own.endpoint(model) as endpoint:
        side = ImageSide(own, model, endpoint, name=name or subject_of(model))
        side.startup_seconds = watch.seconds()
        side.folders = store.folders
        yield side


def subject_of(model: Model) -> str:
    """The images of a model in one line."""
    return " → ".join(each.image for each in model.containers)


class ImageSide:
    """Images in service for as long as the ``with`` of :func:`image_side` lasts; safe to ask from many threads.

    Attributes:
        name: as a person calls it.
        origin: ``image``.
        live: True.
        startup_seconds: from the start of the first container to all being healthy.
        folders: where the model data lie on this machine.
    """

    origin: Origin = "image"
    live = True

    def __init__(self, session: Session, model: Model, endpoint: Endpoint, *, name: str) -> None:
        self.name, self.endpoint = name, endpoint
        self.startup_seconds: float | None = None
        self.folders: Mapping[ModelData, Path] = {}
        self._session, self._model = session, model
        self._still: tuple[Stage, ...] | None = None

    def ask(self, request: Request) -> Exchange:
        """What the last container answered, or the one that failed."""
        invocation = Invocation(body=request.body, content_type=request.content_type, accept=request.accept)
        try:
            return answered(request, self.endpoint.send(invocation))
        except ModelError as error:
            return failed(request, error, endpoint=self.endpoint.name)

    def stages(self) -> tuple[Stage, ...]:
        """Its containers, with what their logs warn of by now."""
        if self._still is None:
            self._still = tuple(self._stages())
        logs = (each.running.log_tail(LOG_LINES) for each in self.endpoint.containers)
        return tuple(
            replace(stage, warnings=warnings_in(lines)) for stage, lines in zip(self._still, logs, strict=True)
        )

    def _stages(self) -> Iterator[Stage]:
        runtime = self._session.world.runtime
        for container, hosted in zip(self._model.containers, self.endpoint.containers, strict=True):
            config = runtime.image(container.image)
            self._session.emit(ImageReading(subject=hosted.name, image=container.image))
            folder = None if container.model_data is None else self.folders[container.model_data]
            yield Stage(
                name=hosted.name,
                image=container.image,
                image_id=config.image_id,
                size_bytes=config.size_bytes,
                model_data="" if folder is None else content_digest(folder),
                versions=runtime.libraries(container.image),
            )


class _RememberingStore:
    """A store that knows what it has laid out where."""

    def __init__(self, store: ModelDataStore) -> None:
        self._store = store
        self.folders: dict[ModelData, Path] = {}
        self.exists, self.archive, self.pack, self.lay_out = store.exists, store.archive, store.pack, store.lay_out

    def fetch(self, data: ModelData) -> tuple[Path, tuple[str, ...]]:
        folder, notices = self._store.fetch(data)
        self.folders[data] = folder
        return folder, notices


class _Watch:
    """Notes when the first container was started, and tells everything on."""

    def __init__(self, session: Session) -> None:
        self._clock, self._emit = session.world.clock, session.emit
        self._lock, self._began = Lock(), self._clock.now()
        self._started = False

    def heard(self, event: Event) -> None:
        with self._lock:
            if isinstance(event, ContainerStarted) and not self._started:
                self._began, self._started = self._clock.now() - event.seconds, True
        self._emit(event)

    def seconds(self) -> float:
        return self._clock.now() - self._began


_fits_store: type[ModelDataStore] = _RememberingStore
