"""From a model to healthy containers, or to the reason why AWS would call the endpoint Failed."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from secrets import token_hex
from threading import Event

from emulator import limits
from emulator.errors import ArtifactRefused, ImageRefused, ValidationException
from emulator.hosting.diagnosis import start_fix
from emulator.hosting.health import await_healthy, require_wanted
from emulator.hosting.instance import HostedContainer, remove
from emulator.hosting.plan import PlannedContainer, lacks_bind_label, plan
from emulator.model.event import ContainerStarted, Emit, ModelDataReady, Notice
from emulator.model.hosting import Account, ContainerDefinition, Model
from emulator.model.rules import HostingRules
from emulator.ports import (
    ImageMissing,
    ImageUnsupported,
    ModelDataMissing,
    ModelDataUnusable,
    RunningContainer,
    StartRefused,
    World,
)
from emulator.wire import failure_reason
from emulator.wire.log_stream import log_streams


def launch(
    model: Model,
    *,
    endpoint: str,
    variant: str,
    world: World,
    rules: HostingRules,
    account: Account,
    emit: Emit,
    abort: Event | None = None,
) -> tuple[HostedContainer, ...]:
    """Start the containers of ``model`` side by side and wait until all answer ``GET /ping`` with 200.

    Setting ``abort`` from another thread ends the launch soon, however long its window is.

    Returns:
        The containers in the order of the chain.

    Raises:
        ImageRefused: an image is missing or its program cannot be started.
        ArtifactRefused: model data cannot be downloaded or extracted.
        ContainerExited: a container stopped; noticed at once, not after the window.
        PingCheckFailed: no 200 inside ``rules.startup_seconds``.
        ValidationException: an image lacks the pipeline label and ``rules.bind_label`` is strict.
        LaunchAborted: ``abort`` was set.

    Nothing is left running when it raises.
    """
    _require_images(model, variant=variant, world=world, rules=rules, emit=emit)
    with ThreadPoolExecutor(len(model.containers)) as pool:
        names = model.hostnames(single=rules.single_name)
        fetching = [
            pool.submit(_fetch, container, name, position, world=world, emit=emit)
            for position, (container, name) in enumerate(zip(model.containers, names, strict=True), start=1)
        ]
        folders = [each.result() for each in fetching]
    require_wanted(abort)
    streams = log_streams(names, endpoint=endpoint, variant=variant, instance_id=f"i-{token_hex(9)[:17]}")
    first, *others = plan(model, folders, rules=rules, account=account, streams=streams)
    hosted: list[HostedContainer] = []
    starting: list[Future[HostedContainer]] = []
    try:
        hosted.append(_start(first, beside=None, variant=variant, world=world, emit=emit))
        require_wanted(abort)
        with ThreadPoolExecutor(len(others) or 1) as pool:
            starting += [
                pool.submit(_start, each, beside=hosted[0].running, variant=variant, world=world, emit=emit)
                for each in others
            ]
        containers = (*hosted, *(each.result() for each in starting))
        await_healthy(containers, variant=variant, seconds=rules.startup_seconds, world=world, emit=emit, abort=abort)
    except BaseException:
        # An interrupt leaves the pool while its threads are still at work.
        done = wait(starting).done
        remove([*hosted, *(each.result() for each in done if each.exception() is None)], world=world)
        raise
    return containers


def _require_images(model: Model, *, variant: str, world: World, rules: HostingRules, emit: Emit) -> None:
    for name, container in zip(model.hostnames(single=rules.single_name), model.containers, strict=True):
        try:
            image = world.runtime.image(container.image)
        except (ImageMissing, ImageUnsupported) as refused:
            raise _image_refused(container.image, refused, variant=variant) from refused
        refusal = lacks_bind_label(container, image.labels) if model.several else None
        if refusal and rules.bind_label == "strict":
            raise ValidationException(
                refusal,
                fix=f"add LABEL {limits.BIND_TO_PORT_LABEL}=true to the Dockerfile and honour {limits.BIND_TO_PORT}",
            )
        if refusal and rules.bind_label == "warn":
            emit(Notice(subject=name, text=f"CreateModel would be refused: {refusal}"))


def _fetch(container: ContainerDefinition, name: str, position: int, *, world: World, emit: Emit) -> Path | None:
    data = container.model_data
    if data is None:
        return None
    began = world.clock.now()
    try:
        folder, notices = world.store.fetch(data)
    except ModelDataMissing as missing:
        raise ArtifactRefused(
            f"The model data of {name} could not be downloaded.",
            failure_reason=failure_reason.download_failed(data.uri, position=position),
            why=str(missing),
            fix="upload it, or correct the address or the endpoint_url",
        ) from missing
    except ModelDataUnusable as unusable:
        raise ArtifactRefused(
            f"The model data of {name} could not be extracted.",
            failure_reason=failure_reason.extraction_failed(data.uri, position=position),
            why=str(unusable),
            fix="pack plain files: tar -czhf model.tar.gz -C FOLDER . (-h follows links)",
        ) from unusable
    emit(ModelDataReady(subject=name, uri=data.uri, seconds=world.clock.now() - began))
    for text in notices:
        emit(Notice(subject=name, text=text))
    return folder


def _start(
    planned: PlannedContainer, *, beside: RunningContainer | None, variant: str, world: World, emit: Emit
) -> HostedContainer:
    launch, began = planned.launch, world.clock.now()
    try:
        running = world.runtime.start(launch, beside=beside)
    except (ImageMissing, ImageUnsupported) as refused:
        raise _image_refused(launch.image, refused, variant=variant) from refused
    except StartRefused as refused:
        raise ImageRefused(
            f"{launch.name} ({launch.image}) could not be started.",
            failure_reason=failure_reason.cannot_start(variant=variant),
            why=str(refused),
            fix=start_fix(str(refused)),
        ) from refused
    try:
        emit(
            ContainerStarted(
                subject=launch.name,
                image=launch.image,
                container_id=running.container_id,
                seconds=world.clock.now() - began,
            )
        )
        return HostedContainer(name=launch.name, address=running.address(planned.port), running=running)
    except BaseException:
        running.remove()
        raise


def _image_refused(image: str, refused: ImageMissing | ImageUnsupported, *, variant: str) -> ImageRefused:
    unsupported = isinstance(refused, ImageUnsupported)
    return ImageRefused(
        str(refused) if unsupported else f"Requested image {image} not found.",
        failure_reason=failure_reason.image_missing(variant=variant),
        why="" if unsupported else str(refused),
        fix="docker buildx build --provenance=false --output type=docker"
        if unsupported
        else "build or pull it first; docker images lists what is there",
    )
