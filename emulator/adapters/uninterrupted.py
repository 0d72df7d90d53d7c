"""Calls that no Ctrl-C can part from what they make.

An interrupt is raised in the main thread wherever that happens to be: also between the moment at which an engine
begins to make a container and the one at which we learn its name.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Condition
from typing import ParamSpec, TypeVar

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


class Uninterrupted:
    """Makes calls in threads of its own.

    They count themselves, as an interrupt in the caller can come before any record of theirs is made there.

    Args:
        most: calls at once.
    """

    def __init__(self, most: int) -> None:
        self._pool = ThreadPoolExecutor(most, thread_name_prefix="uninterrupted")
        self._change = Condition()
        self._under_way = 0
        self._closed = False

    def call(self, function: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        """What the function returns or raises; it goes on in the background if the caller is interrupted."""

        def counted() -> Result:
            with self._change:
                if self._closed:
                    raise RuntimeError("closed")
                self._under_way += 1
            try:
                return function(*args, **kwargs)
            finally:
                with self._change:
                    self._under_way -= 1
                    self._change.notify_all()

        return self._pool.submit(counted).result()

    def close(self) -> None:
        """Wait for the calls that are under way, and let none begin."""
        with self._change:
            self._closed = True
            self._change.wait_for(lambda: not self._under_way)
        self._pool.shutdown(wait=False)
