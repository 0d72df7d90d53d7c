"""The Python packages inside an image, told by the names of what pip and the distribution left there."""

from __future__ import annotations

import json
import re
import tarfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Final

import docker
import docker.errors

from emulator import limits
from emulator.adapters.docker_images import NO_SUCH_IMAGE, Stream, image_config
from emulator.adapters.whole_file import write_whole
from emulator.ports import ImageMissing

DISTRIBUTION: Final = re.compile(
    r"(?P<name>[A-Za-z0-9][A-Za-z0-9._]*)-(?P<version>[^-/]+)(-[^/]*)?\.(dist-info|egg-info)"
)
"""``NAME-VERSION.dist-info``, ``NAME-VERSION-py3.11.egg-info``: neither name nor version has a dash in it there."""

INTERPRETER: Final = re.compile(r"(?:^|/)lib(?:64)?/python(?P<version>\d+\.\d+)/os\.py$")
"""Its standard library; the folder of that name alone may be left from another one."""

VENDORED: Final = frozenset({"_vendor", "_vendored", "vendored"})
"""Folders in which a package brings others that nobody else imports."""


def image_libraries(
    client: docker.DockerClient, image: str, labels: Mapping[str, str], *, remembered: Path
) -> dict[str, str]:
    """Versions by normalised name, read from the export of a container that is made and never started.

    Args:
        client: of the engine.
        image: its name.
        labels: for the container.
        remembered: folder for what was found, a file for each image id; made if it is missing.

    Raises:
        ImageMissing: the engine has no image of that name.
    """
    known = remembered / f"{image_config(client, image).image_id.rpartition(':')[2]}.json"
    found = _recalled(known)
    if found is None:
        found = libraries_in(_exported_names(client, image, labels))
        _remember(known, found)
    return found


def libraries_in(paths: Iterable[str]) -> dict[str, str]:
    """Versions by normalised name (PEP 503), and of ``python``, from the paths of all that is in an image."""
    versions: defaultdict[str, set[str]] = defaultdict(set)
    for path in paths:
        *folders, name = path.rstrip("/").split("/")
        if (found := DISTRIBUTION.fullmatch(name)) and not VENDORED & set(folders):
            versions[re.sub(r"[-_.]+", "-", found["name"]).lower()].add(found["version"])
        elif interpreter := INTERPRETER.search(path):
            versions["python"].add(interpreter["version"])
    return {name: ", ".join(sorted(versions[name])) for name in sorted(versions)}


def _exported_names(client: docker.DockerClient, image: str, labels: Mapping[str, str]) -> Iterator[str]:
    try:
        container = client.containers.create(image, [limits.SERVE], labels=dict(labels), network_disabled=True)
    except docker.errors.NotFound as missing:
        raise ImageMissing(NO_SUCH_IMAGE) from missing
    try:
        exported: Any = container.export()
        source: Any = Stream(exported)
        with closing(exported), tarfile.open(fileobj=source, mode="r|") as tar:
            yield from (member.name for member in tar)
    finally:
        with suppress(docker.errors.APIError):
            container.remove(force=True, v=True)


def _recalled(path: Path) -> dict[str, str] | None:
    """What was found in that image before; None where nothing, or nothing that can be read."""
    try:
        read = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    sound = isinstance(read, dict) and all(isinstance(version, str) for version in read.values())
    return read if sound else None


def _remember(path: Path, found: Mapping[str, str]) -> None:
    with suppress(OSError):  # a full disk costs the next run the same second or two
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, json.dumps(found, indent=2) + "\n")
