"""What fuzzing costs beside asking: a script, as times on a busy machine are no assertions.

    python -m tests.benchmarks.fuzz [featurizer|predictor] [--rounds 7] [--seconds 3]

Within one run and against one container, in turns: a search for a counterexample, and the bodies that it sent, in
the same order, from a bare loop of ``http.client`` over one connection. Only the ratio of requests per second means
something. Once for the property valid-rows-refused, and once for all properties, which share the time.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import click

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

KEPT = 5000
"""Bodies that the bare loop sends over and over."""

FEATURES = "-1.31{0},-1.13{0},-1.04{0},-1.18{0},-1.13{0},-1.15{0},-1.13{0},0.0,1.0,0.0\n"


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


@contextmanager
def subject(name: str) -> Iterator[tuple[Target, World, bytes]]:
    """An image in service, and rows for it."""
    with TemporaryDirectory(prefix="byoc-bench-") as folder, session() as opened:
        abalone.build(opened)
        trained = abalone.train(opened, abalone.split(), Path(folder))
        image, data = {
            "featurizer": (abalone.FEATURIZER, trained.featurizer),
            "predictor": (abalone.PREDICTOR, trained.predictor),
        }[name]
        rows = {
            "featurizer": "".join(
                f"{sex},0.4{each},0.3{each},0.1,0.3{each},0.1,0.07,0.1\n" for each, sex in enumerate("MFI" * 5)
            ),
            "predictor": "".join(FEATURES.format(each) for each in range(9)),
        }[name]
        model = Model(containers=(ContainerDefinition(image, model_data_url=data),))
        with targeted(opened, model, SocketHttp()) as target:
            yield target, opened.world, rows.encode()


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


def main() -> None:
    """Measure in turns, print medians over the rounds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("subject", nargs="?", default="featurizer", choices=["featurizer", "predictor"])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=3.0)
    options = parser.parse_args()
    with subject(options.subject) as (target, world, rows):
        search = Search(schema=learnt_from(rows, "text/csv"), target=target, clock=world.clock)
        every = properties()
        for name, chosen, seconds in (
            ("valid-rows-refused", every[:1], options.seconds),
            ("all properties", every, options.seconds * 4),
        ):
            ear = Ear(target)
            search_rate = searching(target, search, chosen, seconds)
            search_rate()  # warm, and known by its questions
            rates = []
            for _ in range(options.rounds):
                loop = bare(target.endpoint.containers[0].address, ear.questions, seconds)
                rates.append((search_rate(), loop))
            ratios = sorted(searched / loop for searched, loop in rates)
            searched, loop = (median(column) for column in zip(*rates, strict=True))
            click.echo(
                f"{options.subject}, {name}: search {searched:.0f}/s, bare loop {loop:.0f}/s, "
                f"ratio x {median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})"
            )


if __name__ == "__main__":
    main()
