"""Made-up results: no test here measures anything."""

from __future__ import annotations

import pytest

from tests.benchmarks.measure import Figure, Goal, Reference
from tests.benchmarks.outcome import Bar, Bars, Kept, Line, Lines, Outcome, Picture, Point, Range, Ranges

PICTURES: tuple[Picture, ...] = (
    Lines(
        title="Latency by size",
        x="kB",
        y="ms",
        lines=(
            Line(
                name="raw", points=(Point(x=1.0, y=0.5, low=0.4, high=0.6), Point(x=1000.0, y=5.0, low=4.0, high=6.0))
            ),
            Line(name="byoc", points=(Point(x=1.0, y=0.7), Point(x=1000.0, y=6.0))),
        ),
        log_x=True,
        log_y=True,
        marks=(10.0,),
        mark="a container is killed",
    ),
    Ranges(title="Latencies", unit="ms", rows=(Range(name="raw, 1", percentiles=(1.0, 2.0, 3.0, 4.0, 5.0, 9.0)),)),
    Bars(title="Throughput", unit="1/s", rows=(Bar(name="raw, 1", low=90.0, median=100.0, high=105.0),)),
)


@pytest.fixture
def figure() -> Figure:
    """A launch that is 10 % slower than the floor, and may be 5 %."""
    return Figure(
        name="launch",
        unit="s",
        samples=(1.1, 2.2, 1.1),
        reference=Reference(name="docker run", samples=(1.0, 2.0, 1.0)),
        goal=Goal(of="ratio", most=1.05),
    )


@pytest.fixture
def kept(figure: Figure) -> dict[str, Kept]:
    """Two subjects: one with a missed goal and every kind of picture, one with a headline."""
    headline = Figure(name="memory", unit="MB", samples=(1.5,), goal=Goal(of="value", most=2.0), headline=True)
    plain = Figure(name="traffic", unit="", samples=(12345.0,))
    told = {"about": "What it is. <b>Bold</b>.", "date": "2026-01-02T03:04:05Z", "rounds": 3, "quick": False}
    machine = {"cores": "2", "engine": "Docker 1.2.3"}
    return {
        name: Kept(
            name=name,
            title=name.title(),
            seconds=12.5,
            machine=machine,
            outcome=outcome,
            **told,  # type: ignore[arg-type]
        )
        for name, outcome in (
            ("launch", Outcome(figures=(figure,), pictures=PICTURES, versions={"SageMaker SDK": "2.0"})),
            ("endpoints", Outcome(figures=(headline, plain), notes=("Not all of it was measured.",))),
        )
    }
