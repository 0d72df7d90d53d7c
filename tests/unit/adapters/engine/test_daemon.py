"""A dockerd of our own, played by a shell script."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from emulator.adapters.engine.daemon import (
    Daemon,
    foreign_dockerd,
    make_room,
    recorded_daemon,
    spawn_dockerd,
    stop_dockerd,
)
from emulator.adapters.engine.deadline import Deadline
from emulator.errors import EngineUnavailable

Program = Callable[[str, str], Path]
FOREVER = "exec sleep 600"


@pytest.fixture
def spawn(program: Program, tmp_path: Path, environ: dict[str, str], told: list[str]) -> Callable[[str], Daemon]:
    """Start a script as dockerd, with its record in ``tmp_path``."""

    def start(script: str) -> Daemon:
        dockerd = str(program("dockerd", script))
        return spawn_dockerd(dockerd, state=tmp_path, environ=environ, on_progress=told.append)

    return start


def ended(daemon: Daemon) -> bool:
    """Wait until it is gone."""
    deadline = Deadline(10)
    while daemon.alive and not deadline.passed:
        deadline.pause(0.01)
    return not daemon.alive


def test_daemon_is_recognised_and_stopped(spawn: Callable[[str], Daemon], tmp_path: Path) -> None:
    """What was started is found by its record, leads its own session, and stops when asked."""
    daemon = spawn(FOREVER)

    recorded, session = recorded_daemon(tmp_path), os.getsid(daemon.pid)
    stopped = stop_dockerd(tmp_path, timeout=10)

    assert (daemon, daemon.pid, daemon) == (recorded, session, stopped)
    assert ended(daemon)


def test_second_stop_finds_nothing(spawn: Callable[[str], Daemon], tmp_path: Path) -> None:
    """Stopping what is stopped is no error."""
    spawn(FOREVER)
    stop_dockerd(tmp_path, timeout=10)

    assert stop_dockerd(tmp_path) is None


def test_process_with_the_same_number_is_left_alone(tmp_path: Path) -> None:
    """A record whose number belongs to another process by now stops nothing."""
    record = {"pid": os.getpid(), "started": 1, "boot": "another", "log": ""}
    (tmp_path / "dockerd.json").write_text(json.dumps(record))

    assert stop_dockerd(tmp_path) is None


def test_unwilling_daemon_is_told_not_killed(spawn: Callable[[str], Daemon], tmp_path: Path) -> None:
    """A daemon that does not stop in time is an error naming its log, and keeps running."""
    daemon = spawn("trap '' TERM; echo ready; while :; do sleep 0.01; done")
    deadline = Deadline(10)
    while not Path(daemon.log).read_text() and not deadline.passed:
        deadline.pause(0.01)

    with pytest.raises(EngineUnavailable, match=r"did not stop within 0\.05 s") as caught:
        stop_dockerd(tmp_path, timeout=0.05)
    alive = daemon.alive
    os.kill(daemon.pid, 9)

    assert (True, f"its log is {daemon.log}") == (alive, caught.value.why)


def test_log_is_quoted_without_chatter(spawn: Callable[[str], Daemon]) -> None:
    """The last lines are those that tell something."""
    daemon = spawn("echo 'time=1 level=info msg=chatter'; echo 'failed to start daemon'")
    ended(daemon)

    assert ("failed to start daemon",) == daemon.last_lines()


def test_stale_process_files_are_removed(tmp_path: Path, environ: dict[str, str], told: list[str]) -> None:
    """A process file that names a process other than dockerd would keep dockerd from starting, and goes."""
    pid_file = tmp_path / "var/run/docker.pid"
    pid_file.parent.mkdir(parents=True)
    pid_file.write_text(str(os.getpid()))
    mounts(tmp_path, "cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n")

    make_room(environ=environ, on_progress=told.append, root=tmp_path)

    assert (False, 1) == (pid_file.exists(), len(told))


def test_control_groups_are_mounted_when_missing(
    program: Program, tmp_path: Path, environ: dict[str, str], told: list[str]
) -> None:
    """Where nobody mounted control groups, they are mounted once, as the unified hierarchy."""
    program("mount", f'echo "$@" >> {tmp_path}/mounted')
    mounts(tmp_path, "proc /proc proc rw 0 0\n")

    make_room(environ=environ, on_progress=told.append, root=tmp_path)

    assert f"-t cgroup2 cgroup2 {tmp_path}/sys/fs/cgroup\n" == (tmp_path / "mounted").read_text()


def test_dockerd_that_shares_our_network_is_seen(tmp_path: Path) -> None:
    """A dockerd in our network is told from one in a network of its own."""
    for pid, network in (("self", "net:[1]"), (str(os.getpid()), "net:[1]"), ("77", "net:[2]")):
        (tmp_path / "proc" / pid / "ns").mkdir(parents=True)
        (tmp_path / "proc" / pid / "comm").write_text("dockerd\n")
        (tmp_path / "proc" / pid / "ns/net").symlink_to(network)

    assert os.getpid() == foreign_dockerd(tmp_path)


def mounts(root: Path, text: str) -> None:
    """What is mounted below this root."""
    (root / "proc/self").mkdir(parents=True)
    (root / "proc/self/mounts").write_text(text)
