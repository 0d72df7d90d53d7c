"""A local base image: the one that is there, else pulled, else bootstrapped."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import docker
from docker.errors import APIError, DockerException, NotFound
from docker.models.images import Image
from requests.exceptions import RequestException

from emulator.adapters.engine import bootstrap, pull
from emulator.adapters.engine.apt_sources import AptSources, apt_sources
from emulator.adapters.engine.ca_bundle import AUTO, CaBundle, find_ca_bundle
from emulator.adapters.engine.client import connect, explained
from emulator.adapters.engine.lock import locked
from emulator.adapters.engine.machine import Machine, this_machine
from emulator.adapters.engine.recipe import (
    ORIGIN_LABEL,
    RECIPE_LABEL,
    REPOSITORY,
    Mode,
    Origin,
    Recipe,
    Reference,
    parse_reference,
)
from emulator.errors import BuildFailed, EngineUnavailable
from emulator.model.engine import Engine


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseImage:
    """A base image that is ready.

    Attributes:
        tag: its local name.
        origin: how it was made.
        made: it was made just now; else it was there already.
    """

    tag: str
    origin: Origin
    made: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order:
    """One request with everything looked up that it depends on."""

    reference: Reference
    tag: str
    mode: Mode
    rebuild: bool
    ca: CaBundle | None
    sources: AptSources

    def recipe(self, origin: Origin) -> Recipe:
        """What the image would be made of; the certificates count, wherever they came from."""
        sha256 = self.ca.sha256 if self.ca else ""
        if origin == "pulled":
            return Recipe(origin=origin, reference=self.reference.name, ca_sha256=sha256)
        return Recipe(
            origin=origin,
            reference=self.tag,  # a bootstrap knows no -slim: it is always slim
            ca_sha256=sha256,
            packages=self.reference.packages,
            sources=self.sources.lines,
            apt_options=self.sources.options,
        )

    @property
    def origins(self) -> tuple[Origin, ...]:
        """How it may be made, first choice first."""
        one: dict[Mode, tuple[Origin, ...]] = {"pull": ("pulled",), "bootstrap": ("bootstrapped",)}
        return one.get(self.mode, ("pulled", "bootstrapped"))


def make_base_image(
    reference: str,
    *,
    engine: Engine,
    environ: Mapping[str, str],
    state: Path,
    on_progress: Callable[[str], None],
    mode: Mode = "auto",
    ca_bundle: str = AUTO,
    mirror: str = "",
    rebuild: bool = False,
    repository: str = REPOSITORY,
    machine: Machine | None = None,
) -> BaseImage:
    """Make the local image for a public name, unless an equal one is there.

    Args:
        reference: ``debian:SUITE[-slim]`` or ``python:X.Y[-slim]-SUITE``.
        engine: the engine that is to hold it.
        environ: the environment variables to go by.
        state: where locks are kept.
        on_progress: told what is being done.
        mode: ``pull``, ``bootstrap``, or ``auto`` for the first that works.
        ca_bundle: a path, ``none``, or ``auto`` (``find_ca_bundle``).
        mirror: the Debian mirror to bootstrap from; the host's own by default.
        rebuild: make it even if it is there.
        repository: the first part of its local name.
        machine: the facts to install mmdebstrap by; this machine by default.

    Raises:
        UsageError: the reference or the bundle cannot be used.
        BuildFailed: it could not be made; says what was tried.
        EngineUnavailable: the engine stopped answering.
    """
    known = parse_reference(reference)
    order = _Order(
        reference=known,
        tag=known.tag(repository),
        mode=mode,
        rebuild=rebuild,
        ca=find_ca_bundle(ca_bundle, environ),
        sources=apt_sources(known.suite, environ, mirror=mirror),
    )
    with _client(engine) as client:
        ready = _present(client, order)
        if ready and not rebuild:
            return ready
        with locked(state, f"base-{engine.url}-{order.tag}", on_progress=on_progress):
            ready = _present(client, order)  # another process may have made it while we waited
            if ready and not rebuild:
                return ready
            former = _image(client, order.tag)
            origin = _make(
                client,
                engine,
                order,
                environ=environ,
                machine=machine or this_machine(environ),
                on_progress=on_progress,
            )
            _drop(client, former)
            return BaseImage(tag=order.tag, origin=origin, made=True)


def _make(
    client: docker.DockerClient,
    engine: Engine,
    order: _Order,
    *,
    environ: Mapping[str, str],
    machine: Machine,
    on_progress: Callable[[str], None],
) -> Origin:
    name, refusal = order.reference.name, ""
    if order.mode != "bootstrap":
        here = order.mode == "auto" and not order.rebuild and _image(client, name) is not None
        if not here:
            on_progress(f"asking for {name} at its registry")
            refusal = pull.pull(engine, name, on_progress=on_progress)
        if not refusal:
            pull.layer(engine, name, order.recipe("pulled"), ca=order.ca, tag=order.tag)
            return "pulled"
        if order.mode == "pull":
            raise BuildFailed(
                f"{name} could not be pulled.",
                why=refusal,
                fix="see that this machine reaches the registry, or make the image without one: --bootstrap",
            )
        on_progress(f"{name} could not be pulled: {refusal}")
    try:
        bootstrap.require_python(order.reference)
        bootstrap.require_program(machine, environ, on_progress)
    except BuildFailed as error:
        tried = f"{error.why}; pulling was tried first: {refusal}" if refusal else error.why
        raise BuildFailed(error.what, why=tried, fix=error.fix) from error
    bootstrap.bootstrap(
        engine,
        order.reference,
        order.recipe("bootstrapped"),
        sources=order.sources,
        ca=order.ca,
        tag=order.tag,
        environ=environ,
        on_progress=on_progress,
    )
    return "bootstrapped"


def _present(client: docker.DockerClient, order: _Order) -> BaseImage | None:
    image = _image(client, order.tag)
    if image is None:
        return None
    made_of = image.labels.get(RECIPE_LABEL)
    for origin in order.origins:
        if image.labels.get(ORIGIN_LABEL) == origin and made_of == order.recipe(origin).digest:
            return BaseImage(tag=order.tag, origin=origin, made=False)
    return None


def _image(client: docker.DockerClient, name: str) -> Image | None:
    try:
        return client.images.get(name)
    except NotFound:
        return None


def _drop(client: docker.DockerClient, former: Image | None) -> None:
    """Remove the image that the tag named before, if it was ours and nothing names or uses it now."""
    if former is None or former.id is None or RECIPE_LABEL not in former.labels:
        return
    try:
        former.reload()
        if not former.tags:
            client.images.remove(former.id)
    except APIError:
        pass  # in use: it goes when whatever was built on it goes


@contextmanager
def _client(engine: Engine) -> Iterator[docker.DockerClient]:
    """A client for quick questions; an engine that stops answering them is our trouble, not the image's."""
    try:
        with closing(connect(engine)) as client:
            yield client
    except (DockerException, RequestException) as error:
        raise EngineUnavailable(
            f"The engine at {engine.url} stopped answering.",
            why=explained(error),
            fix="see what serves now: `byoc engine`",
        ) from error
