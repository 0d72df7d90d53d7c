"""Progress on standard error: a moving line on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from rich.console import Console
from rich.status import Status

from emulator.adapters.clock import MonotonicClock
from emulator.model.event import (
    CellFinished,
    CellWorking,
    CheckFinished,
    ContainerStarted,
    ContainerStopped,
    Emit,
    Event,
    ImageReading,
    InService,
    ModelDataReady,
    Notice,
    PingAnswered,
    Recorded,
    Restarting,
    Searching,
    StatusChanged,
    Training,
)

PLAIN_SECONDS = 5.0
"""Where nothing can move, a line says so often that something is under way."""


@contextmanager
def progress(*, quiet: bool = False) -> Iterator[Emit]:
    """A listener that shows what hosting announces; nothing but warnings when ``quiet``."""
    console = Console(stderr=True, highlight=False)
    lock, clock = Lock(), MonotonicClock()
    told = [clock.now()]
    status: Status | None = console.status("starting") if console.is_terminal and not quiet else None

    def show(event: Event) -> None:
        with lock:
            moving = _moving(event)
            if moving and status is not None:
                status.update(moving)
                status.start()
            elif moving and not quiet and clock.now() - told[0] > PLAIN_SECONDS:
                told[0] = clock.now()
                console.print(moving, soft_wrap=True, markup=False)
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


def _moving(event: Event) -> str:
    """What is only worth a word while it lasts."""
    match event:
        case PingAnswered():
            text = f"GET /ping -> {event.outcome}"
        case Searching():
            text = f"{event.name}, {event.asked:,} requests so far"
        case ImageReading():
            text = f"reading which packages are in {event.image}"
        case Training():
            text = f"training in {event.image}"
        case Recorded():
            text = f"answer {event.done:,} of {event.of:,}"
        case CellWorking():
            text = event.text
        case CheckFinished():
            return f"[{event.done}/{event.of}] {event.code} {event.name}: {event.status}"
        case _:
            return ""
    return f"{event.subject}: {text}"


def described(event: Event) -> str:  # noqa: C901 - one sentence a kind of event, nothing else
    """One line about an event; empty where it is no news to a person."""
    match event:
        case ModelDataReady():
            text = f"model data from {event.uri} in {event.seconds:.2f} s"
        case ContainerStarted():
            text = f"started {event.image} as {event.container_id[:12]} in {event.seconds:.2f} s"
        case PingAnswered(outcome="200"):
            text = f"GET /ping -> 200 after {event.seconds_since_start:.2f} s"
        case InService():
            text = f"InService after {event.seconds:.2f} s"
        case ContainerStopped(killed=True):
            text = f"stopped in {event.seconds:.2f} s (killed, as it ignored SIGTERM)"
        case ContainerStopped():
            text = f"stopped in {event.seconds:.2f} s (exit {event.exit_code})"
        case Notice():
            text = f"warning: {event.text}"
        case StatusChanged():
            text = event.status + (f": {event.problem}" if event.problem else "")
        case CheckFinished(status="failed" | "errored"):
            return f"[{event.done}/{event.of}] {event.subject}: {event.code} {event.name} {event.status}"
        case CellFinished():
            return f"[{event.done}/{event.of}] {event.subject}: {event.verdict}"
        case Restarting():
            return f"{event.endpoint}: the containers of {event.subject} are replaced, as {event.cause}"
        case _:
            return ""
    return f"{event.subject}: {text}"


def write_body(body: bytes) -> None:
    """A reply's bytes on standard output, unmodified; a newline is added on a terminal only."""
    sys.stdout.buffer.write(body)
    if sys.stdout.isatty() and not body.endswith(b"\n"):
        sys.stdout.buffer.write(b"\n")
    sys.stdout.buffer.flush()
