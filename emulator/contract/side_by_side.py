"""Work in several threads, that an interrupt need not wait for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager


@contextmanager
def side_by_side(most: int) -> Iterator[ThreadPoolExecutor]:
    """A pool that is waited for, unless something goes wrong: an interrupt must not wait for a start-up window.

    What is under way then ends soon, as the session takes its containers away.
    """
    pool = ThreadPoolExecutor(most)
    try:
        yield pool
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()


def wait_for(futures: Iterable[Future[None]]) -> None:
    """The end of all of them; the first exception of one, if there is any."""
    for each in list(futures):
        each.result()
