"""Container output on its way to CloudWatch Logs: in order, bounded, and nothing lost without a word."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event
from typing import Any

import pytest

from emulator.adapters import cloudwatch
from emulator.adapters.cloudwatch import CloudWatchRuntime
from emulator.model.launch import ContainerLaunch, LogStream

SECONDS = 10
LEFT, RIGHT = LogStream(group="g", name="left"), LogStream(group="g", name="right")


class Exists(Exception):
    """As of the group or stream that is there."""


class Client:
    """CloudWatch Logs, as far as it is asked; keeps what it is given until it may take it."""

    class exceptions:  # noqa: N801 - boto3's
        """As of a boto3 client."""

        ResourceAlreadyExistsException = Exists

    def __init__(self) -> None:
        self.events: dict[str, list[tuple[int, str]]] = {}
        self.opened = Event()

    def create_log_group(self, **_: str) -> None:
        """There is one, whatever its name."""
        raise Exists

    def create_log_stream(self, *, logGroupName: str, logStreamName: str) -> None:  # noqa: N803 - boto3's
        """Begin one."""
        assert "g" == logGroupName
        self.events[logStreamName] = []

    def put_log_events(self, *, logGroupName: str, logStreamName: str, logEvents: list[dict[str, Any]]) -> None:  # noqa: N803 - boto3's
        """Keep them; AWS wants them in order."""
        assert self.opened.wait(SECONDS), logGroupName
        self.events[logStreamName] += [(each["timestamp"], each["message"]) for each in logEvents]


class Chatty:
    """A runtime whose containers write so many lines each, and then end."""

    def __init__(self, lines: int) -> None:
        self.lines, self.ended = lines, Event()

    def start(self, *_: object, **__: object) -> Chatty:
        """Nothing has to be started."""
        return self

    def follow(self) -> Iterator[tuple[int, str]]:
        """All at once."""
        for number in range(self.lines):
            yield number, f"line {number}"
        self.ended.set()


def shipped(lines: int, *streams: LogStream) -> dict[str, list[tuple[int, str]]]:
    """What arrives of containers that write so many lines each before the first is taken."""
    client, runtime = Client(), Chatty(lines)
    anything: Any = runtime
    logged = CloudWatchRuntime(anything, lambda: client)
    for stream in streams:
        runtime.ended.clear()
        logged.start(ContainerLaunch(name="c", image="i", command=("serve",), log_stream=stream))
        assert runtime.ended.wait(SECONDS)
    client.opened.set()
    logged.close()
    return client.events


def test_lines_arrive_in_order() -> None:
    """Each stream has its lines, more than one call takes, and nothing else."""
    events = shipped(2500, LEFT, RIGHT)

    assert {"left", "right"} == set(events)
    assert [(number, f"line {number}") for number in range(2500)] == events["left"] == events["right"]


def test_lines_that_come_too_fast_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of more lines than may wait the oldest are lost; where they are missing, a line says how many."""
    monkeypatch.setattr(cloudwatch, "PUT_LINES", 10)
    monkeypatch.setattr(cloudwatch, "WAITING_BYTES", 100 * (cloudwatch.LINE_BYTES + 10))
    monkeypatch.setattr(cloudwatch, "FLUSH_SECONDS", 0.01)
    events = shipped(1000, LEFT)["left"]
    told = [(at, text) for at, text in events if not text.startswith("line ")]
    lost = sum(int(text.split()[1]) for _, text in told)

    assert 1000 == lost + len(events) - len(told)
    assert lost >= 800
    assert (999, "line 999") == events[-1]
    assert sorted(events, key=lambda event: event[0]) == events
    assert all(text.endswith("lines are missing here; they came faster than they could be stored") for _, text in told)
