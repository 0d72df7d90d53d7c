"""What a Docker-compatible engine knows of an image that does not run."""

from __future__ import annotations

import tarfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, suppress
from typing import Any

import docker
import docker.errors
import requests.exceptions

from emulator import limits
from emulator.model.launch import ImageConfig, ImageFile
from emulator.ports import ImageMissing

NO_SUCH_IMAGE = "the container engine has no image of that name"

HEAD_BYTES = 4096
"""So much of a file is read."""


def image_config(client: docker.DockerClient, name: str) -> ImageConfig:
    """What the engine knows of an image.

    Raises:
        ImageMissing: it has none of that name.
    """
    attributes = _attributes(client, name)
    config = attributes.get("Config") or {}
    return ImageConfig(
        image_id=attributes["Id"],
        labels=config.get("Labels") or {},
        architecture=attributes.get("Architecture", ""),
        entrypoint=tuple(config.get("Entrypoint") or ()),
        command=tuple(config.get("Cmd") or ()),
        environment=tuple(config.get("Env") or ()),
        user=config.get("User") or "",
        size_bytes=attributes.get("Size", 0),
        healthcheck=_healthcheck(config),
        folder=config.get("WorkingDir") or "",
    )


def manifest_media_type(client: docker.DockerClient, name: str) -> str:
    """As the image store has it (the containerd store does), else as the registry that is part of the name; or empty.

    Raises:
        ImageMissing: the engine has no image of that name.
    """
    descriptor = _attributes(client, name).get("Descriptor") or {}
    host, slash, _ = name.partition("/")
    if not descriptor and slash and ("." in host or ":" in host):
        # No registry is asked that the name does not spell out, and none that wants credentials answers.
        with suppress(docker.errors.APIError, requests.exceptions.RequestException):
            descriptor = client.api.inspect_distribution(name).get("Descriptor") or {}
    return str(descriptor.get("mediaType") or descriptor.get("MediaType") or "")


def image_files(
    client: docker.DockerClient, image: str, paths: Iterable[str], labels: Mapping[str, str]
) -> dict[str, ImageFile]:
    """Those of these files that an image has, read from a container that is made and never started.

    Raises:
        ImageMissing: the engine has no image of that name.
    """
    try:
        container = client.containers.create(image, [limits.SERVE], labels=dict(labels), network_disabled=True)
    except docker.errors.NotFound as missing:
        raise ImageMissing(NO_SUCH_IMAGE) from missing
    try:
        found = ((path, _file(container, path)) for path in paths)
        return {path: each for path, each in found if each is not None}
    finally:
        with suppress(docker.errors.APIError):
            container.remove(force=True, v=True)


def _attributes(client: docker.DockerClient, name: str) -> dict[str, Any]:
    try:
        attributes: dict[str, Any] = client.images.get(name).attrs
    except (docker.errors.ImageNotFound, docker.errors.APIError) as refused:
        if isinstance(refused, docker.errors.ImageNotFound) or refused.status_code == 400:
            raise ImageMissing(NO_SUCH_IMAGE) from refused
        raise
    return attributes


def _healthcheck(config: Mapping[str, Any]) -> tuple[str, ...]:
    test = tuple((config.get("Healthcheck") or {}).get("Test") or ())
    return () if test[:1] == ("NONE",) else test


class Stream:
    """What comes, as a file that is read to where one stops reading."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._rest = pieces, b""

    def read(self, size: int) -> bytes:
        """At most so many bytes."""
        while len(self._rest) < size and (piece := next(self._pieces, b"")):
            self._rest += piece
        taken, self._rest = self._rest[:size], self._rest[size:]
        return taken


def _file(container: Any, path: str) -> ImageFile | None:
    try:
        stream, _ = container.get_archive(path)
    except docker.errors.NotFound:
        return None
    source: Any = Stream(stream)
    with closing(stream), tarfile.open(fileobj=source, mode="r|") as tar:
        member = tar.next()
        if member is None or member.isdir():
            return None
        content = tar.extractfile(member) if member.isfile() else None
        return ImageFile(
            path=path,
            mode=member.mode,
            size=member.size,
            link=member.linkname if member.issym() else "",
            head=content.read(HEAD_BYTES) if content is not None else b"",
        )
