"""Progress, line by line."""

from __future__ import annotations

import pytest

from emulator.cli.show import described, progress
from emulator.model.event import (
    ContainerStarted,
    ContainerStopped,
    Event,
    InService,
    ModelDataReady,
    Notice,
    PingAnswered,
    Restarting,
    StatusChanged,
)

NOTICE = Notice(subject="primary", text="._a is [macOS] metadata")


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (
            ModelDataReady(subject="primary", uri="s3://b/m.tar.gz", seconds=1.234),
            "primary: model data from s3://b/m.tar.gz in 1.23 s",
        ),
        (
            ContainerStarted(subject="primary", image="i:1", container_id="0123456789abcdef", seconds=0.5),
            "primary: started i:1 as 0123456789ab in 0.50 s",
        ),
        (PingAnswered(subject="primary", outcome="503", seconds_since_start=1), ""),
        (
            PingAnswered(subject="primary", outcome="200", seconds_since_start=1),
            "primary: GET /ping -> 200 after 1.00 s",
        ),
        (InService(subject="iris", seconds=2), "iris: InService after 2.00 s"),
        (
            ContainerStopped(subject="primary", exit_code=0, killed=False, seconds=0.1),
            "primary: stopped in 0.10 s (exit 0)",
        ),
        (
            ContainerStopped(subject="primary", exit_code=None, killed=True, seconds=30),
            "primary: stopped in 30.00 s (killed, as it ignored SIGTERM)",
        ),
        (NOTICE, "primary: warning: ._a is [macOS] metadata"),
        (StatusChanged(subject="ep", status="Updating"), "ep: Updating"),
        (StatusChanged(subject="ep", status="Failed", problem="it broke."), "ep: Failed: it broke."),
        (
            Restarting(subject="AllTraffic", endpoint="ep", cause="primary stopped by itself (exit 1)."),
            "ep: the containers of AllTraffic are replaced, as primary stopped by itself (exit 1).",
        ),
        (Event(subject="primary"), ""),
    ],
    ids=[
        "data",
        "start",
        "refused ping",
        "ping",
        "service",
        "stop",
        "kill",
        "notice",
        "status",
        "failure",
        "restart",
        "other",
    ],
)
def test_event_is_described(event: Event, text: str) -> None:
    """Each event that is news to a person is one line."""
    assert text == described(event)


@pytest.mark.parametrize("quiet", [False, True])
def test_quiet_leaves_warnings(capsys: pytest.CaptureFixture[str], quiet: bool) -> None:
    """Progress goes to standard error as it is written, brackets and all; quiet leaves the warnings."""
    with progress(quiet=quiet) as emit:
        emit(InService(subject="iris", seconds=2))
        emit(NOTICE)
    written = capsys.readouterr()

    warning = "primary: warning: ._a is [macOS] metadata\n"
    assert ("", warning if quiet else f"iris: InService after 2.00 s\n{warning}") == (written.out, written.err)
