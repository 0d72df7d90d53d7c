"""`byoc engine`: which container engine serves, bring one up, make base images on it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

import click

# the adapters are imported where they are used: `byoc --help` must stay fast
if TYPE_CHECKING:
    from emulator.adapters.engine.base_image import BaseImage
    from emulator.adapters.engine.recipe import Mode
    from emulator.model.engine import Engine
    from emulator.settings import Settings


@click.group(invoke_without_command=True)
@click.pass_context
def engine(context: click.Context) -> None:
    """Find the container engine, bring one up, make base images.

    Alone, prints which engine serves: its address, how it was found, whose it
    is. Looked at, in this order: DOCKER_HOST; DOCKER_CONTEXT or the current
    context of the Docker CLI; Docker's own socket; the sockets of rootless
    Docker, Docker Desktop, Rancher Desktop, Colima and Podman. An engine named
    by DOCKER_HOST or DOCKER_CONTEXT is never replaced by another one.
    """
    if context.invoked_subcommand is None:
        from emulator.adapters.engine.find import find_engine

        click.echo(described(find_engine(_settings().environ)))


@engine.command()
@click.option(
    "--install/--no-install",
    default=False,
    show_default=True,
    help="Install Docker from Debian packages when it is missing (Debian or Ubuntu, as root).",
)
def up(install: bool) -> None:
    """See that an engine answers; start or install one if none does.

    An engine that answers is used as it is. Otherwise an installed Docker is
    started: by systemd where that runs, else as a dockerd in the background
    that outlives this command and that `byoc engine down` stops. Asks no
    questions; a second call finds the engine and returns.
    """
    from emulator.adapters.engine.bring_up import bring_up

    settings = _settings()
    environ = settings.environ
    with _progress() as tell:
        found = bring_up(environ, install=install, state=settings.cache, on_progress=tell)
    click.echo(described(found))


@engine.command()
def down() -> None:
    """Stop the dockerd that `byoc engine up` started in the background, and no other."""
    from emulator.adapters.engine.daemon import stop_dockerd

    stopped = stop_dockerd(_settings().cache)
    if stopped is None:
        click.echo("nothing to stop: no dockerd started by `byoc engine up` is running")
    else:
        click.echo(f"stopped dockerd (process {stopped.pid})")


@engine.command()
@click.argument("references", metavar="REFERENCE...", nargs=-1, required=True)
@click.option("mode", "--auto", flag_value="auto", default=True, help="Pull; where that fails, bootstrap (default).")
@click.option("mode", "--pull", flag_value="pull", help="Only pull, then lay the CA bundle on the image.")
@click.option("mode", "--bootstrap", flag_value="bootstrap", help="Only assemble it from Debian packages.")
@click.option(
    "--ca-bundle",
    metavar="PATH|none|auto",
    default="auto",
    show_default=True,
    help="Certificates for builds behind a proxy that re-signs TLS. `auto` takes the file named by PIP_CERT, "
    "SSL_CERT_FILE or REQUESTS_CA_BUNDLE, else /etc/ssl/certs/ca-certificates.crt of this machine.",
)
@click.option(
    "--mirror", metavar="URL", default="", help="Debian mirror to bootstrap from; this machine's own if unset."
)
@click.option("--rebuild", is_flag=True, help="Make the image even if an equal one is there.")
def base(references: tuple[str, ...], mode: Mode, ca_bundle: str, mirror: str, rebuild: bool) -> None:
    """Make local base images and print their tags.

    REFERENCE is debian:SUITE[-slim], made as byoc-base/debian:SUITE, or
    python:X.Y[-slim]-SUITE, made as byoc-base/python:X.Y-SUITE. Write the
    printed tag after FROM in a Dockerfile.

    The public image is pulled where a registry answers; this is found out
    within seconds. Elsewhere the image is assembled from Debian packages by
    mmdebstrap (installed when missing, on a Debian or Ubuntu root machine):
    the smallest Debian, with apt sources for main, updates and security. Its
    Python is Debian's own with venv: install packages into a virtual
    environment.

    The CA bundle of this machine is laid at /etc/ssl/certs/ca-certificates.crt
    in the image, and PIP_CERT and SSL_CERT_FILE point at it, so that builds
    work behind a proxy that re-signs TLS; `--ca-bundle none` leaves it out.

    An image made from the same reference, bundle, packages and mirror is used
    as it is.
    """
    from emulator.adapters.engine.base_image import make_base_image
    from emulator.adapters.engine.find import find_engine
    from emulator.adapters.engine.recipe import parse_reference

    for reference in references:
        parse_reference(reference)  # all names are looked at before the first is made
    settings = _settings()
    environ = settings.environ
    found = find_engine(environ)
    for reference in references:
        with _progress() as tell:
            image = make_base_image(
                reference,
                engine=found,
                environ=environ,
                state=settings.cache,
                on_progress=tell,
                mode=mode,
                ca_bundle=ca_bundle,
                mirror=mirror,
                rebuild=rebuild,
            )
        click.echo(_made(image), err=True)
        click.echo(image.tag)


def described(found: Engine) -> str:
    """An engine in a few lines."""
    rights = "rootless" if found.rootless else "with root's rights"
    reach = "" if found.local else ", on another machine"
    lines = [
        found.url,
        f"found by: {found.found_by}",
        f"engine:   {found.kind} {found.version} (API {found.api_version}), {rights}{reach}",
    ]
    # sockets that do not exist are no news; a context or a socket that is there and silent is
    silent = [attempt for attempt in found.passed_over if attempt.outcome != "no such file"]
    return "\n".join([*lines, *(f"passed over: {attempt}" for attempt in silent)])


def _made(image: BaseImage) -> str:
    return f"{image.tag}: {image.origin}" if image.made else f"{image.tag}: there already ({image.origin})"


def _settings() -> Settings:
    from emulator.settings import Settings

    return Settings.load()


@contextmanager
def _progress() -> Iterator[Callable[[str], None]]:
    """What is being done: a live line on a terminal, plain lines elsewhere; on stderr, results go to stdout."""
    if not sys.stderr.isatty():
        yield partial(click.echo, err=True)
        return
    from rich.console import Console

    console = Console(stderr=True)
    with console.status("") as status:
        yield status.update
