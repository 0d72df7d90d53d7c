"""A training job, as far as a hosted model needs one: ``docker run IMAGE train``.

Source: DG your-algorithms-training-algo; channels below /opt/ml/input/data, text
hyperparameters, the model taken from /opt/ml/model when the program exits with 0.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from emulator import limits
from emulator.errors import TrainingFailed, UsageError
from emulator.hosting.diagnosis import EXIT_CAUSES, start_fix
from emulator.model.hosting import Account
from emulator.model.launch import ContainerLaunch, Mount
from emulator.ports import (
    ImageMissing,
    ImageUnsupported,
    ModelDataMissing,
    ModelDataUnusable,
    RunningContainer,
    StartRefused,
    World,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingJob:
    """What ``train`` made of its channels.

    Attributes:
        model_data: the ``model.tar.gz``.
        log: what the program wrote, line by line.
        seconds: from start to exit.
    """

    model_data: Path
    log: tuple[str, ...]
    seconds: float


def train(
    image: str,
    channels: Mapping[str, Path],
    output: Path,
    *,
    hyperparameters: Mapping[str, str],
    world: World,
    account: Account,
) -> TrainingJob:
    """Train inside ``image`` and write ``output``, a ``model.tar.gz``.

    Args:
        image: with a ``train`` program.
        channels: folders with training data by channel name.
        output: replaced when training ends well, untouched otherwise.
        hyperparameters: text, as SageMaker passes them.

    Raises:
        UsageError: a channel is not a folder, or ``output`` cannot be written.
        TrainingFailed: the image or its program is missing, it exited with another code than 0, or left no model.
    """
    for name, folder in channels.items():
        if not folder.is_dir():
            raise UsageError(f"Channel {name} is not a folder: {folder}", fix="give the folder that holds its files")
    if not output.absolute().parent.is_dir():  # told now, not after hours of training
        raise UsageError(f"{output} cannot be written.", why=f"there is no folder {output.parent}", fix="make it first")
    launch = _planned(image, channels, hyperparameters, world=world, account=account)
    began = world.clock.now()
    running = _started(launch, world=world)
    try:
        while (exit_code := running.wait(1.0)) is None:
            pass
        seconds = world.clock.now() - began
        log = running.log_tail(limits.MEBIBYTE)
        if exit_code != 0:
            cause = "\n  | ".join(log[-20:]) or EXIT_CAUSES.get(exit_code, "it wrote nothing")
            raise TrainingFailed(f"Training in {image} failed (exit {exit_code}).", why=cause)
        world.store.pack(running.tar(limits.MODEL_DIR), output)
    except (ModelDataMissing, ModelDataUnusable) as nothing:
        raise TrainingFailed(
            f"Training in {image} left no usable model.",
            why=str(nothing),
            fix=f"write plain files into {limits.MODEL_DIR}",
        ) from nothing
    finally:
        running.remove()
    return TrainingJob(model_data=output, log=log, seconds=seconds)


def _planned(
    image: str, channels: Mapping[str, Path], hyperparameters: Mapping[str, str], *, world: World, account: Account
) -> ContainerLaunch:
    config = world.store.lay_out({"hyperparameters.json": json.dumps(dict(hyperparameters)).encode()})
    mounts = [
        Mount(source=str(folder.resolve()), target=f"{limits.CHANNELS}/{name}") for name, folder in channels.items()
    ]
    return ContainerLaunch(
        name=limits.TRAIN,
        image=image,
        command=(limits.TRAIN,),
        environment={"AWS_REGION": account.region, "AWS_DEFAULT_REGION": account.region},
        mounts=(*mounts, Mount(source=str(config), target=limits.TRAINING_CONFIG)),
    )


def _started(launch: ContainerLaunch, *, world: World) -> RunningContainer:
    image = launch.image
    try:
        return world.runtime.start(launch)
    except (ImageMissing, ImageUnsupported) as missing:
        raise TrainingFailed(f"There is no image {image} to train in.", fix="build or pull it first") from missing
    except StartRefused as refused:
        fix = start_fix(str(refused)).replace(limits.SERVE, limits.TRAIN)
        raise TrainingFailed(f"{image} could not be started for training.", why=str(refused), fix=fix) from refused
