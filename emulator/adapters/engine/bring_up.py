"""Bring an engine up: find one, else start an installed Docker, else install and start it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from emulator.adapters.engine.apt import install_packages, run
from emulator.adapters.engine.daemon import Daemon, foreign_dockerd, make_room, recorded_daemon, spawn_dockerd
from emulator.adapters.engine.deadline import Deadline
from emulator.adapters.engine.find import ANSWER_SECONDS, ask, find_engine
from emulator.adapters.engine.lock import locked
from emulator.adapters.engine.machine import Machine, this_machine
from emulator.adapters.engine.places import Place, chosen_by, standard
from emulator.errors import EngineUnavailable, quoted
from emulator.model.engine import Engine

PACKAGES = ("docker.io", "iptables")
START_SECONDS = 60.0
SYSTEMD_START = ("systemctl", "start", "docker.service")
SYSTEMD_LOG = ("journalctl", "--unit=docker.service", "--lines=15", "--no-pager", "--output=cat")


def bring_up(
    environ: Mapping[str, str],
    *,
    install: bool,
    state: Path,
    on_progress: Callable[[str], None],
    machine: Machine | None = None,
    timeout: float = START_SECONDS,
    arguments: Sequence[str] = (),
    root: Path = Path("/"),
) -> Engine:
    """The engine that answers; brought up first if none does.

    Args:
        environ: the environment variables to go by.
        install: install Docker from Debian packages when it is missing.
        state: where lock, record and log are kept.
        on_progress: told what is being done.
        machine: the facts to decide on; this machine by default.
        timeout: seconds a started engine may take to answer.
        arguments: further arguments of a dockerd started in the background.
        root: the directory under which system files lie.

    Raises:
        EngineUnavailable: none answers and none can be started here, or the one started died.
    """
    try:
        return find_engine(environ, machine=machine, root=root)
    except EngineUnavailable:
        if chosen_by(environ):  # the user named another engine: one of ours would not be it
            raise
    with locked(state, "engine", on_progress=on_progress):
        try:
            return find_engine(environ, machine=machine, root=root)
        except EngineUnavailable:
            here = machine or this_machine(environ)
            if not here.root or here.system != "Linux":
                raise
            if not here.dockerd:
                if not (install and here.debian):
                    raise
                here = _installed(environ, on_progress=on_progress, root=root)
        return _started(
            here, environ, state=state, on_progress=on_progress, timeout=timeout, arguments=arguments, root=root
        )


def _installed(environ: Mapping[str, str], *, on_progress: Callable[[str], None], root: Path) -> Machine:
    install_packages(PACKAGES, environ=environ, error=EngineUnavailable, on_progress=on_progress, root=root)
    here = this_machine(environ)
    if not here.dockerd:
        raise EngineUnavailable(
            f"{' '.join(PACKAGES)} were installed, but there is no dockerd.",
            why=f"none of the directories of PATH holds it: {environ.get('PATH', '')}",
            fix="install Docker by its own instructions, then run `byoc engine up` again",
        )
    return here


def _started(
    machine: Machine,
    environ: Mapping[str, str],
    *,
    state: Path,
    on_progress: Callable[[str], None],
    timeout: float,
    arguments: Sequence[str],
    root: Path,
) -> Engine:
    """Start the installed Docker, by systemd or by ourselves, and wait until it answers."""
    place = standard(root)
    if machine.systemd:
        on_progress("starting Docker: systemctl start docker.service")
        result = run(SYSTEMD_START, environ=environ)
        if result.status:
            log = run(SYSTEMD_LOG, environ=environ).tail
            raise EngineUnavailable(
                f"systemd could not start Docker (status {result.status}).",
                why=f"its journal ends:{quoted(result.tail + log)}",
                fix="repair what the journal names (`journalctl -u docker`), then run `byoc engine up` again",
            )
        return _wait(place, None, timeout, on_progress)
    daemon, foreign = recorded_daemon(state), foreign_dockerd(root)
    if daemon is None and foreign is None:
        make_room(environ=environ, on_progress=on_progress, root=root)
        daemon = spawn_dockerd(
            machine.dockerd, state=state, environ=environ, arguments=arguments, on_progress=on_progress
        )
    elif daemon is None:  # the package's own start script may be at it right now
        on_progress(f"a dockerd is running already (process {foreign}); none is started beside it")
    return _wait(place, daemon, timeout, on_progress)


def _wait(place: Place, daemon: Daemon | None, timeout: float, on_progress: Callable[[str], None]) -> Engine:
    """Ask until it answers; a daemon that died meanwhile is quoted at once."""
    on_progress(f"waiting for Docker to answer at {place.url}")
    deadline = Deadline(timeout)
    while True:
        alive = daemon is None or daemon.alive
        answer = ask(place, timeout=ANSWER_SECONDS)
        if isinstance(answer, Engine):
            return answer
        lines = daemon.last_lines() if daemon else ()
        if not alive:
            raise EngineUnavailable(
                "dockerd was started, but stopped again.",
                why=f"its log ends:{quoted(lines)}",
                fix="repair what the log names, then run `byoc engine up` again",
            )
        if deadline.passed:
            raise EngineUnavailable(
                f"Docker is running, but did not answer within {timeout:g} s.",
                why=f"{answer}{quoted(lines)}",
                fix="run `byoc engine up` again to go on waiting; set DOCKER_HOST if it listens at another address",
            )
        deadline.pause()
