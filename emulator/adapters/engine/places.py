"""Where an engine may listen, in the order in which the places are asked."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from emulator.adapters.engine.context import DEFAULT, config_directory, current_context, home, read_context

STANDARD_SOCKET = "var/run/docker.sock"
EXPLICIT = ("DOCKER_HOST", "DOCKER_CONTEXT")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One address to ask; a place with ``trouble`` is not asked, only reported."""

    where: str
    url: str = ""
    cert_path: str = ""
    tls_verify: bool = False
    trouble: str = ""


def chosen_by(environ: Mapping[str, str]) -> str:
    """The variable by which the user names one engine; empty when none does."""
    return next((name for name in EXPLICIT if environ.get(name)), "")


def places(environ: Mapping[str, str], *, root: Path = Path("/"), uid: int | None = None) -> tuple[Place, ...]:
    """Every place to ask, first choice first; exactly one when the environment names it."""
    host, context = environ.get("DOCKER_HOST"), environ.get("DOCKER_CONTEXT")
    if host:
        return (named_host(host, environ),)
    if context == DEFAULT:
        return (standard(root),)
    if context:
        return (from_context("DOCKER_CONTEXT", context, environ),)
    chosen = current_context(environ)
    current = () if chosen == DEFAULT else (from_context("current context", chosen, environ),)
    usual = (Place(where=where, url=f"unix://{path}") for where, path in sockets(environ, root, uid))
    return (*current, *_each_once(usual))


def standard(root: Path = Path("/")) -> Place:
    """Docker's own socket."""
    return Place(where="Docker socket", url=f"unix://{root / STANDARD_SOCKET}")


def named_host(host: str, environ: Mapping[str, str]) -> Place:
    """What ``DOCKER_HOST`` and its TLS variables name, with the defaults of the Docker CLI."""
    verify = bool(environ.get("DOCKER_TLS_VERIFY"))
    cert_path = environ.get("DOCKER_CERT_PATH") or (str(config_directory(environ)) if verify else "")
    if host.startswith("unix://"):
        return Place(where="DOCKER_HOST", url=host)
    return Place(where="DOCKER_HOST", url=host, cert_path=cert_path, tls_verify=verify)


def from_context(where: str, name: str, environ: Mapping[str, str]) -> Place:
    """The place a Docker CLI context points at."""
    context = read_context(name, environ)
    return Place(
        where=f"{where} {name!r}",
        url=context.host,
        cert_path=context.cert_path,
        tls_verify=context.tls_verify,
        trouble=context.trouble,
    )


def sockets(environ: Mapping[str, str], root: Path, uid: int | None) -> Iterator[tuple[str, Path]]:
    """The well-known sockets of Docker and its kin."""
    user = os.getuid() if uid is None else uid
    own, runtime = home(environ), environ.get("XDG_RUNTIME_DIR")
    yield "Docker socket", root / STANDARD_SOCKET
    if runtime:
        yield "Docker (rootless)", Path(runtime) / "docker.sock"
    yield "Docker (rootless)", own / ".docker/run/docker.sock"
    yield "Docker Desktop", own / ".docker/desktop/docker.sock"
    yield "Rancher Desktop", own / ".rd/docker.sock"
    yield "Colima", own / ".colima/default/docker.sock"
    if runtime:
        yield "Podman (rootless)", Path(runtime) / "podman/podman.sock"
    yield "Podman (rootless)", root / f"run/user/{user}/podman/podman.sock"
    yield "Podman", root / "run/podman/podman.sock"


def _each_once(found: Iterator[Place]) -> tuple[Place, ...]:
    first: dict[str, Place] = {}
    for place in found:
        first.setdefault(place.url, place)
    return tuple(first.values())
