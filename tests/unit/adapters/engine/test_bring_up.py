"""Bringing an engine up, with daemons and package tools played by scripts."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from emulator.adapters.engine.bring_up import bring_up
from emulator.adapters.engine.daemon import stop_dockerd
from emulator.adapters.engine.machine import Machine
from emulator.errors import EngineUnavailable
from emulator.model.engine import Engine

Program = Callable[[str, str], Path]
DEBIAN = Machine(system="Linux", families=frozenset({"debian"}), root=True)

# the smallest dockerd: says ready on a socket, ends when asked
DOCKERD = """exec {python} -c '
import http.server, os, socketserver, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        answer = b"{{\\"Version\\": \\"1\\", \\"ApiVersion\\": \\"1.41\\"}}"
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)
    def address_string(self): return ""
os.makedirs(os.path.dirname(sys.argv[1]), exist_ok=True)
socketserver.UnixStreamServer(sys.argv[1], Handler).serve_forever()
' {socket}"""


@pytest.fixture
def up(tmp_path: Path, short_path: Path, environ: dict[str, str], told: list[str]) -> Iterator[Callable[..., Engine]]:
    """The call under test, on a machine below ``short_path``; what it starts is stopped."""
    (short_path / "proc/self").mkdir(parents=True)
    (short_path / "proc/self/mounts").write_text("cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n")

    def call(machine: Machine, *, install: bool = False, timeout: float = 20, **variables: str) -> Engine:
        return bring_up(
            {**environ, **variables},
            install=install,
            state=tmp_path,
            on_progress=told.append,
            machine=machine,
            timeout=timeout,
            root=short_path,
        )

    yield call
    stop_dockerd(tmp_path)


def installed(path: Path) -> Machine:
    """A machine with this dockerd."""
    return Machine(system="Linux", families=frozenset({"debian"}), root=True, dockerd=str(path))


def dockerd(root: Path) -> str:
    """The script of a dockerd that listens below this root."""
    return DOCKERD.format(python=sys.executable, socket=root / "var/run/docker.sock")


def test_running_engine_is_used(up: Callable[..., Engine], wooden_engine: Callable[..., Any], told: list[str]) -> None:
    """An engine that answers is taken as it is; nothing is started."""
    wooden = wooden_engine("var/run/docker.sock")

    found = up(DEBIAN, install=True)

    assert (wooden.url, []) == (found.url, told)


def test_installed_docker_is_started_once(
    up: Callable[..., Engine], program: Program, short_path: Path, told: list[str]
) -> None:
    """An installed dockerd is started in the background, its log is named, and a second call finds it."""
    machine = installed(program("dockerd", dockerd(short_path)))

    first = up(machine)
    started = [line for line in told if line.startswith("started dockerd")]
    second = up(machine)

    assert first == second
    assert 1 == len(started)
    assert "dockerd.log" in started[0]


def test_dying_daemon_is_quoted(up: Callable[..., Engine], program: Program) -> None:
    """A daemon that dies is reported at once, in its own last words."""
    with pytest.raises(EngineUnavailable, match="started, but stopped again") as caught:
        up(installed(program("dockerd", "echo 'failed to start daemon: no bridge'; exit 1")))

    assert "its log ends:\n  | failed to start daemon: no bridge" == caught.value.why


def test_daemon_that_never_answers_is_bounded(up: Callable[..., Engine], program: Program) -> None:
    """A daemon that runs but does not answer is given up at the deadline, with its place and reason."""
    with pytest.raises(EngineUnavailable, match=r"did not answer within 0\.05 s") as caught:
        up(installed(program("dockerd", "exec sleep 600")), timeout=0.05)

    assert "no such file" in caught.value.why


def test_systemd_starts_its_service(up: Callable[..., Engine], program: Program, tmp_path: Path) -> None:
    """Where systemd runs, its service is started; when that fails, its journal is quoted."""
    program("systemctl", f'echo "$@" > {tmp_path}/asked; exit 1')
    program("journalctl", "echo 'no space left on device'")

    with pytest.raises(EngineUnavailable, match="systemd could not start Docker") as caught:
        up(Machine(system="Linux", root=True, systemd=True, dockerd="/usr/sbin/dockerd"))

    assert "start docker.service\n" == (tmp_path / "asked").read_text()
    assert "| no space left on device" in caught.value.why


def test_missing_docker_is_installed_on_request(
    up: Callable[..., Engine], program: Program, tmp_path: Path, short_path: Path, told: list[str]
) -> None:
    """On a Debian root machine without Docker, its packages are installed, then it is started."""
    prepared = program("prepared", dockerd(short_path))
    program("apt-get", f'case "$*" in *docker.io*) mv {prepared} {tmp_path}/bin/dockerd;; esac')

    found = up(DEBIAN, install=True)

    assert f"unix://{short_path}/var/run/docker.sock" == found.url
    assert "installing docker.io iptables with apt-get" in told


@pytest.mark.parametrize(
    ("machine", "install"),
    [
        (DEBIAN, False),
        (Machine(system="Linux", families=frozenset({"debian"}), dockerd="/usr/sbin/dockerd"), True),
        (Machine(system="Linux", families=frozenset({"fedora"}), root=True), True),
        (Machine(system="Darwin", root=True, dockerd="/usr/local/bin/dockerd"), True),
    ],
    ids=["not-asked-to", "not-root", "not-debian", "not-linux"],
)
def test_nothing_is_started_where_it_cannot_be(
    up: Callable[..., Engine], machine: Machine, install: bool, told: list[str]
) -> None:
    """Where an engine can be neither started nor installed, the places and the advice are told instead."""
    with pytest.raises(EngineUnavailable, match="No container engine answers") as caught:
        up(machine, install=install)

    assert [] == told
    assert caught.value.fix


def test_named_engine_is_not_replaced(up: Callable[..., Engine], program: Program, short_path: Path) -> None:
    """With DOCKER_HOST set to a dead address, no daemon is started beside it."""
    machine = installed(program("dockerd", dockerd(short_path)))

    with pytest.raises(EngineUnavailable, match="DOCKER_HOST is set to"):
        up(machine, DOCKER_HOST="unix:///nowhere.sock")


def test_foreign_dockerd_is_not_disturbed(
    up: Callable[..., Engine], program: Program, short_path: Path, told: list[str]
) -> None:
    """A dockerd that runs but listens elsewhere is never joined by a second one on the same network."""
    process = short_path / "proc/1/ns"
    process.mkdir(parents=True)
    (process / "net").symlink_to("net:[1]")
    (process.parent / "comm").write_text("dockerd\n")
    (short_path / "proc/self/ns").mkdir()
    (short_path / "proc/self/ns/net").symlink_to("net:[1]")

    with pytest.raises(EngineUnavailable, match="did not answer") as caught:
        up(installed(program("dockerd", dockerd(short_path))), timeout=0.05)

    assert "a dockerd is running already (process 1); none is started beside it" in told
    assert "set DOCKER_HOST" in caught.value.fix
