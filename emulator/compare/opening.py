"""Sides to compare, or to record: opened for it, reached, or read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from emulator.compare.answering import answered, failed
from emulator.compare.image_side import ImageSide, image_side, subject_of
from emulator.compare.log_warnings import warnings_in
from emulator.errors import ModelError, UsageError
from emulator.model.message import Invocation
from emulator.model.recording import Exchange, Origin, Recording, Request, Stage
from emulator.ports.endpoints import EndpointClient

__all__ = [
    "EndpointSide",
    "ImageSide",
    "RecordingSide",
    "endpoint_side",
    "image_side",
    "recording_side",
    "subject_of",
]


def endpoint_side(
    client: EndpointClient,
    endpoint: str,
    *,
    origin: Origin,
    name: str = "",
    look_inside: Callable[[Sequence[Stage]], Sequence[Stage]] = lambda stages: stages,
) -> EndpointSide:
    """An endpoint that runs elsewhere; nobody is asked before :meth:`EndpointSide.ask`.

    Args:
        client: reaches it.
        endpoint: its EndpointName.
        origin: ``emulator`` or ``sagemaker``.
        name: as a person calls it; default is the EndpointName.
        look_inside: adds to its containers what an engine knows of their images; called once.
    """
    return EndpointSide(client, endpoint, origin=origin, name=name or endpoint, look_inside=look_inside)


def recording_side(recording: Recording, *, name: str = "") -> RecordingSide:
    """What was answered once; it knows nothing else.

    Args:
        recording: as :func:`emulator.compare.file.read_recording` reads it.
        name: as a person calls it; default is the recording's subject.
    """
    return RecordingSide(recording, name=name or recording.subject)


class EndpointSide:
    """An endpoint that runs elsewhere.

    Attributes:
        name: as a person calls it.
        origin: ``emulator`` or ``sagemaker``.
        live: True.
        startup_seconds: None, as it runs already.
    """

    live = True
    startup_seconds: float | None = None

    def __init__(
        self,
        client: EndpointClient,
        endpoint: str,
        *,
        origin: Origin,
        name: str,
        look_inside: Callable[[Sequence[Stage]], Sequence[Stage]],
    ) -> None:
        self.name, self.origin = name, origin
        self._client, self._endpoint, self._look_inside = client, endpoint, look_inside
        self._still: Sequence[Stage] | None = None

    def ask(self, request: Request) -> Exchange:
        """What its last container answered, or the one that failed.

        Raises:
            UsageError: no such endpoint, no usable credentials, or nothing answers at that address.
            ServiceFault: AWS refuses the request otherwise.
        """
        invocation = Invocation(body=request.body, content_type=request.content_type, accept=request.accept)
        try:
            return answered(request, self._client.invoke(self._endpoint, invocation))
        except ModelError as error:
            return failed(request, error, endpoint=self._endpoint)

    def stages(self) -> tuple[Stage, ...]:
        """Its containers, with what their logs warn of by now, as far as the caller may know it."""
        if self._still is None:
            self._still = self._look_inside(self._client.stages(self._endpoint))
        log = self._client.log(self._endpoint) if self._still else {}
        alone = len(self._still) == 1
        return tuple(
            replace(each, warnings=warnings_in(log.get("" if alone else each.name, ()))) for each in self._still
        )


class RecordingSide:
    """A recording.

    Attributes:
        name: as a person calls it.
        live: False.
        recording: it.
    """

    live = False

    def __init__(self, recording: Recording, *, name: str) -> None:
        self.name, self.recording = name, recording
        self._answers = {each.request: each for each in reversed(recording.exchanges)}

    @property
    def origin(self) -> Origin:
        """What answered when it was recorded."""
        return self.recording.origin

    @property
    def startup_seconds(self) -> float | None:
        """As it was recorded."""
        return self.recording.startup_seconds

    @property
    def requests(self) -> Sequence[Request]:
        """All that it has an answer to, in order."""
        return tuple(each.request for each in self.recording.exchanges)

    def ask(self, request: Request) -> Exchange:
        """The recorded answer to an equal request.

        Raises:
            UsageError: nobody asked that when it was recorded.
        """
        try:
            return self._answers[request]
        except KeyError:
            what = f"The recording of {self.recording.subject} has no answer to a request of {len(request.body):,} B"
            raise UsageError(
                f"{what} ({request.content_type or 'no type'}).",
                why="a recording knows what it was asked, and nothing else",
                fix="ask what it has, or record again with this request",
            ) from None

    def stages(self) -> tuple[Stage, ...]:
        """As they were recorded."""
        return self.recording.stages
