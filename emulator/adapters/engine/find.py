"""Find the engine: ask each place in turn; the first that answers serves."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from docker.errors import DockerException
from requests.exceptions import RequestException

from emulator.adapters.engine.client import docker_variables, open_client
from emulator.adapters.engine.machine import Machine, advice, this_machine
from emulator.adapters.engine.places import Place, chosen_by, places
from emulator.errors import EngineUnavailable
from emulator.model.engine import Attempt, Engine, EngineKind

ANSWER_SECONDS = 4.0
"""How long a place may take to answer: ten times what a busy dockerd on two cores was seen to need."""

ANY_VERSION = "1.44"
"""For the one question that is asked without a version."""

LOOPBACK = ("", "localhost", "127.0.0.1", "::1")


def find_engine(
    environ: Mapping[str, str],
    *,
    timeout: float = ANSWER_SECONDS,
    machine: Machine | None = None,
    root: Path = Path("/"),
    uid: int | None = None,
) -> Engine:
    """The engine this machine offers.

    An engine named by ``DOCKER_HOST`` or ``DOCKER_CONTEXT`` is the only one
    asked: an explicit choice is never replaced by another engine.

    Args:
        environ: the environment variables to go by.
        timeout: seconds each place may take to answer.
        machine: what to base advice on; this machine by default.
        root: the directory under which system sockets lie.
        uid: the user whose rootless sockets are looked at; oneself by default.

    Raises:
        EngineUnavailable: nothing answers; lists every place and the reason.
    """
    failed: list[Attempt] = []
    for place in places(environ, root=root, uid=uid):
        answer = ask(place, timeout=timeout, passed_over=tuple(failed))
        if isinstance(answer, Engine):
            return answer
        failed.append(answer)
    chosen = chosen_by(environ)
    if chosen:
        raise EngineUnavailable(
            f"{chosen} is set to {environ[chosen]}, but no container engine answers there.",
            why=failed[0].outcome,
            fix=f"start that engine, correct {chosen}, or unset it so that the usual places are looked at",
        )
    raise EngineUnavailable(
        "No container engine answers.",
        why="these places were looked at:" + "".join(f"\n  - {attempt}" for attempt in failed),
        fix=advice(machine or this_machine(environ), failed),
    )


def ask(place: Place, *, timeout: float, passed_over: tuple[Attempt, ...] = ()) -> Engine | Attempt:
    """The engine at this place, or why there is none."""
    trouble = place.trouble or _socket_trouble(place.url, timeout)
    if trouble:
        return Attempt(where=place.where, url=place.url, outcome=trouble)
    variables = docker_variables(place.url, cert_path=place.cert_path, tls_verify=place.tls_verify)
    try:
        with closing(open_client(variables, api_version=ANY_VERSION, timeout=timeout)) as client:
            version = client.api.version(api_version=False)
        api_version = str(version.get("ApiVersion", ""))
        with closing(open_client(variables, api_version=api_version, timeout=timeout)) as client:
            info = client.info()
    except (DockerException, RequestException, OSError, ValueError) as error:
        return Attempt(where=place.where, url=place.url, outcome=_reason(error, timeout))
    return Engine(
        url=place.url,
        found_by=place.where,
        kind=_kind(version),
        version=str(version.get("Version", "")),
        api_version=api_version,
        rootless=any("name=rootless" in option for option in info.get("SecurityOptions") or ()),
        local=_is_local(place.url),
        cert_path=place.cert_path,
        tls_verify=place.tls_verify,
        passed_over=passed_over,
    )


def _socket_trouble(url: str, timeout: float) -> str:
    """Why a Unix socket cannot be connected to; empty if it can, or if the address is not one."""
    if not url.startswith("unix://"):
        return ""
    try:
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(timeout)
            probe.connect(url.removeprefix("unix://"))
    except FileNotFoundError:
        return "no such file"
    except PermissionError:
        return "permission denied: add yourself to the group that owns the socket, or run as root"
    except ConnectionRefusedError:
        return "the socket is there but nothing listens"
    except OSError as error:
        return _reason(error, timeout)
    return ""


def _reason(error: Exception, timeout: float) -> str:
    """A failed question in one line."""
    text = " ".join(str(error).split())
    if isinstance(error, TimeoutError) or "timed out" in text.lower():
        return f"no answer within {timeout:g} s"
    if "Connection refused" in text:
        return "connection refused: nothing listens there"
    if "Name or service not known" in text or "name resolution" in text.lower():
        return "the host name is not known"
    return f"no Docker API: {text}"


def _kind(version: Mapping[str, Any]) -> EngineKind:
    platform = (version.get("Platform") or {}).get("Name", "")
    components = (component.get("Name", "") for component in version.get("Components") or ())
    return "podman" if any("podman" in name.lower() for name in (platform, *components)) else "docker"


def _is_local(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("unix", "npipe") or (parts.scheme != "ssh" and (parts.hostname or "") in LOOPBACK)
