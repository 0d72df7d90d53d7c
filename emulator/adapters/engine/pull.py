"""Make a base image from the public one: pull it, lay the certificates on it."""

from __future__ import annotations

import io
import queue
import tarfile
import threading
from collections.abc import Callable
from contextlib import closing
from typing import Any

from docker.errors import DockerException
from requests.exceptions import RequestException

from emulator.adapters.engine.ca_bundle import CaBundle
from emulator.adapters.engine.client import connect, explained
from emulator.adapters.engine.recipe import ADDED_CA_PATH, CA_PATH, Recipe
from emulator.errors import BuildFailed
from emulator.model.engine import Engine

FIRST_ANSWER_SECONDS = 8.0
"""A registry that serves says its first word within two seconds; a dropped packet may cost three more."""

SILENCE_SECONDS = 120.0
"""Extracting the largest layer of the images we pull is silent for a few seconds."""


def pull(
    engine: Engine,
    reference: str,
    *,
    on_progress: Callable[[str], None],
    first_answer: float = FIRST_ANSWER_SECONDS,
    silence: float = SILENCE_SECONDS,
) -> str:
    """Pull a public image; the answer is why that failed, or empty.

    The wait is bounded: by ``first_answer`` until a registry says anything,
    then by ``silence`` between two signs of progress.
    """
    lines: queue.Queue[dict[str, Any] | Exception | None] = queue.Queue()
    # the engine's own wait cannot be bounded from outside, so it is left to a thread that may be abandoned
    threading.Thread(target=_listen, args=(engine, reference, lines), daemon=True).start()
    patience, told = first_answer, ""
    while True:
        try:
            line = lines.get(timeout=patience)
        except queue.Empty:
            return f"no registry answered within {patience:g} s" if patience == first_answer else "the download stalled"
        if line is None:
            return ""
        if isinstance(line, Exception):
            return explained(line)
        if "error" in line:
            return str(line["error"])
        patience = silence
        status = str(line.get("status", ""))
        if status and status != told:
            on_progress(f"pulling {reference}: {status}")
            told = status


def layer(engine: Engine, reference: str, recipe: Recipe, *, ca: CaBundle | None, tag: str) -> None:
    """Build ``tag`` from a public image that is here: certificates, environment, labels; nothing is run.

    Raises:
        BuildFailed: the engine refused; quotes its words.
    """
    try:
        with closing(connect(engine)) as client:
            steps = client.api.build(
                fileobj=_context(reference, recipe, ca),
                custom_context=True,
                tag=tag,
                rm=True,
                forcerm=True,
                decode=True,
            )
            # a refusal with an HTTP status is no exception here: it is a step with a message
            trouble = " ".join(
                [str(step.get("error") or step["message"]) for step in steps if {"error", "message"} & {*step}]
            )
    except (DockerException, RequestException, OSError) as error:
        trouble = explained(error)
    if trouble:
        raise BuildFailed(
            f"{tag} could not be built on {reference}.",
            why=trouble,
            fix="see whether the engine can build at all; --bootstrap makes the image without building",
        )


def _listen(engine: Engine, reference: str, lines: queue.Queue[dict[str, Any] | Exception | None]) -> None:
    try:
        with closing(connect(engine)) as client:
            for line in client.api.pull(reference, stream=True, decode=True):
                lines.put(line)
    except (DockerException, RequestException, OSError, ValueError) as error:
        lines.put(error)
    else:
        lines.put(None)


def _context(reference: str, recipe: Recipe, ca: CaBundle | None) -> io.BytesIO:
    """A build context in memory: a Dockerfile and perhaps a bundle."""
    lines = [f"FROM {reference}"]
    files: dict[str, bytes] = {}
    if ca is not None:
        files["ca.crt"] = ca.content
        lines += [f"COPY ca.crt {CA_PATH}", f"COPY ca.crt {ADDED_CA_PATH}"]
    files["Dockerfile"] = "\n".join([*lines, *recipe.instructions, ""]).encode()
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(content), 0o644
            archive.addfile(member, io.BytesIO(content))
    buffer.seek(0)
    return buffer
