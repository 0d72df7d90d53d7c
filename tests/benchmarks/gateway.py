"""What the gateway costs: a script, as times on a busy machine are no assertions.

    python -m tests.benchmarks.gateway [pipeline|predictor|wooden] [--rounds 7] [--seconds 2] [--own-core]

The same containers are asked over raw sockets (hop by hop, as the client of a chain
would have to), through the Python API, and through the gateway in a process of its own,
in turns within one run. Only the ratios and differences mean something. With
``--own-core`` the containers have the first core to themselves, as on an instance;
without it, they share all cores with the clients and the gateway.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from threading import Event, Thread
from time import perf_counter
from typing import Any

import click
import docker

from containers import abalone
from emulator import limits, session
from emulator.adapters.clock import MonotonicClock
from emulator.adapters.loop_http import LoopSender
from emulator.adapters.ownership import LABEL
from emulator.assemble import wooden_session
from emulator.hosting.endpoint import Endpoint
from emulator.hosting.instance import HostedContainer
from emulator.hosting.pipeline import Chain
from emulator.hosting.relay import Relay
from emulator.model.event import ignore
from emulator.model.hosting import Account, ContainerDefinition, Model
from emulator.model.launch import Address
from emulator.model.rules import HostingRules
from emulator.server.control_api import ControlApi
from emulator.server.gateway import Gateway
from emulator.server.runtime import Runtime
from emulator.server.serve import serving
from emulator.testing import Answer, Script

ROW = b"I,0.365,0.295,0.095,0.25,0.1075,0.0545,0.08"
FEATURES = b"-1.3195,-1.1324,-1.0453,-1.1805,-1.1332,-1.1524,-1.1358,0.0,1.0,0.0"
CSV = "text/csv"
SIGNED = (
    "X-Amz-Date: 20260101T000000Z\r\nAuthorization: AWS4-HMAC-SHA256 Credential=byoc/20260101/us-east-1/sagemaker/"
    f"aws4_request, SignedHeaders=host;x-amz-date, Signature={'0' * 64}\r\n"
)

Exchange = Callable[[], None]


class RawClient:
    """The cheapest client there is, so that what is measured is the server."""

    def __init__(self, address: Address, path: str, extra: str = "") -> None:
        self._address = (address.host, address.port)
        self._head = f"POST {path} HTTP/1.1\r\nHost: model.aws.local:8080\r\n{extra}"
        self._socket = self._connected()

    def post(self, body: bytes, kind: str) -> tuple[bytes, str]:
        """The reply's body and type."""
        head = f"{self._head}Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
        self._socket.sendall(head.encode() + body)
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._received()
        raw, _, reply = data.partition(b"\r\n\r\n")
        lines = raw.decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}
        while len(reply) < int(headers["content-length"]):
            reply += self._received()
        if " 200 " not in lines[0]:
            raise RuntimeError(f"{lines[0]}: {reply!r}")
        if headers.get("connection") == "close":  # nginx does so after 1,000 requests
            self._socket.close()
            self._socket = self._connected()
        return reply, headers.get("content-type", "")

    def _received(self) -> bytes:
        data = self._socket.recv(65536)
        if not data:
            raise RuntimeError("the server hung up")
        return data

    def _connected(self) -> socket.socket:
        made = socket.create_connection(self._address)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return made


class Fixed:
    """Knows one chain: of containers that another process started."""

    def __init__(self, addresses: Sequence[Address]) -> None:
        nobody: Any = None
        hosted = [HostedContainer(name=str(each), address=each, running=nobody) for each in addresses]
        self._chain = Chain(
            containers=hosted, endpoint="bench", variant="AllTraffic", account=Account(), rules=HostingRules()
        )

    def chain_for(self, *_: object) -> Chain:
        """The chain."""
        return self._chain


def serve(addresses: Sequence[Address], pipe: Any) -> None:
    """The gateway before these containers, until the pipe closes; tells its address and, when asked, its CPU time."""
    nobody: Any = None
    relay = Relay(sender=LoopSender(MonotonicClock()), clock=MonotonicClock(), emit=ignore)
    runtime = Runtime(Fixed(addresses), relay, payload_bytes=limits.PAYLOAD_BYTES)
    others: Any = type("Nothing", (), {"close": lambda self: None})()
    with serving(Gateway(ControlApi(nobody), runtime, others)) as url:
        pipe.send(url)
        while pipe.recv():
            spent = os.times()
            pipe.send(spent.user + spent.system)


