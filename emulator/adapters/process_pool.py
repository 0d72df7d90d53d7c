"""Tasks in processes of this machine, each with an engine session of its own; none takes others with it."""

from __future__ import annotations

import os
import signal
import sys
from collections import deque
from collections.abc import Generator, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from functools import partial
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection
from multiprocessing.connection import wait as wait_for
from threading import Event, Lock, Thread
from typing import Final

from emulator.errors import EmulatorError
from emulator.ports.scheduler import Done, Heard, Scheduler, Work

TRIES: Final = 3
"""So often a task is begun whose worker is killed each time; then it may be the task that kills it."""

LOOK_SECONDS: Final = 0.5
"""An interrupt is heard at least so often."""


class ProcessPool:
    """So many tasks at once.

    Each worker is a pool of one process, as a pool of several gives up all of them when one is killed.

    Args:
        at_once: tasks.
    """

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once

    def each(self, work: Work, tasks: Mapping[str, str], *, heard: Heard) -> Generator[Done, None, None]:
        """Do all tasks, and tell of each once, as they end; whoever stops asking stops the rest.

        On the way out, by Ctrl-C as well, every worker gets SIGTERM, so that it removes its containers, and is waited
        for.

        Raises:
            EmulatorError: no worker can be started.
        """
        waiting, tries = deque(tasks), dict.fromkeys(tasks, 0)
        busy: dict[Future[str], tuple[_Lane, str]] = {}
        idle: list[_Lane] = []
        try:
            while waiting or busy:
                while waiting and len(busy) < self._at_once:
                    key = waiting.popleft()
                    lane = idle.pop() if idle else _Lane(heard)
                    tries[key] += 1
                    busy[lane.begin(work, key, tasks[key])] = lane, key
                ended, _ = wait(busy, timeout=LOOK_SECONDS, return_when=FIRST_COMPLETED)
                for future in ended:
                    lane, key = busy.pop(future)
                    problem = future.exception()
                    if not isinstance(problem, _LOST):
                        idle.append(lane)
                        yield _done(key, future, problem)
                        continue
                    lane.close()
                    if tries[key] < TRIES:
                        waiting.append(key)
                    else:
                        yield Done(key=key, result=None, problem=f"The process that did it was killed {TRIES} times.")
        finally:
            for lane, _ in busy.values():
                lane.stop()
            for lane in [*idle, *(lane for lane, _ in busy.values())]:
                lane.close()


_LOST = (BrokenProcessPool, SystemExit)
"""How a worker's end shows: killed, and told to end."""


def _done(key: str, future: Future[str], problem: BaseException | None) -> Done:
    if problem is None:
        return Done(key=key, result=future.result())
    return Done(key=key, result=None, problem=f"{type(problem).__name__}: {problem}")


class _Lane:
    """One worker."""

    def __init__(self, heard: Heard) -> None:
        context = get_context("spawn")
        receiver, sender = context.Pipe(duplex=False)
        self._executor = ProcessPoolExecutor(1, mp_context=context, initializer=_begin, initargs=(sender,))
        self._heard = heard
        try:
            with _no_interrupt():  # a terminal's Ctrl-C is for the asker, who then stops its workers in order
                asked = self._executor.submit(os.getpid)
            self._pid = asked.result()
        except BrokenProcessPool as broken:
            raise EmulatorError("No worker process can be started.", why=str(broken)) from broken
        finally:
            sender.close()
        self._listener = Thread(target=self._listen, args=(receiver,), daemon=True)
        self._listener.start()

    def begin(self, work: Work, key: str, task: str) -> Future[str]:
        try:
            return self._executor.submit(_perform, work, key, task)
        except BrokenProcessPool as killed:  # while it had nothing to do
            lost: Future[str] = Future()
            lost.set_exception(killed)
            return lost

    def stop(self) -> None:
        """Have it end its task, with all that this started."""
        with suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGTERM)

    def close(self) -> None:
        """Wait for its end."""
        self._executor.shutdown(cancel_futures=True)
        self._listener.join()

    def _listen(self, receiver: Connection) -> None:
        with receiver, suppress(EOFError, OSError):
            while True:
                self._heard(*receiver.recv())


@contextmanager
def _no_interrupt() -> Iterator[None]:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


# -- in the worker -----------------------------------------------------------------------------------------------------

_ORPHANED = Event()
_HEARERS: list[Heard] = []


def _begin(sender: Connection) -> None:
    lock = Lock()

    def hear(key: str, text: str) -> None:
        with lock, suppress(OSError):
            sender.send((key, text))

    _HEARERS[:] = [hear]
    signal.signal(signal.SIGTERM, _terminate)
    Thread(target=_watch_parent, daemon=True).start()


def _perform(work: Work, key: str, task: str) -> str:
    try:
        return work(task, partial(_HEARERS[0], key))
    finally:
        if _ORPHANED.is_set():
            os._exit(1)  # nobody is left who waits for anything


def _terminate(_signum: int, _frame: object) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # once is enough: another one would break into the clean-up
    sys.exit(143)


def _watch_parent() -> None:
    """A killed asker stops nobody; its workers notice."""
    parent = parent_process()
    if parent is not None:
        wait_for([parent.sentinel])
        _ORPHANED.set()
        os.kill(os.getpid(), signal.SIGTERM)


_fits: type[Scheduler] = ProcessPool
