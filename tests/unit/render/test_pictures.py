"""Where the marks of the pictures stand."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from emulator.model.report import Moment, Portrait, Report
from emulator.render.pictures import PLOT_BOTTOM, PLOT_TOP, latency_plot, timeline

SECONDS = st.floats(0, 3600, allow_nan=False)


def test_timeline_of_a_start(report: Report) -> None:
    """Pings with 200 are good, others bad, all else plain; equal ones in a row are one line of the list."""
    line = timeline(report.containers[0])

    assert line is not None
    assert ["plain", "bad", "bad", "bad", "good", "good"] == [dot.kind for dot in line.dots]
    assert [("0.31 s", "0.31 s", 1), ("0.50 s", "1.50 s", 3), ("2.10 s", "2.60 s", 2)] == [
        (row.since, row.until, row.times) for row in line.rows
    ]
    assert ["0 s", "1 s", "2 s"] == [tick.label for tick in line.ticks]
    assert line.dots[4].x == line.healthy
    assert "Start-up of container-1: 5 pings, healthy after 2.1 s." == line.alt


def test_timeline_of_nothing(report: Report) -> None:
    """A container that was not started has no timeline; one that never was healthy says so."""
    started, untouched = report.containers
    never = timeline(replace(started, healthy_after=None))

    assert timeline(untouched) is None
    assert never is not None
    assert never.healthy is None
    assert never.alt.endswith("none answered with 200.")


def test_plot_of_some_requests() -> None:
    """A dot a request, the slower the higher, and both percentiles."""
    plot = latency_plot([0.010, 0.020, 0.030])

    assert plot is not None
    assert plot.points[0].y > plot.points[1].y > plot.points[2].y
    assert ["p95 29.0 ms", "p50 20.0 ms"] == [level.label for level in plot.levels]
    assert "3 sample requests: median 20.0 ms, 95th percentile 29.0 ms, slowest 30.0 ms." == plot.alt


def test_plot_of_one_request_and_of_none() -> None:
    """One request is its own percentile; without any there is no plot."""
    plot = latency_plot([0.5])

    assert latency_plot([]) is None
    assert plot is not None
    assert ["p50 = p95 = 0.5 s"] == [level.label for level in plot.levels]


@given(st.lists(SECONDS, max_size=200))
def test_plot_stays_inside(seconds: list[float]) -> None:
    """Every dot is inside the picture, and labels of the percentiles do not touch."""
    plot = latency_plot(seconds)
    if plot is None:
        return

    assert all(0 <= each.x <= 100 and PLOT_TOP <= each.y <= PLOT_BOTTOM for each in plot.points)
    labels = [level.label_y for level in plot.levels]
    assert all(later - earlier >= 12 for earlier, later in pairwise(labels))


@given(st.lists(SECONDS, max_size=50), st.none() | SECONDS)
def test_timeline_stays_inside(seconds: list[float], healthy: float | None) -> None:
    """Every dot is inside the picture, and ticks are few."""
    moments = tuple(Moment(each, "GET /ping -> 503") for each in sorted(seconds))
    line = timeline(Portrait(name="primary", image="i", moments=moments, healthy_after=healthy))
    if line is None:
        return

    assert all(0 <= each.x <= 100 for each in line.dots)
    assert 1 <= len(line.ticks) <= 7
