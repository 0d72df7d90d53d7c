"""One task on this machine: build, train where that is asked for, see whether the result is known, compare."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Final

from emulator.compare.artifact import content_digest
from emulator.compare.matrix.building import Built, Workshop, built
from emulator.compare.matrix.reason import Fault, load_fault, train_fault
from emulator.compare.matrix.task import Result, StageOrder, Task
from emulator.compare.opening import image_side
from emulator.compare.side import Side
from emulator.compare.versus import compared, party, unanswered
from emulator.errors import EndpointFailed, TrainingFailed
from emulator.model.comparison import Comparison, Party
from emulator.model.event import Event, Searching
from emulator.model.hosting import ContainerDefinition, Model, ModelData
from emulator.ports import ModelDataMissing, ModelDataUnusable
from emulator.render.values import written

SCHEMA: Final = 1
"""Raised when the same images and requests are to be compared in another way than before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A container that can be started.

    Attributes:
        image: what from.
        model: where its model data is; empty for none.
        digest: of the model data's content; empty where it cannot be read.
        order: what was asked for.
    """

    image: Built
    model: str
    digest: str
    order: StageOrder


def performed(task: Task, shop: Workshop) -> Result:
    """What becomes of a task.

    Args:
        task: it.
        shop: this machine's.

    Raises:
        EmulatorError: the machine or the task is at fault, which says nothing about the images.
    """
    clock = shop.session.world.clock
    began = clock.now()
    result = _result(task, shop)
    return replace(result, seconds=clock.now() - began)


def _result(task: Task, shop: Workshop) -> Result:
    baseline = _chain(task.baseline, task, shop)
    if isinstance(baseline, Fault):
        return _blamed(task, baseline)
    candidate = _chain(task.candidate, task, shop)
    if isinstance(candidate, Fault):
        return _unbuilt(task, candidate, shop)
    content = content_of(task, baseline, candidate)
    if content in task.known and not task.fresh:
        return Result(verdict=None, content=content, known=True)
    with ExitStack() as stack:
        shop.tell("starting the baseline")
        try:
            side = stack.enter_context(image_side(shop.session, _model(baseline), name=task.reference))
        except EndpointFailed as failed:
            return _blamed(task, load_fault(failed))
        comparison = _comparison(task, side, candidate, shop)
    return Result(verdict=comparison.verdict, reason=comparison.reason, comparison=comparison, content=content)


def content_of(task: Task, baseline: Sequence[Ready], candidate: Sequence[Ready]) -> str:
    """Names the result: a hash of images, model data, environment, requests, and how they are compared."""
    chains = [
        [(each.image.image_id, each.digest, each.order.environment) for each in chain]
        for chain in (baseline, candidate)
    ]
    asked = (SCHEMA, version("byoc-emulator"), chains, task.requests, task.how)
    return sha256(written(asked).encode()).hexdigest()


def _blamed(task: Task, fault: Fault) -> Result:
    did = "is unknown" if fault.verdict is None else fault.verdict
    reason = f"The baseline ({task.reference}) {did}: {fault.reason}"
    return Result(verdict=None, reason=reason, blames_baseline=True)


def _unbuilt(task: Task, fault: Fault, shop: Workshop) -> Result:
    comparison = None
    if fault.verdict is not None:
        clock, tolerance = shop.session.world.clock, task.how.tolerance
        baseline = Party(name=task.reference)
        comparison = unanswered(baseline, task.label, fault.verdict, fault.reason, tolerance=tolerance, clock=clock)
    return Result(verdict=fault.verdict, reason=fault.reason, comparison=comparison)


def _comparison(task: Task, side: Side, candidate: Sequence[Ready], shop: Workshop) -> Comparison:
    clock = shop.session.world.clock
    shop.tell("starting the candidate")
    with ExitStack() as stack:
        try:
            other = stack.enter_context(image_side(shop.session, _model(candidate), name=task.label))
        except EndpointFailed as failed:
            fault = load_fault(failed)
            return unanswered(
                party(side), task.label, "fails to load", fault.reason, tolerance=task.how.tolerance, clock=clock
            )
        shop.tell("comparing")

        def heard(event: Event) -> None:
            if isinstance(event, Searching):
                shop.tell(f"{event.name}, {event.asked:,} so far")

        return compared(side, other, task.requests, task.how, clock=clock, emit=heard)


def _model(chain: Sequence[Ready]) -> Model:
    return Model(
        containers=tuple(
            ContainerDefinition(each.image.tag, model_data_url=each.model or None, environment=each.order.environment)
            for each in chain
        )
    )


def _chain(orders: Sequence[StageOrder], task: Task, shop: Workshop) -> tuple[Ready, ...] | Fault:
    chain = []
    for order in orders:
        image = built(order.image, shop, run=task.run, fresh=task.fresh)
        if isinstance(image, Fault):
            return Fault(verdict=image.verdict, reason=_of(order, orders, image.reason))
        try:
            model = _trained(order, image, shop) if order.train else order.model
        except TrainingFailed as failed:
            return Fault(verdict="fails to load", reason=_of(order, orders, train_fault(failed).reason))
        chain.append(Ready(image=image, model=model, digest=_digest(model, shop), order=order))
    return tuple(chain)


def _of(order: StageOrder, orders: Sequence[StageOrder], reason: str) -> str:
    return reason if len(orders) == 1 else f"{order.image.name}: {reason}"


def _trained(order: StageOrder, image: Built, shop: Workshop) -> str:
    """The model that this image makes of these channels: trained once on this machine, and kept."""
    channels = {name: Path(path) for name, path in order.train.items()}
    data = {name: content_digest(path) for name, path in channels.items() if path.is_dir()}
    name = sha256(written([image.image_id, data]).encode()).hexdigest()[:24]
    archive = shop.state / "trained" / f"{name}.tar.gz"
    with shop.lock(f"train-{name}"):
        if not archive.exists():
            shop.tell(f"training in {order.image.name}")
            archive.parent.mkdir(parents=True, exist_ok=True)
            shop.session.train(image.tag, channels, archive)
    return str(archive)


def _digest(model: str, shop: Workshop) -> str:
    if not model:
        return ""
    try:
        folder, _ = shop.session.world.store.fetch(ModelData(uri=model))
    except (ModelDataMissing, ModelDataUnusable):
        return ""  # what is wrong with it is for the endpoint to say
    return content_digest(folder)
