"""What is fuzzed, in service."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Final

from emulator.fuzz.target import Target
from emulator.hosting.endpoint import Endpoint
from emulator.hosting.session import Session
from emulator.model.hosting import Model
from emulator.model.launch import ImageConfig
from emulator.model.report import Portrait
from emulator.ports.raw import RawHttp

PATIENCE_SECONDS: Final = 10.0
"""An answer that takes longer is a hang, not an answer."""

STOP_SECONDS: Final = 5.0
"""A container that is replaced gets no longer to end: that it does is for `byoc check` to look at."""


@contextmanager
def targeted(session: Session, model: Model, raw: RawHttp) -> Iterator[Target]:
    """The model in service, made anew whenever a container of it has ended; gone on exit.

    Raises:
        EndpointFailed: it does not come into service.
    """
    rules = replace(
        session.rules,
        invocation_seconds=min(PATIENCE_SECONDS, session.rules.invocation_seconds),
        stop_seconds=min(STOP_SECONDS, session.rules.stop_seconds),
    )
    patient = Session(session.world, account=session.account, rules=rules, emit=session.emit)
    with ExitStack() as stack:
        in_service = stack.enter_context(ExitStack())

        def opened() -> Endpoint:
            in_service.close()
            return in_service.enter_context(patient.endpoint(model))

        target = Target(opened, world=session.world, raw=raw)
        # In the opposite order: no more questions, no more containers, and then nobody waits for them any longer.
        stack.callback(target.join)
        stack.callback(in_service.close)
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
