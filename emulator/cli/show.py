"""Progress on standard error: a moving line on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from rich.console import Console
from rich.status import Status

from emulator.model.event import (
    ContainerStarted,
    ContainerStopped,
    Emit,
    Event,
    InService,
    ModelDataReady,
    Notice,
    PingAnswered,
    Restarting,
    StatusChanged,
)


@contextmanager
def progress(*, quiet: bool = False) -> Iterator[Emit]:
    """A listener that shows what hosting announces; nothing but warnings when ``quiet``."""
    console = Console(stderr=True, highlight=False)
    lock = Lock()
    status: Status | None = console.status("starting") if console.is_terminal and not quiet else None

    def show(event: Event) -> None:
        with lock:
            if isinstance(event, PingAnswered) and status is not None:
                status.update(f"{event.subject}: GET /ping -> {event.outcome}")
                return
            line = described(event)
            if line and (not quiet or isinstance(event, Notice)):
                console.print(line, soft_wrap=True, markup=False)
            if isinstance(event, InService) and status is not None:
                status.stop()

    if status is not None:
        status.start()
    try:
        yield show
    finally:
        if status is not None:
            status.stop()


def described(event: Event) -> str:
    """One line about an event; empty where it is no news to a person."""
    if isinstance(event, ModelDataReady):
        return f"{event.subject}: model data from {event.uri} in {event.seconds:.2f} s"
    if isinstance(event, ContainerStarted):
        return f"{event.subject}: started {event.image} as {event.container_id[:12]} in {event.seconds:.2f} s"
    if isinstance(event, PingAnswered) and event.outcome == "200":
        return f"{event.subject}: GET /ping -> 200 after {event.seconds_since_start:.2f} s"
    if isinstance(event, InService):
        return f"{event.subject}: InService after {event.seconds:.2f} s"
    if isinstance(event, ContainerStopped):
        how = "killed, as it ignored SIGTERM" if event.killed else f"exit {event.exit_code}"
        return f"{event.subject}: stopped in {event.seconds:.2f} s ({how})"
    if isinstance(event, Notice):
        return f"{event.subject}: warning: {event.text}"
    return _of_control_plane(event)


def _of_control_plane(event: Event) -> str:
    if isinstance(event, StatusChanged):
        return f"{event.subject}: {event.status}" + (f": {event.problem}" if event.problem else "")
    if isinstance(event, Restarting):
        return f"{event.endpoint}: the containers of {event.subject} are replaced, as {event.cause}"
    return ""


def write_body(body: bytes) -> None:
    """A reply's bytes on standard output, unmodified; a newline is added on a terminal only."""
    sys.stdout.buffer.write(body)
    if sys.stdout.isatty() and not body.endswith(b"\n"):
        sys.stdout.buffer.write(b"\n")
    sys.stdout.buffer.flush()
