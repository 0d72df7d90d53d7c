"""Builds on a Docker-compatible engine, step by step as they happen.

The engine's own builder through its API, as that works on every engine and with
no client installed; the image it makes has the one manifest type that SageMaker
is known to take (hosting contract 1.25).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from textwrap import shorten
from typing import Any

import docker

from emulator.errors import BuildFailed, UsageError
from emulator.model.build import ImageBuild

STEP = re.compile(r"^(Step \d+/\d+) : (.*)")
STEP_SHOWN = 60
LINES_QUOTED = 20


def build_image(client: docker.DockerClient, build: ImageBuild, *, on_progress: Callable[[str], None]) -> str:
    """Build, and return the image's id.

    Raises:
        UsageError: the folder or its Dockerfile is missing.
        BuildFailed: a step failed; quotes the last lines of its output.
    """
    if not (build.context / build.dockerfile).is_file():
        raise UsageError(
            f"{build.tag} cannot be built.",
            why=f"there is no {build.dockerfile} in {build.context}",
            fix="give the folder that holds the Dockerfile",
        )
    stream = client.api.build(
        path=str(build.context),
        dockerfile=build.dockerfile,
        tag=build.tag,
        buildargs=dict(build.arguments),
        rm=True,
        forcerm=True,
        decode=True,
    )
    _follow(stream, build, on_progress)
    return str(client.images.get(build.tag).id)


def _follow(stream: Iterable[Mapping[str, Any]], build: ImageBuild, on_progress: Callable[[str], None]) -> None:
    written: list[str] = []
    for chunk in stream:
        for line in str(chunk.get("stream", "")).splitlines():
            written.append(line)
            if step := STEP.match(line):
                on_progress(f"{build.tag}: {step[1]} {shorten(step[2], STEP_SHOWN)}")
        if "error" in chunk:
            raise BuildFailed(
                f"{build.tag} could not be built.",
                why="\n  | ".join([str(chunk["error"]), *filter(str.strip, written[-LINES_QUOTED:])]),
                fix=f"mend {build.dockerfile}; behind a TLS proxy, build on a base made by byoc engine base",
            )
