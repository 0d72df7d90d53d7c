"""Finding an engine, against wooden ones."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from emulator.adapters.engine.find import find_engine
from emulator.adapters.engine.machine import Machine
from emulator.errors import EngineUnavailable

DEBIAN = Machine(system="Linux", families=frozenset({"debian"}), root=True)
PODMAN = {"Version": "4.3.1", "ApiVersion": "1.41", "Components": [{"Name": "Podman Engine"}]}
Start = Callable[..., Any]


def test_dockers_socket_is_found(wooden_engine: Start, short_path: Path, environ: dict[str, str]) -> None:
    """A Docker at its own socket is described by what it says of itself."""
    wooden = wooden_engine("var/run/docker.sock")

    found = find_engine(environ, root=short_path)

    assert (wooden.url, "Docker socket", "docker", "20.10.24", "1.41", False, True) == (
        found.url,
        found.found_by,
        found.kind,
        found.version,
        found.api_version,
        found.rootless,
        found.local,
    )


def test_rootless_podman_is_found(wooden_engine: Start, short_path: Path, environ: dict[str, str]) -> None:
    """A Podman in the user's runtime directory is told from Docker, and as rootless."""
    wooden = wooden_engine("run/podman/podman.sock")
    wooden.version, wooden.security = PODMAN, ["name=seccomp,profile=default", "name=rootless"]

    found = find_engine({**environ, "XDG_RUNTIME_DIR": str(short_path / "run")}, root=short_path)

    assert ("podman", True, "Podman (rootless)") == (found.kind, found.rootless, found.found_by)


def test_silent_socket_is_passed_over(wooden_engine: Start, short_path: Path, environ: dict[str, str]) -> None:
    """A socket nobody listens on does not hide the engine behind the next one, and is remembered."""
    dead = short_path / "var/run/docker.sock"
    dead.parent.mkdir(parents=True)
    with socket.socket(socket.AF_UNIX) as abandoned:
        abandoned.bind(str(dead))
    wooden_engine("run/podman/podman.sock")

    found = find_engine(environ, root=short_path)

    assert "the socket is there but nothing listens" == found.passed_over[0].outcome


def test_named_host_is_never_replaced(wooden_engine: Start, short_path: Path, environ: dict[str, str]) -> None:
    """A dead DOCKER_HOST is an error even where another engine would serve."""
    wooden_engine("var/run/docker.sock")

    with pytest.raises(EngineUnavailable) as caught:
        find_engine({**environ, "DOCKER_HOST": "unix:///nowhere.sock"}, root=short_path)

    assert (
        "DOCKER_HOST is set to unix:///nowhere.sock, but no container engine answers there.\n"
        "why: no such file\n"
        "fix: start that engine, correct DOCKER_HOST, or unset it so that the usual places are looked at"
    ) == str(caught.value)


def test_unknown_context_is_never_replaced(wooden_engine: Start, short_path: Path, environ: dict[str, str]) -> None:
    """A DOCKER_CONTEXT that does not exist is an error naming it."""
    wooden_engine("var/run/docker.sock")

    with pytest.raises(EngineUnavailable, match="DOCKER_CONTEXT is set to far") as caught:
        find_engine({**environ, "DOCKER_CONTEXT": "far"}, root=short_path)

    assert "no context of this name" in caught.value.why


def test_error_lists_every_place(short_path: Path, environ: dict[str, str]) -> None:
    """When nothing answers, each place is listed with its reason, and the way out fits the machine."""
    with pytest.raises(EngineUnavailable) as caught:
        find_engine(environ, root=short_path, machine=DEBIAN, uid=7)

    assert f"\n  - Docker socket unix://{short_path}/var/run/docker.sock: no such file" in caught.value.why
    assert (
        f"\n  - Podman (rootless) unix://{short_path}/run/user/7/podman/podman.sock: no such file" in caught.value.why
    )
    assert "install and start Docker: `byoc engine up --install`" == caught.value.fix


def test_socket_that_never_answers_is_bounded(short_path: Path, environ: dict[str, str]) -> None:
    """A socket that accepts and keeps silent is given up after the time it was given."""
    path = short_path / "mute.sock"
    with socket.socket(socket.AF_UNIX) as mute:
        mute.bind(str(path))
        mute.listen()

        with pytest.raises(EngineUnavailable) as caught:
            find_engine({**environ, "DOCKER_HOST": f"unix://{path}"}, timeout=0.05)

    assert "no answer within 0.05 s" == caught.value.why


def test_closed_port_is_told(environ: dict[str, str]) -> None:
    """A TCP address on which nothing listens is told as such."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"tcp://127.0.0.1:{taken.getsockname()[1]}"

        with pytest.raises(EngineUnavailable) as caught:
            find_engine({**environ, "DOCKER_HOST": url})

    assert "connection refused: nothing listens there" == caught.value.why


def test_address_of_no_known_kind_is_told(environ: dict[str, str]) -> None:
    """An address docker-py cannot read is an error of ours, not a traceback of its own."""
    with pytest.raises(EngineUnavailable, match="DOCKER_HOST is set to gopher://x") as caught:
        find_engine({**environ, "DOCKER_HOST": "gopher://x"})

    assert caught.value.why.startswith("no Docker API: ")


def test_stranger_at_the_socket_is_told(wooden_engine: Start, environ: dict[str, str]) -> None:
    """A server that is no engine does not pass for one."""
    wooden = wooden_engine()
    wooden.version = {"hello": "world"}

    with pytest.raises(EngineUnavailable) as caught:
        find_engine({**environ, "DOCKER_HOST": wooden.url})

    assert caught.value.why.startswith("no Docker API: ")
