"""The two sides of a comparison, as words of a command line: images, an endpoint, or a recording."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from emulator.cli.model_options import NO_MODEL, model_of
from emulator.errors import UsageError

if TYPE_CHECKING:
    from emulator.compare.retraining import Channel
    from emulator.regression import Subject

ENDPOINT: Final = "endpoint:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What was given for one side.

    Attributes:
        word: the argument.
        models: ``--model``, once for each image.
        variables: ``--env``.
        region: of an endpoint on AWS.
    """

    word: str
    models: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    region: str | None = None

    @property
    def images(self) -> tuple[str, ...]:
        """Those of a chain, in order; empty for an endpoint and a recording."""
        if self.word.startswith(ENDPOINT) or self.word.endswith(".json") or Path(self.word).is_file():
            return ()
        return tuple(self.word.split(","))

    def subject(self) -> Subject:
        """Who is to be asked.

        Raises:
            UsageError: a file is no recording, a file of model data is missing, or there are too few or too many.
            ValidationException: AWS would refuse the model.
        """
        from emulator.compare.file import read_recording
        from emulator.regression import RemoteEndpoint

        if self.images:
            for each in self.models:
                _require_model_data(each)
            return model_of(self.images, self.models, self.variables, None, False)
        if self.word.startswith(ENDPOINT):
            return RemoteEndpoint(name=self.word.removeprefix(ENDPOINT), region=self.region)
        return read_recording(Path(self.word))


def channels(given: Sequence[str]) -> tuple[Channel, ...]:
    """What ``--retrain`` says.

    Raises:
        UsageError: it is not of the form ``[N:]CHANNEL=FOLDER``.
    """
    from emulator.compare.retraining import Channel

    found = []
    for each in given:
        name, equals, folder = each.partition("=")
        position, colon, channel = name.rpartition(":")
        if not (equals and channel and folder) or (colon and not position.isdigit()):
            raise UsageError(f"--retrain {each} cannot be understood.", fix="write CHANNEL=FOLDER, or N:CHANNEL=FOLDER")
        found.append(Channel(name=channel, folder=Path(folder), position=int(position) if colon else None))
    return tuple(found)


def _require_model_data(given: str) -> None:
    if given != NO_MODEL and not given.startswith("s3://") and not Path(given).exists():
        raise UsageError(
            f"There is no model data at {given}.", fix="give a folder, a model.tar.gz, an s3:// address, or none"
        )
