"""Recordings as one call: what ``byoc record`` does, for programs; and whoever can be asked, opened by what it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import urlsplit

from emulator.adapters.clock import MonotonicClock
from emulator.assemble import session
from emulator.compare.opening import endpoint_side, image_side, recording_side
from emulator.compare.recorder import recorded, requests_from
from emulator.compare.side import Side
from emulator.errors import EngineUnavailable
from emulator.hosting.session import Session
from emulator.model.event import Emit, ImageReading, Notice, ignore
from emulator.model.hosting import Account, Model, require_endpoint_name
from emulator.model.recording import Origin, Recording, Stage
from emulator.ports import ImageMissing
from emulator.settings import Settings

if TYPE_CHECKING:
    from emulator.contract.sample import Sample

AWS_HOSTS = (".amazonaws.com", ".amazonaws.com.cn", ".api.aws")
"""How the names of AWS's own addresses end, those of VPC endpoints too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteEndpoint:
    """An endpoint that runs elsewhere.

    Attributes:
        name: its EndpointName.
        url: of the emulator that has it; None is what the settings say, and AWS itself where these say nothing.
        region: None is what the settings or boto3's own configuration say.
    """

    name: str
    url: str | None = None
    region: str | None = None


Subject: TypeAlias = "Model | RemoteEndpoint | Recording"
"""Whoever can be asked: images with their model data, an endpoint, or a recording."""


def record(
    subject: Model | RemoteEndpoint | str,
    samples: Sequence[Sample],
    *,
    rows: bool = False,
    settings: Settings | None = None,
    emit: Emit = ignore,
) -> Recording:
    """What an image, a chain or an endpoint answers, as ``byoc record`` records it.

    Args:
        subject: images with their model data, which are started for it; or an endpoint, or just its name.
        samples: what to ask.
        rows: ask each record of theirs on its own as well.
        settings: default is :meth:`Settings.load`.
        emit: hears every :class:`~emulator.model.event.Event`.

    Raises:
        UsageError: no samples, no such endpoint or image, no usable credentials, or nothing answers at that address.
        EndpointFailed: the images do not come into service.
        ServiceFault: AWS refuses a request.
        EngineUnavailable: no engine answers, or it went away.
    """
    settings = Settings.load() if settings is None else settings
    asked = RemoteEndpoint(name=subject) if isinstance(subject, str) else subject
    with side_of(asked, settings=settings, emit=emit) as side:
        return recorded(side, requests_from(samples, rows=rows), now=MonotonicClock().utc(), emit=emit)


@contextmanager
def side_of(
    subject: Subject, *, name: str = "", settings: Settings | None = None, emit: Emit = ignore
) -> Iterator[Side]:
    """A subject, ready to be asked; images run for as long as the ``with`` lasts.

    Args:
        subject: who.
        name: as a person calls it; default is its own.
        settings: default is :meth:`Settings.load`.
        emit: hears every event.

    Raises:
        EndpointFailed: the images do not come into service.
        EngineUnavailable: no engine answers.
        ValidationException: there can be no endpoint of that name.
    """
    settings = Settings.load() if settings is None else settings
    if isinstance(subject, Recording):
        yield recording_side(subject, name=name)
    elif isinstance(subject, Model):
        with session(settings, emit=emit) as opened, image_side(opened, subject, name=name) as side:
            yield side
    else:
        yield _remote(subject, name=name, settings=settings, emit=emit)


def _remote(subject: RemoteEndpoint, *, name: str, settings: Settings, emit: Emit) -> Side:
    from emulator.adapters.aws_endpoints import AwsEndpoints

    require_endpoint_name(subject.name)
    url = subject.url or settings.aws_url
    origin: Origin = "sagemaker" if url is None or (urlsplit(url).hostname or "").endswith(AWS_HOSTS) else "emulator"
    client = AwsEndpoints(
        endpoint_url=url,
        region=subject.region or _region(settings, emulated=origin == "emulator"),
        credentials=settings.stand_in_credentials if origin == "emulator" else {},
    )
    look_inside = partial(_looked_inside, endpoint=subject.name, settings=settings, emit=emit)
    return endpoint_side(client, subject.name, origin=origin, name=name, look_inside=look_inside)


def _looked_inside(stages: Sequence[Stage], *, endpoint: str, settings: Settings, emit: Emit) -> tuple[Stage, ...]:
    """The same with what the engine here knows of the images that run there, if it has the very same."""
    try:
        with session(settings, emit=emit) as opened:
            known = tuple(_known(each, opened) for each in stages)
    except EngineUnavailable:
        known = tuple(stages)
    if not known or not all(each.size_bytes for each in known):
        text = "the versions of the packages inside are not known here: its description or its images are not at hand"
        emit(Notice(subject=endpoint, text=text))
    return known


def _known(stage: Stage, opened: Session) -> Stage:
    """By digest alone, as a name may have come to mean another image since."""
    repository = stage.image.partition("@")[0]
    if ":" in repository.rpartition("/")[2]:
        repository = repository.rpartition(":")[0]
    runtime = opened.world.runtime
    for reference in (stage.image_id, f"{repository}@{stage.image_id}") if stage.image_id else ():
        with suppress(ImageMissing):
            config = runtime.image(reference)
            opened.emit(ImageReading(subject=stage.name, image=stage.image))
            return replace(stage, size_bytes=config.size_bytes, versions=runtime.libraries(reference))
    return stage


def _region(settings: Settings, *, emulated: bool) -> str | None:
    """Of the settings; None leaves it to boto3's configuration, where nobody has said one."""
    region = settings.account.region
    said = region != Account().region or bool({"AWS_REGION", "AWS_DEFAULT_REGION"} & settings.environ.keys())
    return region if emulated or said else None
