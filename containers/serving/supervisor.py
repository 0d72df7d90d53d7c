"""Process 1: starts nginx and gunicorn, ends with whichever ends first, and drains when told to stop.

Signals are waited for rather than handled, so that nothing here runs at a surprising moment. The order of a
stop is what keeps it loss-free: nginx closes its doors and sees every request through while gunicorn still
answers, and only then is gunicorn told.
"""

import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from serving import nginx, roll_call, workers
from serving.settings import SettingError, Settings

# SIGKILL follows SIGTERM after 30 s (your-algorithms-inference-code, "How SageMaker stops containers").
DRAIN = 25.0
FAREWELL = 4.0

_AWAITED = {signal.SIGTERM, signal.SIGINT, signal.SIGCHLD}


class Child:
    """One server process and, once it has ended, its exit code."""

    def __init__(self, name: str, command: list[str], variables: Mapping[str, str] | None = None) -> None:
        self.name = name
        self.exit_code: int | None = None
        # Blocked signals would be inherited, and a terminal's Ctrl-C must reach process 1 only.
        self.pid = os.posix_spawnp(command[0], command, {**os.environ, **(variables or {})}, setsigmask=[], setpgroup=0)

    def send(self, number: signal.Signals) -> None:
        """Signal the process if it is still there."""
        if self.exit_code is None:
            os.kill(self.pid, number)


def main() -> int:
    """Serve until told to stop (exit code 0) or until one of the servers ends on its own (1)."""
    signal.pthread_sigmask(signal.SIG_BLOCK, _AWAITED)
    try:
        settings = Settings.read(os.environ)
    except SettingError as error:
        print(f"serve: {error}", file=sys.stderr, flush=True)
        return 2
    scratch = Path(tempfile.mkdtemp(prefix="serving-", dir="/tmp"))
    try:
        return _serve(settings, scratch)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _serve(settings: Settings, scratch: Path) -> int:
    upstream = scratch / "workers.sock"
    ready = scratch / "ready"
    ready.mkdir()
    front = Child(
        "nginx",
        nginx.command(
            scratch=scratch, upstream=upstream, port=settings.port, invocations_at_once=workers.INVOCATIONS_AT_ONCE
        ),
    )
    back = Child(
        "gunicorn",
        workers.command(program=Path(__file__).parents[1], scratch=scratch, socket=upstream, workers=settings.workers),
        {roll_call.FOLDER: str(ready), roll_call.WORKERS: str(settings.workers)},
    )
    children = (front, back)
    while all(child.exit_code is None for child in children):
        if signal.sigwait(_AWAITED) == signal.SIGCHLD:
            _reap(children)
        else:
            _drain(front, back)
            return 0
    for child in children:
        if child.exit_code is not None:
            print(f"serve: {child.name} ended with {child.exit_code}, stopping", file=sys.stderr, flush=True)
    for child in children:
        child.send(signal.SIGTERM)
    _await_end(children, within=FAREWELL)
    return 1


def _drain(front: Child, back: Child) -> None:
    front.send(signal.SIGQUIT)
    if not _await_end([front], among=[front, back], within=DRAIN):
        print(f"serve: requests still running after {DRAIN:g} s were cut off", file=sys.stderr, flush=True)
        front.send(signal.SIGTERM)
    back.send(signal.SIGTERM)
    _await_end([front, back], within=FAREWELL)


def _await_end(leaving: Sequence[Child], *, within: float, among: Sequence[Child] = ()) -> bool:
    """Wait for these to end; past the deadline say no, having killed them unless others go on."""
    deadline = time.monotonic() + within
    while any(child.exit_code is None for child in leaving):
        left = deadline - time.monotonic()
        if left <= 0:
            if not among:
                for child in leaving:
                    child.send(signal.SIGKILL)
            return False
        signal.sigtimedwait({signal.SIGCHLD}, left)
        _reap(among or leaving)
    return True


def _reap(children: Sequence[Child]) -> None:
    """Collect every process that has ended, including orphans, which process 1 inherits."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        for child in children:
            if child.pid == pid:
                child.exit_code = os.waitstatus_to_exitcode(status)
