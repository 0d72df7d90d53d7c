"""So many clients at once, for so long; standard library only, as local mode's Python runs it too."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Event, Thread
from time import perf_counter

__all__ = ["load"]

Exchange = Callable[[], object]


def load(make: Callable[[], Exchange], *, clients: int, seconds: float) -> tuple[list[float], float]:
    """The latencies in seconds of ``clients`` that ask without a pause, and the seconds that they took.

    Args:
        make: called once for each client; what it returns asks once.
        clients: threads.
        seconds: until no client begins another exchange.

    Raises:
        RuntimeError: an exchange failed.
    """
    latencies: list[float] = []
    broken: list[BaseException] = []
    over = Event()
    exchanges = [make() for _ in range(clients)]
    ready = Barrier(clients + 1)

    def work(exchange: Exchange) -> None:
        mine: list[float] = []
        ready.wait()
        try:
            while not mine or not over.is_set():
                began = perf_counter()
                exchange()
                mine.append(perf_counter() - began)
        except Exception as failed:  # noqa: BLE001 - raised by who waits
            broken.append(failed)
            over.set()
        latencies.extend(mine)

    threads = [Thread(target=work, args=(each,), daemon=True) for each in exchanges]
    for each in threads:
        each.start()
    ready.wait()
    began = perf_counter()
    over.wait(seconds)
    over.set()
    for each in threads:
        each.join()
    took = perf_counter() - began
    if broken:
        raise RuntimeError(f"a client failed: {broken[0]!r}") from broken[0]
    return latencies, took
