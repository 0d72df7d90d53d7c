"""What fuzzing costs beside asking.

Against one container, in turns: a search for a counterexample, and the bodies that it sent, in the same order, from a
bare loop of ``http.client`` over one connection.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from time import perf_counter

from containers import abalone
from emulator import session
from emulator.adapters.raw_http import SocketHttp
from emulator.fuzz.case import Question
from emulator.fuzz.property import Property, properties
from emulator.fuzz.search import Search
from emulator.fuzz.service import targeted
from emulator.fuzz.target import Target
from emulator.model.finding import Probe
from emulator.model.hosting import ContainerDefinition, Model
from emulator.model.launch import Address
from emulator.ports import World
from emulator.strategies import learnt_from
from tests.benchmarks.ground import CSV, Ground
from tests.benchmarks.measure import Figure, Reference, in_turns

KEPT = 5000
"""Bodies that the bare loop sends over and over."""

FEATURES = "-1.31{0},-1.13{0},-1.04{0},-1.18{0},-1.13{0},-1.15{0},-1.13{0},0.0,1.0,0.0\n"

ROWS = {
    "featurizer": "".join(f"{sex},0.4{n},0.3{n},0.1,0.3{n},0.1,0.07,0.1\n" for n, sex in enumerate("MFI" * 5)),
    "predictor": "".join(FEATURES.format(each) for each in range(9)),
}

SECONDS = 1.5
ROUNDS = 3


class Ear:
    """Remembers what a target is asked."""

    def __init__(self, target: Target) -> None:
        self.questions: list[Question] = []
        self._ask_all = target.ask_all
        target.ask_all = self.ask_all  # type: ignore[method-assign]

    def ask_all(self, questions: Sequence[Question], *, at_once: int = 4) -> list[Probe]:
        """As the target."""
        if len(self.questions) < KEPT:
            self.questions += questions
        return self._ask_all(questions, at_once=at_once)


def figures(ground: Ground) -> Iterator[Figure]:
    """Requests per second of a search, for both images, for one property and for all of them."""
    seconds = ground.seconds(SECONDS)
    every = properties()
    for name in ROWS:
        with image(ground, name) as (target, world, rows):
            search = Search(schema=learnt_from(rows, CSV), target=target, clock=world.clock)
            for what, chosen, share in (("one property", every[:1], 1), ("all properties", every, 3)):
                ground.say(f"byoc fuzz, {name}, {what}")
                ear = Ear(target)
                searched = searching(target, search, chosen, seconds * share)
                searched()  # warm, and known by its questions
                address = target.endpoint.containers[0].address
                questions = tuple(ear.questions)
                found = in_turns(
                    {"search": searched, "loop": lambda a=address, q=questions: bare(a, q, seconds)},  # type: ignore[misc]
                    rounds=min(ROUNDS, ground.rounds),
                )
                yield Figure(
                    name=f"byoc fuzz, {name}, {what}",
                    unit="1/s",
                    samples=tuple(found["search"]),
                    reference=Reference(name="bare loop", samples=tuple(found["loop"])),
                )


@contextmanager
def image(ground: Ground, name: str) -> Iterator[tuple[Target, World, bytes]]:
    """An image in service, and rows for it."""
    tag, data = {
        "featurizer": (abalone.FEATURIZER, ground.trained.featurizer),
        "predictor": (abalone.PREDICTOR, ground.trained.predictor),
    }[name]
    model = Model(containers=(ContainerDefinition(tag, model_data_url=data),))
    with session() as opened, targeted(opened, model, SocketHttp()) as target:
        yield target, opened.world, ROWS[name].encode()


def bare(address: Address, questions: Sequence[Question], seconds: float) -> float:
    """Requests per second of the cheapest loop."""
    connection = HTTPConnection(address.host, address.port)
    bodies = [
        (each.body, {} if each.content_type is None else {"Content-Type": each.content_type}) for each in questions
    ]
    asked, began = 0, perf_counter()
    while perf_counter() - began < seconds:
        body, headers = bodies[asked % len(bodies)]
        connection.request("POST", "/invocations", body, headers)
        connection.getresponse().read()
        asked += 1
    rate = asked / (perf_counter() - began)
    connection.close()
    return rate


def searching(target: Target, search: Search, chosen: Sequence[Property], seconds: float) -> Callable[[], float]:
    """Requests per second of a search."""

    def rate() -> float:
        shares, before, began = sum(each.share for each in chosen), target.asked, perf_counter()
        for each in chosen:
            if found := search.run(each, seconds=seconds * each.share / shares):
                raise RuntimeError(f"this image is not sound: {found[0].violation.what}")
        return (target.asked - before) / (perf_counter() - began)

    return rate
