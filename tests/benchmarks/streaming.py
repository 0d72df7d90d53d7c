"""InvokeEndpointWithResponseStream: how long the first piece of an answer takes."""

from __future__ import annotations

from functools import partial

from emulator import ContainerDefinition, Model, limits, session
from tests.benchmarks.clients import RawClient
from tests.benchmarks.gateway import gateway, through
from tests.benchmarks.ground import CSV, ROW, Ground
from tests.benchmarks.measure import Figure, Goal, Load, Reference, in_turns, pooled
from tests.benchmarks.outcome import Outcome, Range, Ranges

TITLE = "Streaming"

ABOUT = (
    "A real container that answers in five pieces, 10 ms apart. Raw is a bare socket to the container, the other the "
    "same socket to InvokeEndpointWithResponseStream of the gateway; counted are milliseconds until the first byte of "
    "the first piece is there. The whole answer takes over 40 ms, so a gateway that collected it would show."
)

CHUNKS, PAUSE = 5, 0.01
EXCHANGES = 20

RAW, STREAM = "raw container", "gateway, response stream"


def measure(ground: Ground) -> Outcome:
    """Both, in turns."""
    asked = f"chunks={CHUNKS};pause={PAUSE}"
    model = Model(containers=(ContainerDefinition(ground.echo),))
    with session() as opened, opened.endpoint(model) as endpoint:
        address = endpoint.containers[0].address
        with gateway([address]) as (front, _):
            header = f"X-Amzn-SageMaker-Custom-Attributes: {asked}\r\n"
            clients = {
                RAW: RawClient(address, limits.INVOCATIONS, header),
                STREAM: through(front, 1, streaming=True, attributes=asked),
            }
            turns = {name: partial(first_pieces, client) for name, client in clients.items()}
            found = in_turns(turns, rounds=max(3, ground.rounds), say=ground.say)
    figure = Figure(
        name="first piece of a stream, gateway: p50",
        unit="ms",
        samples=tuple(each.at(50) for each in found[STREAM]),
        reference=Reference(name=RAW, samples=tuple(each.at(50) for each in found[RAW])),
        goal=Goal(of="difference", most=1.5),
        headline=True,
    )
    rows = tuple(Range(name=name, percentiles=pooled(loads)) for name, loads in found.items())
    return Outcome(figures=(figure,), pictures=(Ranges(title="Until the first piece", unit="ms", rows=rows),))


def first_pieces(client: RawClient) -> Load:
    """Some exchanges."""
    latencies = []
    for _ in range(EXCHANGES):
        seconds, status, data = client.stream(ROW, CSV)
        if status != 200:
            raise RuntimeError(data)
        latencies.append(seconds * 1000)
    return Load(latencies=tuple(latencies), rate=0.0)
