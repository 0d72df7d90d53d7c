"""What is fuzzed, in service."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace

from emulator.fuzz.target import PATIENCE, Target
from emulator.hosting.endpoint import Endpoint
from emulator.hosting.session import Session
from emulator.model.hosting import Model
from emulator.model.launch import ImageConfig
from emulator.model.report import Portrait
from emulator.ports.raw import RawHttp


@contextmanager
def targeted(session: Session, model: Model, raw: RawHttp) -> Iterator[Target]:
    """The model in service, made anew whenever a container of it has ended; gone on exit."""
    patient = Session(
        session.world,
        account=session.account,
        rules=replace(session.rules, invocation_seconds=PATIENCE),
        emit=session.emit,
    )
    with ExitStack() as stack:
        open_now: list[ExitStack] = []

        def opened() -> Endpoint:
            for before in open_now:
                before.close()
            open_now[:] = [stack.enter_context(ExitStack())]
            return open_now[0].enter_context(patient.endpoint(model))

        target = Target(opened, world=session.world, raw=raw)
        stack.callback(target.close)
        _ = target.endpoint
        yield target


def portraits(session: Session, model: Model, *, healthy_after: float) -> tuple[Portrait, ...]:
    """The containers of a model for a report."""
    names = model.hostnames(single=session.rules.single_name)
    return tuple(
        _portrait(name, each.image, session.world.runtime.image(each.image), healthy_after)
        for name, each in zip(names, model.containers, strict=True)
    )


def _portrait(name: str, image: str, config: ImageConfig, healthy_after: float) -> Portrait:
    return Portrait(
        name=name,
        image=image,
        image_id=config.image_id,
        architecture=config.architecture,
        size_bytes=config.size_bytes,
        healthy_after=healthy_after,
    )