@contextmanager
def gateway(addresses: Sequence[Address]) -> Iterator[tuple[Address, Callable[[], float]]]:
    """A gateway in another process: its address, and what tells the CPU seconds it has used."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(addresses, theirs))
    process.start()
    host, _, port = ours.recv().removeprefix("http://").partition(":")

    def spent() -> float:
        ours.send(True)
        seconds: float = ours.recv()
        return seconds

    try:
        yield Address(host=host, port=int(port)), spent
    finally:
        ours.send(False)
        process.join()


@contextmanager
def subject(name: str) -> Iterator[tuple[Endpoint, bytes]]:
    """An endpoint, and a body for it."""
    if name == "wooden":
        images = {"wooden": Script(invocations=Answer(body=b"0.5", headers={"Content-Type": CSV}))}
        model = Model(containers=(ContainerDefinition("wooden"),))
        with wooden_session(images) as opened, opened.endpoint(model) as endpoint:
            yield endpoint, ROW
        return
    with TemporaryDirectory(prefix="byoc-bench-") as folder, session() as opened:
        abalone.build(opened)
        trained = abalone.train(opened, abalone.split(), Path(folder))
        lone = Model(containers=(ContainerDefinition(abalone.PREDICTOR, model_data_url=trained.predictor),))
        model = lone if name == "predictor" else abalone.pipeline(trained)
        with opened.endpoint(model) as endpoint:
            yield endpoint, FEATURES if name == "predictor" else ROW


def part_cores() -> None:
    """The first core for the emulator's containers, the others for this process and its children."""
    for container in docker.from_env().containers.list(filters={"label": LABEL}):
        container.update(cpuset_cpus="0")
    os.sched_setaffinity(0, range(1, os.cpu_count() or 2))


def load(make: Callable[[], Exchange], *, clients: int, seconds: float) -> list[float]:
    """The latencies of ``clients`` at once for so long."""
    latencies: list[float] = []
    over = Event()

    def work(exchange: Exchange) -> None:
        mine = []
        while not over.is_set():
            began = perf_counter()
            exchange()
            mine.append(perf_counter() - began)
        latencies.extend(mine)

    threads = [Thread(target=work, args=(make(),)) for _ in range(clients)]
    for each in threads:
        each.start()
    over.wait(seconds)
    over.set()
    for each in threads:
        each.join()
    return latencies


def main() -> None:
    """Measure in turns, print medians over the rounds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("subject", nargs="?", default="pipeline", choices=["pipeline", "predictor", "wooden"])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--own-core", action="store_true")
    options = parser.parse_args()
    with subject(options.subject) as (endpoint, body):
        if options.own_core:
            part_cores()
        addresses = [each.address for each in endpoint.containers]
        with gateway(addresses) as (address, spent):

            def raw() -> Exchange:
                hops = [RawClient(each, limits.INVOCATIONS) for each in addresses]

                def exchange() -> None:
                    data, kind = body, CSV
                    for hop in hops:
                        data, kind = hop.post(data, kind)

                return exchange

            def api() -> Exchange:
                return lambda: (endpoint.invoke(body, content_type=CSV), None)[1]

            def through() -> Exchange:
                client = RawClient(address, "/endpoints/bench/invocations", SIGNED)
                return lambda: (client.post(body, CSV), None)[1]

            compare({"raw": raw, "Python API": api, "gateway": through}, spent, options.rounds, options.seconds)


def compare(ways: dict[str, Callable[[], Exchange]], spent: Callable[[], float], rounds: int, seconds: float) -> None:
    """One line a way, for 1 and for 8 clients."""
    for clients in (1, 8):
        found: dict[str, list[tuple[float, ...]]] = {name: [] for name in ways}
        for _ in range(rounds):
            base: tuple[float, ...] = ()
            for name, make in ways.items():
                before = spent()
                times = load(make, clients=clients, seconds=seconds)
                used = (spent() - before) / len(times) * 1e6
                p50, p95, rate = median(times) * 1000, quantiles(times, n=20)[-1] * 1000, len(times) / seconds
                base = base or (p50, rate)
                found[name].append((p50, p95, rate, p50 - base[0], rate / base[1], used))
        click.echo(f"\n{clients} client(s): medians of {rounds} rounds of {seconds:g} s")
        for name, rows in found.items():
            p50, p95, rate, more, ratio, used = (median(column) for column in zip(*rows, strict=True))
            click.echo(
                f"  {name:<11} p50 {p50:7.2f} ms  p95 {p95:7.2f} ms  {rate:7.0f}/s"
                f"  raw {more:+6.2f} ms  throughput x {ratio:.3f}  gateway CPU {used:4.0f} us a request"
            )


if __name__ == "__main__":
    main()
