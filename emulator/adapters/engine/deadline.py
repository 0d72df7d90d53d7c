"""Waiting that ends: a deadline, and pauses that do not outlast it."""

from __future__ import annotations

import threading

from emulator.adapters.clock import MonotonicClock

POLL_SECONDS = 0.1


class Deadline:
    """A moment so many seconds from now."""

    def __init__(self, seconds: float) -> None:
        self._clock = MonotonicClock()
        self._end = self._clock.now() + seconds

    @property
    def passed(self) -> bool:
        """The moment has come."""
        return self._clock.now() >= self._end

    def pause(self, seconds: float = POLL_SECONDS) -> None:
        """Let others work for a moment, but not beyond the deadline."""
        threading.Event().wait(max(0.0, min(seconds, self._end - self._clock.now())))
