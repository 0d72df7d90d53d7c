"""One request of 1 kB to 6 MB and its reply of the same size, through one container."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from time import perf_counter
from typing import TypeAlias

from emulator import ContainerDefinition, Model, limits, session
from tests.benchmarks.clients import RawClient
from tests.benchmarks.gateway import gateway, through
from tests.benchmarks.ground import CSV, Ground
from tests.benchmarks.measure import Figure, Load, Reference, Spread, in_turns
from tests.benchmarks.outcome import Line, Lines, Outcome, Point

TITLE = "Payload"

ABOUT = (
    "A body of letters to a real container that answers with what it was sent, one client, the three ways in "
    "turns. The largest body is AWS's limit of 6,291,456 bytes; it travels there and back."
)

SIZES = (1_000, 10_000, 100_000, 1_000_000, 3_000_000, limits.PAYLOAD_BYTES)
SECONDS = 0.5
LEAST_EXCHANGES = 5

Ask: TypeAlias = Callable[[], object]

RAW, API, HTTP = "raw container", "Python API", "gateway, plain HTTP"


def measure(ground: Ground) -> Outcome:
    """All sizes, three ways."""
    model = Model(containers=(ContainerDefinition(ground.echo),))
    figures: list[Figure] = []
    lines: dict[str, list[Point]] = {name: [] for name in (RAW, API, HTTP)}
    with session() as opened, opened.endpoint(model) as endpoint:
        address = endpoint.containers[0].address
        with gateway([address]) as (front, _):
            raw, gate = RawClient(address, limits.INVOCATIONS), through(front, 1)
            for size in SIZES:
                ground.say(f"{size:,} bytes")
                body = b"abcdefgh" * (size // 8 + 1)
                body = body[:size]
                asks: dict[str, Ask] = {
                    RAW: partial(raw.post, body, CSV),
                    API: partial(endpoint.invoke, body, content_type=CSV),
                    HTTP: partial(gate.post, body, CSV),
                }
                turns = {name: partial(times, ask, ground.seconds(SECONDS)) for name, ask in asks.items()}
                found = in_turns(turns, rounds=ground.rounds)
                figures += [figure(way, size, found) for way in (API, HTTP)]
                for name, loads in found.items():
                    lines[name].append(Point.of(size / 1000, Spread.of([each.at(50) for each in loads])))
    picture = Lines(
        title="Median latency by body size, there and back",
        x="kB each way",
        y="ms",
        lines=tuple(Line(name=name, points=tuple(points)) for name, points in lines.items()),
        log_x=True,
        log_y=True,
    )
    return Outcome(figures=tuple(figures), pictures=(picture,))


def figure(way: str, size: int, found: dict[str, list[Load]]) -> Figure:
    """The median latency of one size."""
    return Figure(
        name=f"{size:,} bytes, {way}: p50",
        unit="ms",
        samples=tuple(each.at(50) for each in found[way]),
        reference=Reference(name=RAW, samples=tuple(each.at(50) for each in found[RAW])),
    )


def times(ask: Ask, seconds: float) -> Load:
    """Latencies of one client for so long, and at least of five exchanges."""
    latencies: list[float] = []
    started = perf_counter()
    while len(latencies) < LEAST_EXCHANGES or perf_counter() - started < seconds:
        began = perf_counter()
        ask()
        latencies.append((perf_counter() - began) * 1000)
    return Load(latencies=tuple(latencies), rate=len(latencies) / (perf_counter() - started))
