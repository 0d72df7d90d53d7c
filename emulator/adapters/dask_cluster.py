"""Tasks on the workers of a Dask cluster; each worker has its own engine, and the files that tasks name."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from queue import Empty, Queue
from secrets import token_hex
from typing import TYPE_CHECKING, Any, Final

from emulator.errors import EmulatorError, UsageError
from emulator.ports.scheduler import Done, Heard, Scheduler, Work

if TYPE_CHECKING:
    from distributed import Client, Future

CONNECT_SECONDS: Final = 10.0
"""Longest wait for the scheduler to answer."""

LOOK_SECONDS: Final = 0.5

INSTALL: Final = "pip install 'byoc-emulator[dask]'"


class DaskCluster:
    """As many tasks at once as the cluster's workers have threads: `dask worker --nthreads` is the budget of each.

    Args:
        address: of its scheduler, such as ``tcp://127.0.0.1:8786``.

    Raises:
        UsageError: Dask is not installed.
    """

    def __init__(self, address: str) -> None:
        if find_spec("distributed") is None:
            raise UsageError("--scheduler needs Dask, which is not installed.", fix=INSTALL)
        self._address = address

    def each(self, work: Work, tasks: Mapping[str, str], *, heard: Heard) -> Generator[Done, None, None]:
        """Do all tasks, and tell of each once, as they end; whoever stops asking takes back those that wait.

        The scheduler gives the task of a lost worker to another, and gives it up when
        ``distributed.scheduler.allowed-failures`` workers were lost with it. A task that runs cannot be stopped from
        here: its worker ends it, and removes what it started.

        Raises:
            UsageError: no scheduler answers at that address.
            EmulatorError: it went away.
        """
        run = f"byoc-matrix-{token_hex(4)}"
        with _client(self._address) as client:
            client.subscribe_topic(run, lambda event: heard(*event[1]))
            futures = {
                client.submit(_perform, work, key, text, run, key=f"{run}-{key}", pure=False): key
                for key, text in tasks.items()
            }
            try:
                yield from _ended(client, futures)
            finally:
                with suppress(Exception):  # the scheduler may be gone, and its tasks with it
                    client.cancel(list(futures))


def _perform(work: Work, key: str, task: str, topic: str) -> str:
    """On the worker."""
    from distributed import get_worker

    worker = get_worker()
    return work(task, lambda text: worker.log_event(topic, (key, text)))


def _ended(client: Client, futures: Mapping[Future[Any], str]) -> Iterator[Done]:
    ended: Queue[Future[Any]] = Queue()
    for each in futures:
        each.add_done_callback(ended.put)
    left = len(futures)
    while left:
        with suppress(Empty):
            future = ended.get(timeout=LOOK_SECONDS)
            if client.status == "running":
                left -= 1
                yield _done(futures[future], future)
        if client.status != "running":
            raise EmulatorError(
                "The Dask scheduler went away.",
                why="the connection to it broke",
                fix="run the same again when it is back: results that have come are kept",
            )


def _done(key: str, future: Any) -> Done:
    if future.status == "finished":
        return Done(key=key, result=str(future.result()))
    if future.status == "cancelled":
        return Done(key=key, result=None, problem="Somebody cancelled it on the Dask scheduler.")
    problem = future.exception()
    return Done(key=key, result=None, problem=f"{type(problem).__name__}: {problem}")


@contextmanager
def _client(address: str) -> Iterator[Client]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from distributed import Client  # which sets up its logging as well
    with warnings.catch_warnings(), _silent():
        warnings.simplefilter("ignore")  # of versions that differ: whether a worker can do a task, its result tells
        try:
            client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as unreachable:
            raise UsageError(
                f"No Dask scheduler answers at {address}.",
                why=str(unreachable) or type(unreachable).__name__,
                fix="start one: dask scheduler; and workers: dask worker ADDRESS --nthreads 1",
            ) from unreachable
        try:
            _require_workers(client, address)
            yield client
        finally:
            with suppress(Exception):
                client.close()


def _require_workers(client: Client, address: str) -> None:
    try:
        client.wait_for_workers(1, timeout=CONNECT_SECONDS)
    except TimeoutError as nobody:
        fix = f"start one on each machine with an engine: dask worker {address} --nthreads 1"
        raise UsageError(f"The Dask scheduler at {address} has no workers.", fix=fix) from nobody


@contextmanager
def _silent() -> Iterator[None]:
    """Its client logs whole stack traces when the scheduler goes away, which we say in three lines."""
    before = {name: logging.getLogger(name).level for name in ("distributed", "distributed.client")}
    for name in before:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for name, level in before.items():
            logging.getLogger(name).setLevel(level)


_fits: type[Scheduler] = DaskCluster
