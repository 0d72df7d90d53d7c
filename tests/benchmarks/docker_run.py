"""The floor: ``docker run``, as a script would do it, and a poll of ``GET /ping`` every 10 ms."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from time import monotonic, sleep

from emulator import limits
from emulator.model.launch import Address
from tests.benchmarks.ground import CSV, free_port

POLL_SECONDS = 0.01
PATIENCE_SECONDS = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """An image, and the folder that is its ``/opt/ml/model``."""

    name: str
    folder: Path


def command_line() -> str:
    """Where ``docker`` is.

    Raises:
        RuntimeError: it is not on PATH.
    """
    found = shutil.which("docker")
    if found is None:
        raise RuntimeError("The floor needs the docker command; it was not found on PATH.")
    return found


@contextmanager
def started(images: Sequence[Image]) -> Iterator[list[Address]]:
    """One ``docker run -d`` for each image, all at once; yields when all have returned, and removes the containers.

    A poll that began earlier would be slower: a SYN into a network that is not up yet is lost, and repeated after 1 s.
    """
    docker, ports = command_line(), [free_port() for _ in images]
    runs = [
        subprocess.Popen(
            [
                *(docker, "run", "-d", "-p", f"127.0.0.1:{port}:{limits.PORT}"),
                *("-v", f"{image.folder}:{limits.MODEL_DIR}:ro", image.name, limits.SERVE),
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
        for image, port in zip(images, ports, strict=True)
    ]
    names = [each.communicate()[0].strip() for each in runs]
    try:
        if any(each.returncode for each in runs):
            raise RuntimeError("docker run failed; its complaint stands above")
        yield [Address(host="127.0.0.1", port=port) for port in ports]
    finally:
        subprocess.run([docker, "rm", "-f", "-v", *filter(None, names)], stdout=subprocess.DEVNULL, check=True)


def await_ping(address: Address) -> None:
    """Until ``GET /ping`` is answered with 200.

    Raises:
        RuntimeError: it is not within two minutes.
    """
    deadline = monotonic() + PATIENCE_SECONDS
    while monotonic() < deadline:
        if asked(address, "GET", limits.PING) is not None:
            return
        sleep(POLL_SECONDS)
    raise RuntimeError(f"no 200 from {address} within {PATIENCE_SECONDS:g} s")


def asked(address: Address, method: str, path: str, body: bytes | None = None) -> bytes | None:
    """The body of a 200; None for all else."""
    connection = HTTPConnection(address.host, address.port, timeout=2 if body is None else 60)
    try:
        connection.request(method, path, body, {} if body is None else {"Content-Type": CSV})
        reply = connection.getresponse()
        content = reply.read()
    except (OSError, HTTPException):
        return None
    finally:
        connection.close()
    return content if reply.status == 200 else None


def first_answer(images: Sequence[Image], body: bytes) -> tuple[float, bytes]:
    """Seconds from ``docker run`` until the last container has answered, and its answer."""
    began = monotonic()
    with started(images) as addresses:
        for each in addresses:
            await_ping(each)
        for each in addresses:
            body = asked(each, "POST", limits.INVOCATIONS, body) or b""
        return monotonic() - began, body
