"""Models trained anew before they are compared: whether training changes, not only what an old model means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from emulator.errors import UsageError
from emulator.hosting.session import Session
from emulator.model.event import Training
from emulator.model.hosting import ContainerDefinition, Model


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """Training data.

    Attributes:
        name: of the channel.
        folder: with its files.
        position: which image of a chain it is for, counted from 1; None for all of them.
    """

    name: str
    folder: Path
    position: int | None = None


def require_channels(channels: Sequence[Channel], images: int) -> None:
    """Refuse what cannot be mounted, before anything is started.

    Args:
        channels: them.
        images: how many there are in the chain.

    Raises:
        UsageError: a channel is no folder, or is for an image that there is not.
    """
    for each in channels:
        if not each.folder.is_dir():
            raise UsageError(
                f"Channel {each.name} is not a folder: {each.folder}", fix="give the folder that holds its files"
            )
        if each.position is not None and not 1 <= each.position <= images:
            raise UsageError(
                f"Channel {each.name} is for image {each.position}, and there is 1 to {images}.",
                fix="write N:CHANNEL=FOLDER with N from 1 on, or CHANNEL=FOLDER for all",
            )


def retrained(session: Session, model: Model, channels: Sequence[Channel], folder: Path) -> Model:
    """The model with artifacts that its own images have just trained; those without a channel keep theirs.

    Args:
        session: where.
        model: images, with the artifacts that they keep.
        channels: what to train on.
        folder: where the artifacts go; the caller removes it.

    Raises:
        TrainingFailed: an image cannot train, or its training failed.
    """
    containers = []
    names = model.hostnames(single=session.rules.single_name)
    for nth, (name, container) in enumerate(zip(names, model.containers, strict=True), start=1):
        mounted = {each.name: each.folder for each in channels if each.position in (None, nth)}
        if mounted:
            session.emit(Training(subject=name, image=container.image))
            container = _trained(session, container, mounted, folder / str(nth))  # noqa: PLW2901 - the same, trained
        containers.append(container)
    return replace(model, containers=tuple(containers))


def _trained(
    session: Session, container: ContainerDefinition, channels: dict[str, Path], folder: Path
) -> ContainerDefinition:
    folder.mkdir(parents=True)
    job = session.train(container.image, channels, folder / "model.tar.gz")
    return replace(container, model_data_url=job.model_data, model_data_source=None)
