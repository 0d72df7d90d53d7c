"""1 to 64 endpoints in one session: the memory of our own process."""

from __future__ import annotations

import gc
import multiprocessing
from contextlib import ExitStack
from typing import Any

from emulator import ContainerDefinition, Model, session
from tests.benchmarks.ground import CSV, ROW, Ground
from tests.benchmarks.measure import Figure, Goal, growth_per_step
from tests.benchmarks.memory import own_megabytes
from tests.benchmarks.outcome import Line, Lines, Outcome, Point

TITLE = "Endpoints"

ABOUT = (
    "Endpoints of one real container each, opened one after the other in one session of a fresh process, and asked "
    "150 times each, so that an endpoint has all the traces it keeps. Counted is what would be free if that process "
    "ended (USS); an endpoint's share is the slope from 1 to the last. There is nothing to hold it against: no other "
    "program was measured that hosts endpoints."
)

COUNTS = (1, 2, 4, 8, 16, 32, 64)
ASKED = 150
MOST_MEGABYTES = 2.0
ROUNDS = 2


def measure(ground: Ground) -> Outcome:
    """In a process of its own each time."""
    counts = COUNTS[:4] if ground.quick else COUNTS
    image, runs = ground.echo, []
    for nth in range(1 if ground.quick else ROUNDS):
        ground.say(f"round {nth + 1}: {counts[-1]} endpoints")
        runs.append(in_another_process(image, counts))
    figure = Figure(
        name=f"memory of an endpoint, 1 to {counts[-1]}",
        unit="MB",
        samples=tuple(growth_per_step(run) for run in runs),
        goal=Goal(of="value", most=MOST_MEGABYTES),
        headline=True,
    )
    lines = tuple(
        Line(name=f"round {nth}", points=tuple(Point(x=count, y=megabytes) for count, megabytes in run))
        for nth, run in enumerate(runs, start=1)
    )
    picture = Lines(title="Memory of our own process (USS)", x="endpoints", y="MB", lines=lines)
    return Outcome(figures=(figure,), pictures=(picture,))


def in_another_process(image: str, counts: tuple[int, ...]) -> list[tuple[float, float]]:
    """Endpoints and megabytes, for each count."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=grow, args=(image, counts, theirs))
    process.start()
    theirs.close()
    try:
        found: list[tuple[float, float]] = ours.recv()
    except EOFError as ended:
        raise RuntimeError("the process that opened the endpoints ended; its complaint stands above") from ended
    finally:
        process.join()
    return found


def grow(image: str, counts: tuple[int, ...], pipe: Any) -> None:
    """Open endpoints up to each count, ask them, and look at the memory."""
    model, found, opened_so_far = Model(containers=(ContainerDefinition(image),)), [], 0
    with session() as opened, ExitStack() as stack:
        for count in counts:
            for _ in range(opened_so_far, count):
                endpoint = stack.enter_context(opened.endpoint(model))
                for _ in range(ASKED):
                    endpoint.invoke(ROW, content_type=CSV)
            opened_so_far = count
            gc.collect()
            found.append((float(count), own_megabytes()))
        pipe.send(found)
