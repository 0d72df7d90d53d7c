"""A dockerd of our own: start it in the background, recognise it later, stop it.

Only for machines without systemd; where systemd runs, Docker is its service.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from emulator.adapters.engine.machine import program_path
from emulator.errors import EngineUnavailable

LOG_LINES = 15
STOP_SECONDS = 30.0
PID_FILES = (("var/run/docker.pid", "dockerd"), ("var/run/docker/containerd/containerd.pid", "containerd"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Daemon:
    """A dockerd we started, told apart from any later process with its number.

    Attributes:
        pid: its process number.
        started: when the kernel started it, in clock ticks since boot.
        boot: the boot those ticks count from.
        log: the file it writes to.
    """

    pid: int
    started: int
    boot: str
    log: str

    @property
    def alive(self) -> bool:
        """The very process we started still runs."""
        return _boot() == self.boot and _started(self.pid) == self.started

    def last_lines(self, count: int = LOG_LINES) -> tuple[str, ...]:
        """The end of its log, without the chatter among which the reason would be lost."""
        try:
            lines = Path(self.log).read_text("utf-8", errors="replace").splitlines()
        except OSError:
            return ()
        return tuple(line for line in lines if " level=info " not in line)[-count:]


def spawn_dockerd(
    dockerd: str,
    *,
    state: Path,
    environ: Mapping[str, str],
    arguments: Sequence[str] = (),
    on_progress: Callable[[str], None],
) -> Daemon:
    """Start dockerd in a session of its own, so that it outlives us; its log is in ``state``."""
    state.mkdir(parents=True, exist_ok=True)
    log = state / "dockerd.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [dockerd, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**environ, "PATH": program_path(environ)},
            cwd="/",
            start_new_session=True,
        )
    daemon = Daemon(pid=process.pid, started=_started(process.pid) or 0, boot=_boot(), log=str(log))
    process.returncode = 0  # it is meant to outlive this object: nobody waits for it
    _record(state).write_text(json.dumps(asdict(daemon)), "utf-8")
    on_progress(f"started dockerd in the background (process {daemon.pid}, log {log})")
    return daemon


def recorded_daemon(state: Path) -> Daemon | None:
    """The dockerd we started and that still runs, if any."""
    try:
        daemon = Daemon(**json.loads(_record(state).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    return daemon if daemon.alive else None


def stop_dockerd(state: Path, *, timeout: float = STOP_SECONDS) -> Daemon | None:
    """Stop the dockerd we started; ``None`` when there is none.

    It is asked, never killed: a killed dockerd leaves containers behind.

    Raises:
        EngineUnavailable: it still runs after ``timeout`` seconds.
    """
    daemon = recorded_daemon(state)
    if daemon is not None:
        descriptor = os.pidfd_open(daemon.pid)
        try:
            if daemon.alive:  # looked at again: the descriptor now pins the process
                signal.pidfd_send_signal(descriptor, signal.SIGTERM)
                if not select.select([descriptor], [], [], timeout)[0]:
                    raise EngineUnavailable(
                        f"dockerd (process {daemon.pid}) did not stop within {timeout:g} s.",
                        why=f"its log is {daemon.log}",
                        fix="wait for its containers to stop, then run `byoc engine down` again",
                    )
        finally:
            os.close(descriptor)
    _record(state).unlink(missing_ok=True)
    return daemon


def foreign_dockerd(root: Path = Path("/")) -> int | None:
    """The process of a dockerd that shares our network, whoever started it.

    Two of them would fight over the same bridge and firewall rules.
    """
    network = root / "proc/self/ns/net"
    for process in (root / "proc").glob("[0-9]*"):
        try:
            same = (process / "ns/net").readlink() == network.readlink()
            if same and (process / "comm").read_text("utf-8").strip() == "dockerd" and _started(int(process.name)):
                return int(process.name)
        except OSError:
            continue  # it ended meanwhile, or is none of ours to look at
    return None


def make_room(*, environ: Mapping[str, str], on_progress: Callable[[str], None], root: Path = Path("/")) -> None:
    """Clear what keeps dockerd from starting on a machine without an init system.

    After a crash or in a restored machine, process files may name numbers
    that belong to others now; and nobody may have mounted control groups.
    """
    for path, program in PID_FILES:
        file = root / path
        if file.exists() and not _runs(file, program):
            on_progress(f"removing {file}: it names a process that is not {program}")
            file.unlink(missing_ok=True)
    mounts = (root / "proc/self/mounts").read_text("utf-8").splitlines()
    if not any(line.split()[2] in ("cgroup", "cgroup2") for line in mounts):
        on_progress("mounting control groups at /sys/fs/cgroup")
        command = ["mount", "-t", "cgroup2", "cgroup2", str(root / "sys/fs/cgroup")]
        # a failure shows in dockerd's own log, with its reason
        subprocess.run(command, env={**environ, "PATH": program_path(environ)}, check=False, capture_output=True)


def _record(state: Path) -> Path:
    return state / "dockerd.json"


def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        return ""


def _started(pid: int) -> int | None:
    """When the process started, in ticks since boot; ``None`` if it is gone or only waits to be buried."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else int(fields[19])


def _runs(pid_file: Path, program: str) -> bool:
    try:
        pid = int(pid_file.read_text("ascii"))
        return Path(f"/proc/{pid}/comm").read_text("utf-8").strip() == program
    except (OSError, ValueError):
        return False
