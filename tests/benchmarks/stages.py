"""Pipelines of 1 to 15 containers: what each further stage costs."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from emulator import ContainerDefinition, Model, limits, session
from emulator.hosting.endpoint import Endpoint
from emulator.model.event import ignore
from tests.benchmarks.clients import RawClient
from tests.benchmarks.gateway import gateway, through
from tests.benchmarks.ground import CSV, ROW, Ground
from tests.benchmarks.measure import Figure, Goal, Load, Reference, Spread, growth_per_step, in_turns
from tests.benchmarks.outcome import Line, Lines, Outcome, Point
from tests.benchmarks.payload import API, HTTP, RAW, Ask, times

TITLE = "Stages"

ABOUT = (
    "Fifteen real containers of a small image that answers with what it was sent, launched as one pipeline; a "
    "pipeline of n stages is the first n of them. One client, one CSV row. The goal is a cost per stage that stays "
    "as it is: the slope over stages 8 to 15 is held against the slope over stages 1 to 8."
)

COUNTS = (1, 2, 4, 6, 8, 10, 12, 15)
BEND = 8
SECONDS = 0.4
MOST_STEEPER = 1.25


def measure(ground: Ground) -> Outcome:
    """All counts, three ways."""
    model = Model(containers=tuple(ContainerDefinition(ground.echo) for _ in range(limits.CONTAINERS)))
    found: dict[str, dict[int, list[Load]]] = {RAW: {}, API: {}, HTTP: {}}
    ground.say(f"launching {limits.CONTAINERS} containers")
    with session() as opened, opened.endpoint(model) as endpoint:
        addresses = [each.address for each in endpoint.containers]
        with gateway(addresses) as (front, _):
            hops = [RawClient(each, limits.INVOCATIONS) for each in addresses]
            for count in COUNTS:
                ground.say(f"{count} stages")
                chain = replace(endpoint.chain, containers=endpoint.containers[:count])
                shorter = Endpoint(chain, world=opened.world, emit=ignore)
                asks: dict[str, Ask] = {
                    RAW: partial(one_after_the_other, hops[:count]),
                    API: partial(shorter.invoke, ROW, content_type=CSV),
                    HTTP: partial(through(front, count).post, ROW, CSV),
                }
                turns = {name: partial(times, ask, ground.seconds(SECONDS)) for name, ask in asks.items()}
                for name, loads in in_turns(turns, rounds=ground.rounds).items():
                    found[name][count] = loads
    figures = [each for way in (API, HTTP) for each in figures_of(way, found)]
    picture = Lines(
        title="Median latency by number of stages",
        x="stages",
        y="ms",
        lines=tuple(
            Line(
                name=name,
                points=tuple(
                    Point.of(count, Spread.of([each.at(50) for each in loads])) for count, loads in by.items()
                ),
            )
            for name, by in found.items()
        ),
    )
    return Outcome(figures=tuple(figures), pictures=(picture,))


def figures_of(way: str, found: dict[str, dict[int, list[Load]]]) -> list[Figure]:
    """The cost of a stage, and whether it stays the same."""
    rounds = range(len(found[way][COUNTS[0]]))
    return [
        Figure(
            name=f"a stage, {way}: p50",
            unit="ms",
            samples=tuple(slope(found[way], nth, COUNTS[0], COUNTS[-1]) for nth in rounds),
            reference=Reference(
                name=RAW, samples=tuple(slope(found[RAW], nth, COUNTS[0], COUNTS[-1]) for nth in rounds)
            ),
        ),
        Figure(
            name=f"a stage of the stages 8 to 15, {way}: p50",
            unit="ms",
            samples=tuple(slope(found[way], nth, BEND, COUNTS[-1]) for nth in rounds),
            reference=Reference(
                name="a stage of the stages 1 to 8",
                samples=tuple(slope(found[way], nth, COUNTS[0], BEND) for nth in rounds),
            ),
            goal=Goal(of="ratio", most=MOST_STEEPER),
            headline=way == API,
        ),
    ]


def slope(by_count: dict[int, list[Load]], nth: int, first: int, last: int) -> float:
    """Milliseconds that each further stage took in one round."""
    return growth_per_step([(n, loads[nth].at(50)) for n, loads in by_count.items() if first <= n <= last])


def one_after_the_other(hops: list[RawClient]) -> None:
    """As the client of a chain would have to."""
    data, kind = ROW, CSV
    for hop in hops:
        data, kind = hop.post(data, kind)
