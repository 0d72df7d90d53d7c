"""What to paste into a shell to see a finding with one's own eyes."""

from __future__ import annotations

import shlex
from typing import Final

from emulator import limits
from emulator.contract.sample import Sample
from emulator.model.finding import Probe
from emulator.model.launch import ContainerLaunch
from emulator.model.message import HttpRequest
from emulator.wire.container_api import PLATFORM_HEADERS

TYPED_BYTES: Final = 400
"""A longer body is not typed into a command."""


def docker_run(launch: ContainerLaunch, *, model_data: str) -> str:
    """The ``docker run`` line of a launch, the model's folder in place of our private copy.

    Args:
        launch: as it was started.
        model_data: the folder or archive that was given.
    """
    words = ["docker", "run", "--rm", "-p", f"{_port(launch)}:{_port(launch)}"]
    for mount in launch.mounts:
        source = "./model" if mount.target == limits.MODEL_DIR and _packed(model_data) else mount.source
        words += ["-v", f"{source}:{mount.target}{':ro' if mount.read_only else ''}"]
    for name, value in launch.environment.items():
        words += ["-e", f"{name}={value}"]
    words += ["--network", "none"] if launch.isolated else []
    words += ["--user", launch.user] if launch.user else []
    line = shlex.join([*words, launch.image, *launch.command])
    if launch.mounts and _packed(model_data):
        return f"mkdir -p model && tar -xzf {shlex.quote(model_data)} -C model && {line}"
    return line


def curl(probe: Probe, *, sample: Sample | None = None) -> str:
    """The request of a probe as a ``curl`` line."""
    request = probe.request
    words = ["curl", "-i", *_method(request), *_headers(request)]
    if probe.chunked:
        words += ["-H", "Transfer-Encoding: chunked"]
    line = shlex.join([*words, f"http://127.0.0.1:{probe.port}{request.path}"])
    return _with_body(line, request.body, sample) if request.body else line


def _method(request: HttpRequest) -> list[str]:
    if request.method == "HEAD":
        return ["-I"]
    return [] if request.method == ("POST" if request.body else "GET") else ["-X", request.method]


def _headers(request: HttpRequest) -> list[str]:
    given = [f"{name}: {value}" for name, value in request.headers.items() if PLATFORM_HEADERS.get(name) != value]
    if request.body and not any(line.lower().startswith("content-type:") for line in given):
        given.append("Content-Type:")  # curl would make one up
    return [word for line in given for word in ("-H", line)]


def _with_body(line: str, body: bytes, sample: Sample | None) -> str:
    if sample is not None and sample.path and body == sample.body:
        return f"{line} --data-binary {shlex.quote(f'@{sample.path}')}"
    if len(body) > TYPED_BYTES:
        return f"{line} --data-binary @body  # {len(body):,} bytes: see the JSON report"
    return _piped(line, body) if 0 in body else f"{line} --data-binary {typed(body)}"


def typed(body: bytes) -> str:
    """Bytes as bash reads them: as they are where they are printable, else in ``$'…'``."""
    if all(32 <= byte < 127 for byte in body) and not body.startswith(b"@"):
        return shlex.quote(body.decode())
    return "$'" + _escaped(body) + "'"


def _piped(line: str, body: bytes) -> str:
    """A shell's word cannot hold a zero byte; what printf writes can."""
    octal = "".join(f"\\{byte:03o}" for byte in body)
    return f"printf {shlex.quote(octal)} | {line} --data-binary @-"


def _escaped(body: bytes) -> str:
    known = {0x0A: "\\n", 0x0D: "\\r", 0x09: "\\t", 0x27: "\\'", 0x5C: "\\\\"}
    return "".join(known.get(byte) or (chr(byte) if 32 <= byte < 127 else f"\\x{byte:02x}") for byte in body)


def _port(launch: ContainerLaunch) -> int:
    return launch.ports[0] if launch.ports else limits.PORT


def _packed(model_data: str) -> bool:
    return model_data.endswith((limits.ARCHIVE_SUFFIX, ".tgz"))
