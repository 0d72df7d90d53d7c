"""Real time; the only caller of it."""

from __future__ import annotations

import time
from datetime import datetime, timezone


class MonotonicClock:
    """Seconds since some fixed moment, which never go back; and the date."""

    def now(self) -> float:
        """Seconds that only go forward."""
        return time.perf_counter()

    def utc(self) -> datetime:
        """The date and time of day, in UTC."""
        return datetime.now(timezone.utc)
