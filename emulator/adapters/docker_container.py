"""One container on a Docker-compatible engine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from threading import Event, Thread
from typing import Any

import docker.errors
import requests.exceptions

from emulator.adapters.proc_net import listening_in
from emulator.errors import EngineUnavailable
from emulator.model.launch import Address
from emulator.ports import ModelDataMissing, RunningContainer

REMOVED = 137
"""The exit code of a container that was removed while it ran: killed."""

ENGINE_DNS = "127.0.0.11"
"""Where the engine itself listens in the networks that it makes, to answer for names."""


class DockerRunning:
    """A started container.

    Args:
        container: docker-py's object.
        reach: the address at which all its ports are reached, or for each port the
            host and port where it is published; shared by containers beside each other.
        network: made for this container alone, and removed with it.
    """

    def __init__(self, container: Any, *, reach: dict[int, tuple[str, int]] | str, network: Any = None) -> None:
        self.reach = reach
        self._container, self._network = container, network
        self.terminated = False
        self._exit_code: int | None = None
        self._lost = ""
        self._ended = Event()
        Thread(target=self._watch, name=f"watch-{container.short_id}", daemon=True).start()

    @property
    def container_id(self) -> str:
        """The engine's name for it."""
        return str(self._container.id)

    def address(self, port: int) -> Address:
        """Where one of its launch's ports is reached from here."""
        host, reached = (self.reach, port) if isinstance(self.reach, str) else self.reach[port]
        return Address(host=host, port=reached)

    def wait(self, seconds: float) -> int | None:
        """Wait at most so long for its end; the exit code, or None while it runs.

        Raises:
            EngineUnavailable: the engine itself went away.
        """
        if not self._ended.wait(seconds):
            return None
        if self._exit_code is None:
            raise EngineUnavailable(
                f"The engine stopped answering while container {self.container_id[:12]} ran.",
                why=self._lost,
                fix="see whether it still runs: byoc engine",
            )
        return self._exit_code

    def processes(self) -> tuple[str, ...]:
        """The command lines that run in it, process 1 first; empty once it has ended."""
        try:
            table = self._container.top(ps_args="-eo pid,args")
        except (docker.errors.DockerException, requests.exceptions.RequestException):
            return ()
        return tuple(str(row[-1]) for row in sorted(table["Processes"], key=lambda row: int(row[0])))

    def listening(self) -> tuple[Address, ...] | None:
        """The sockets that listen in its network; None where neither this machine nor the image can tell."""
        try:
            if isinstance(self.reach, str):  # the engine's processes are this machine's
                self._container.reload()
                net = Path("/proc") / str(self._container.attrs["State"]["Pid"]) / "net"
                tables = [(net / name).read_text() for name in ("tcp", "tcp6") if (net / name).exists()]
                return _its_own(listening_in(tables))
            code, output = self._container.exec_run(["cat", "/proc/net/tcp", "/proc/net/tcp6"], stderr=False)
        except (docker.errors.DockerException, requests.exceptions.RequestException, OSError):
            return None
        return _its_own(listening_in([output.decode(errors="replace")])) if code in (0, 1) and output else None

    def log_tail(self, lines: int) -> tuple[str, ...]:
        """Its last lines of stdout and stderr together, oldest first; empty if the engine has them no more."""
        try:
            written: bytes = self._container.logs(stdout=True, stderr=True, tail=lines)
        except (docker.errors.DockerException, requests.exceptions.RequestException):
            return ()
        return tuple(written.decode(errors="replace").splitlines())

    def follow(self) -> Iterator[tuple[int, str]]:
        """Its lines as they are written, until it ends: milliseconds since 1970, and the text."""
        rest = b""
        try:
            for chunk in self._container.logs(stdout=True, stderr=True, stream=True, follow=True, timestamps=True):
                *lines, rest = (rest + chunk).split(b"\n")
                yield from map(_stamped, lines)
        except (docker.errors.DockerException, requests.exceptions.RequestException):
            return
        if rest:
            yield _stamped(rest)

    def tar(self, path: str) -> Iterator[bytes]:
        """A folder of the container as an uncompressed tar.

        Raises:
            ModelDataMissing: there is no such folder in the container.
        """
        try:
            stream, _ = self._container.get_archive(path)
        except docker.errors.NotFound as missing:
            raise ModelDataMissing(f"the container has no {path}") from missing
        yield from stream

    def terminate(self) -> None:
        """Send SIGTERM, whatever STOPSIGNAL the image names, as the platform does."""
        self.terminated = self.terminated or not self._ended.is_set()
        with suppress(docker.errors.APIError):
            self._container.kill(signal="SIGTERM")

    def remove(self) -> None:
        """Kill it if it still runs, and remove it with its anonymous volumes and its network."""
        with suppress(docker.errors.DockerException, requests.exceptions.RequestException):
            self._container.remove(force=True, v=True)
        if self._network is not None:
            with suppress(docker.errors.DockerException, requests.exceptions.RequestException):
                self._network.remove()

    def _watch(self) -> None:
        try:
            self._exit_code = int(self._container.wait()["StatusCode"])
        except docker.errors.NotFound:
            self._exit_code = REMOVED
        except (docker.errors.DockerException, requests.exceptions.RequestException, OSError, ValueError) as lost:
            self._lost = str(lost)
        finally:
            self._ended.set()


def _its_own(sockets: tuple[Address, ...]) -> tuple[Address, ...]:
    return tuple(each for each in sockets if each.host != ENGINE_DNS)


def _stamped(line: bytes) -> tuple[int, str]:
    stamp, _, text = line.decode(errors="replace").rstrip("\r").partition(" ")
    try:
        # Nine digits of fraction are more than datetime reads.
        moment = datetime.fromisoformat(f"{stamp[:26].rstrip('Z')}+00:00")
    except ValueError:
        return 0, line.decode(errors="replace")
    return int(moment.timestamp() * 1000), text


_fits: type[RunningContainer] = DockerRunning
