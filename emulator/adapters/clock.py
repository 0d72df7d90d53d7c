"""Real time; the only caller of it."""

from __future__ import annotations

import time


class MonotonicClock:
    """Seconds since some fixed moment; never goes back."""

    def now(self) -> float:
        """Seconds that only go forward."""
        return time.perf_counter()
