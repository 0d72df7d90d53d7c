"""The only place that picks adapters: from settings to a session in the real world."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, TypeAlias

from emulator.adapters.clock import MonotonicClock
from emulator.adapters.http import PooledSender
from emulator.adapters.model_data import ModelDataFolder, ObjectStore
from emulator.adapters.ownership import owned_run, sweep
from emulator.errors import UsageError
from emulator.hosting.endpoint import Endpoint
from emulator.hosting.session import Session
from emulator.model.event import Emit, ignore
from emulator.model.hosting import Account, ContainerDefinition, Model
from emulator.model.rules import HostingRules
from emulator.ports import Clock, ContainerRuntime, ModelDataStore, World
from emulator.settings import Settings

if TYPE_CHECKING:
    from emulator.testing import Script, ScriptedRuntime

Around: TypeAlias = "Callable[[ContainerRuntime, Settings], AbstractContextManager[ContainerRuntime]]"
"""What is put around an engine for the length of a session, such as a registry of images."""


@contextmanager
def session(
    settings: Settings | None = None, *, emit: Emit = ignore, around: Around = lambda runtime, _: nullcontext(runtime)
) -> Iterator[Session]:
    """A session on the engine that is found; what it started is gone on exit, however one exits.

    Also sweeps what earlier runs of this user left when they were killed.

    Raises:
        EngineUnavailable: no engine answers.
    """
    from emulator.adapters.docker import DockerRuntime
    from emulator.adapters.engine.find import find_engine

    settings = Settings.load() if settings is None else settings
    engine = find_engine(settings.environ)
    with owned_run(settings.cache) as run:
        runtime = DockerRuntime(engine, run)
        clock = MonotonicClock()
        sender = PooledSender(clock)
        try:
            sweep(settings.cache, runtime.remove_run, runtime.runs)
            store = ModelDataFolder(run.folder, lambda: _bucket(settings), hard_links=settings.rules.hard_links)
            with around(runtime, settings) as seen:
                world = World(runtime=seen, sender=sender, store=store, clock=clock)
                yield Session(world, account=settings.account, rules=settings.rules, emit=emit)
        finally:
            sender.close()
            runtime.close()


@contextmanager
def wooden_session(
    images: Mapping[str, Script] | ScriptedRuntime,
    *,
    rules: HostingRules | None = None,
    account: Account | None = None,
    store: ModelDataStore | None = None,
    clock: Clock | None = None,
    emit: Emit = ignore,
) -> Iterator[Session]:
    """A session without an engine, for tests: its images are scripts, its HTTP and its hosting are real.

    Args:
        images: scripts by image name, or a runtime of them that the caller wants to look at.
        rules: what AWS leaves open.
        account: whose AWS it pretends to be.
        store: of model data; default is an empty one, where every address is missing.
        clock: of hosting; default is real time. Sockets always wait in real time.
        emit: hears every :class:`~emulator.model.event.Event`.
    """
    from emulator.testing import FakeStore, ScriptedRuntime

    runtime = images if isinstance(images, ScriptedRuntime) else ScriptedRuntime(images)
    sender = PooledSender(MonotonicClock())
    world = World(runtime=runtime, sender=sender, store=store or FakeStore(), clock=clock or MonotonicClock())
    try:
        yield Session(world, account=account or Account(), rules=rules or HostingRules(), emit=emit)
    finally:
        sender.close()
        runtime.close()


@contextmanager
def endpoint(
    *containers: str | ContainerDefinition,
    model_data_url: str | os.PathLike[str] | None = None,
    environment: Mapping[str, str] | None = None,
    network_isolation: bool = False,
    name: str | None = None,
    settings: Settings | None = None,
    emit: Emit = ignore,
) -> Iterator[Endpoint]:
    """An endpoint in service, for as long as the ``with`` lasts.

    Args:
        containers: one image name or :class:`ContainerDefinition`, or 2 to 15 for a
            serial inference pipeline.
        model_data_url: of a single image given by name: folder, ``model.tar.gz`` or ``s3://``.
        environment: variables of a single image given by name.
        network_isolation: no route out of the containers.
        name: EndpointName; default is one that no other run has.
        settings: default is :meth:`Settings.load`.
        emit: hears every :class:`~emulator.model.event.Event`.

    Raises:
        EndpointFailed: AWS would end with status Failed; says which container, why, and what to do.
        ValidationException: AWS would refuse the request.
        EmulatorError: the machine or the call is at fault.
    """
    if not containers:
        raise UsageError(
            "An endpoint needs at least one image.", fix='endpoint("my-image:dev", model_data_url="model.tar.gz")'
        )
    lone = len(containers) == 1 and isinstance(containers[0], str)
    if (model_data_url is not None or environment is not None) and not lone:
        raise UsageError(
            "model_data_url and environment go with a single image name.",
            fix="give a ContainerDefinition for each container instead",
        )
    definitions = tuple(
        ContainerDefinition(each, model_data_url=model_data_url, environment=environment or {})
        if isinstance(each, str)
        else each
        for each in containers
    )
    model = Model(containers=definitions, enable_network_isolation=network_isolation)
    with session(settings, emit=emit) as opened, opened.endpoint(model, name=name) as ready:
        yield ready


def base_image(
    reference: str, *, settings: Settings | None = None, on_progress: Callable[[str], None] = lambda step: None
) -> str:
    """A local base image for ``debian:SUITE`` or ``python:X.Y-SUITE``: pulled, or made from Debian packages; its tag.

    Carries this machine's CA bundle, for builds behind a proxy that re-signs TLS.

    Raises:
        UsageError: another kind of reference.
        BuildFailed: it could be neither pulled nor made.
        EngineUnavailable: no engine answers.
    """
    from emulator.adapters.engine.base_image import make_base_image
    from emulator.adapters.engine.find import find_engine

    settings = Settings.load() if settings is None else settings
    made = make_base_image(
        reference,
        engine=find_engine(settings.environ),
        environ=settings.environ,
        state=settings.cache,
        on_progress=on_progress,
    )
    return made.tag


@contextmanager
def stub_aws() -> Iterator[str]:
    """A stand-in for S3 and the services beside hosting; yields its ``endpoint_url``."""
    from emulator.adapters.moto import moto_server

    with moto_server() as url:
        yield url


def _bucket(settings: Settings) -> ObjectStore:
    from emulator.adapters.aws import Bucket

    return Bucket(
        endpoint_url=settings.endpoint_url, region=settings.account.region, credentials=settings.s3_credentials
    )
