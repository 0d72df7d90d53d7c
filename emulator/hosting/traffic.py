"""How many invocations are under way, so that containers are not ended below them."""

from __future__ import annotations

from threading import Condition
from typing import Final

QUIET_SECONDS: Final = 0.05
"""For so long nothing must have been under way: who has been given a chain takes a moment to use it."""


class Traffic:
    """A ``with`` around each invocation of a chain; never blocks the invocation."""

    def __init__(self) -> None:
        self._change = Condition()
        self._under_way = 0

    def __enter__(self) -> None:
        with self._change:
            self._under_way += 1
            self._change.notify_all()

    def __exit__(self, *exception: object) -> None:
        with self._change:
            self._under_way -= 1
            self._change.notify_all()

    def drain(self, seconds: float) -> None:
        """Wait until nothing has been under way for a moment; at most ``seconds`` for each invocation that is."""
        with self._change:
            while self._change.wait_for(lambda: self._under_way == 0, seconds):
                if not self._change.wait(QUIET_SECONDS):
                    return
