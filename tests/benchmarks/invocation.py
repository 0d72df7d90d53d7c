"""Latency and throughput at 1, 8 and 32 clients, by every way to the same container."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from itertools import cycle
from typing import TypeAlias

from containers import abalone
from emulator import limits, session
from emulator.hosting.endpoint import Endpoint
from tests.benchmarks import local_mode
from tests.benchmarks.clients import RawClient, boto3_runtime
from tests.benchmarks.gateway import gateway, name_of, through
from tests.benchmarks.ground import CSV, FEATURES, ROW, Ground
from tests.benchmarks.load import load
from tests.benchmarks.measure import Figure, Goal, Load, Reference, Spread, in_turns, pooled
from tests.benchmarks.outcome import Bar, Bars, Outcome, Picture, Range, Ranges

TITLE = "Invocation"

ABOUT = (
    "One small CSV row for the XGBoost image, and for the pipeline of both images. Raw is a bare socket to the "
    "container; for the pipeline it asks one container after the other. The gateway runs in a process of its own and "
    "is asked by the same bare socket. boto3 is held against boto3 itself asking the container: its request's path is "
    "replaced on the way out, so that the same client stands on both sides. Local mode has a container of its own. "
    "All clients are threads of one process, which share the cores with the containers."
)

CLIENTS = (1, 8, 32)
SECONDS = 0.8

Asks: TypeAlias = Callable[[], object]
Make: TypeAlias = Callable[[], Asks]
Way: TypeAlias = Callable[[int], Load]
"""A round of load by so many clients."""

RAW, API, HTTP = "raw container", "Python API", "gateway, plain HTTP"
BOTO, BOTO_RAW, LOCAL = "gateway, boto3", "boto3 to the container", "local mode"

REFERENCES = {API: RAW, HTTP: RAW, BOTO: BOTO_RAW}
MOST_ADDED = {API: 0.5, HTTP: 1.5, BOTO: 1.5}  # ms a hop
LEAST_SHARE = 0.9


def measure(ground: Ground) -> Outcome:
    """The predictor alone by all ways, then the pipeline by ours."""
    figures: list[Figure] = []
    pictures: list[Picture] = []
    notes = [f"Local mode was not measured: {reason}."] if (reason := local_mode.lacking()) else []
    if ground.own_core:
        notes.append("The containers had the first core to themselves (--own-core).")
    for name, hops in (("one image", 1), ("pipeline", 2)):
        with ways_to(ground, hops) as ways:
            rows, bars = [], []
            for clients in CLIENTS:
                ground.say(f"{name}, {clients} clients")
                turns = {way: partial(each, clients) for way, each in ways.items()}
                found = in_turns(turns, rounds=ground.rounds)
                figures += figures_of(found, name=name, hops=hops, clients=clients)
                rows += [Range(name=f"{way}, {clients}", percentiles=pooled(each)) for way, each in found.items()]
                bars += [
                    Bar.of(f"{way}, {clients}", Spread.of([load.rate for load in each])) for way, each in found.items()
                ]
        pictures.append(Ranges(title=f"Latency, {name}, by way and clients", unit="ms", rows=tuple(rows)))
        pictures.append(Bars(title=f"Throughput, {name}, by way and clients", unit="1/s", rows=tuple(bars)))
    return Outcome(figures=tuple(figures), pictures=tuple(pictures), notes=tuple(notes))


def figures_of(found: Mapping[str, list[Load]], *, name: str, hops: int, clients: int) -> Iterator[Figure]:
    """What one number of clients says: what each way adds, how much it carries, and what is faster than local mode."""
    crowd = f"{clients} client{'s' * (clients > 1)}"
    for way, reference in REFERENCES.items():
        if way not in found:
            continue
        for percent in (50, 95, 99):
            yield Figure(
                name=f"{name}, {way}, {crowd}: p{percent}" + " a hop" * (hops > 1),
                unit="ms",
                samples=tuple(each.at(percent) / hops for each in found[way]),
                reference=Reference(
                    name=reference, samples=tuple(each.at(percent) / hops for each in found[reference])
                ),
                goal=Goal(of="difference", most=MOST_ADDED[way]) if clients == 1 and percent == 50 else None,
                headline=clients == 1 and percent == 50,
            )
        yield Figure(
            name=f"{name}, {way}, {crowd}: throughput",
            unit="1/s",
            samples=tuple(each.rate for each in found[way]),
            reference=Reference(name=reference, samples=tuple(each.rate for each in found[reference])),
            goal=Goal(of="ratio", least=LEAST_SHARE),
            headline=clients == 8 and hops == 1,
        )
    yield Figure(
        name=f"{name}, {HTTP}, {crowd}: CPU time of the gateway a request",
        unit="ms",
        samples=tuple(each.cpu for each in found[HTTP]),
    )
    if LOCAL in found:
        for way in (API, HTTP, BOTO):
            yield Figure(
                name=f"{name}, {way}, {crowd}: p50 against local mode",
                unit="ms",
                samples=tuple(each.at(50) for each in found[way]),
                reference=Reference(name=LOCAL, samples=tuple(each.at(50) for each in found[LOCAL])),
                goal=Goal(of="ratio", most=1.0),
                headline=clients == 1 and way == BOTO,
            )
            yield Figure(
                name=f"{name}, {way}, {crowd}: throughput against local mode",
                unit="1/s",
                samples=tuple(each.rate for each in found[way]),
                reference=Reference(name=LOCAL, samples=tuple(each.rate for each in found[LOCAL])),
                goal=Goal(of="ratio", least=1.0),
            )


@contextmanager
def ways_to(ground: Ground, hops: int) -> Iterator[dict[str, Way]]:
    """Every way to the predictor alone, or to the pipeline."""
    model = ground.predictor if hops == 1 else abalone.pipeline(ground.trained)
    body, seconds = FEATURES if hops == 1 else ROW, ground.seconds(SECONDS)
    with ExitStack() as stack:
        opened = stack.enter_context(session())
        endpoint = stack.enter_context(opened.endpoint(model))
        if ground.own_core:
            part_cores(ground, stack, endpoint)
        addresses = [each.address for each in endpoint.containers]
        address, spent = stack.enter_context(gateway(addresses))
        makes: dict[str, Make] = {
            RAW: partial(raw, endpoint, body),
            API: lambda: partial(endpoint.invoke, body, content_type=CSV),
            HTTP: lambda: partial(through(address, hops).post, body, CSV),
            BOTO: boto3_asks([boto3_runtime(address) for _ in range(max(CLIENTS))], hops, body),
        }
        if hops == 1:
            direct = [boto3_runtime(addresses[0], path=limits.INVOCATIONS) for _ in range(max(CLIENTS))]
            makes[BOTO_RAW] = boto3_asks(direct, hops, body)
        else:
            del makes[BOTO]  # boto3 cannot ask one container after the other
        ways: dict[str, Way] = {name: partial(under_load, make, seconds) for name, make in makes.items()}
        ways[HTTP] = partial(metered, ways[HTTP], spent)
        if hops == 1 and not local_mode.lacking():
            mode = stack.enter_context(local_mode.local_mode(ground))
            ground.say("deploying in local mode")
            mode.deploy()
            ways[LOCAL] = lambda clients: mode.load(clients=clients, seconds=seconds)
        yield ways


def under_load(make: Make, seconds: float, clients: int) -> Load:
    """A round."""
    latencies, took = load(make, clients=clients, seconds=seconds)
    return Load(latencies=tuple(each * 1000 for each in latencies), rate=len(latencies) / took)


def metered(way: Way, spent: Callable[[], float], clients: int) -> Load:
    """A round, and the CPU time that the gateway spent on it."""
    before = spent()
    found = way(clients)
    return replace(found, cpu=(spent() - before) * 1000 / len(found.latencies))


def raw(endpoint: Endpoint, body: bytes) -> Asks:
    """Asks the containers one after the other, as the client of a chain would have to."""
    hops = [RawClient(each.address, limits.INVOCATIONS) for each in endpoint.containers]

    def asks() -> None:
        data, kind = body, CSV
        for hop in hops:
            data, kind = hop.post(data, kind)

    return asks


def boto3_asks(clients: list[object], hops: int, body: bytes) -> Make:
    """Threads with a boto3 client each, made beforehand, as that takes a tenth of a second."""
    turn = cycle(clients)

    def make() -> Asks:
        client = next(turn)

        def asks() -> None:
            reply = client.invoke_endpoint(EndpointName=name_of(hops), ContentType=CSV, Body=body)  # type: ignore[attr-defined]
            reply["Body"].read()

        return asks

    return make


def part_cores(ground: Ground, stack: ExitStack, endpoint: Endpoint) -> None:
    """The first core for these containers, the others for this process and its children, until the end."""
    cores = os.sched_getaffinity(0)
    stack.callback(os.sched_setaffinity, 0, cores)
    for each in endpoint.containers:
        ground.engine.containers.get(each.running.container_id).update(cpuset_cpus="0")
    os.sched_setaffinity(0, cores - {0})
