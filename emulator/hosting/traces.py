"""The traces that an endpoint keeps."""

from __future__ import annotations

from collections import deque
from threading import Lock
from typing import Final

from emulator import limits
from emulator.model.message import Trace

TRACES: Final = 100
"""So many are kept."""

TRACE_BYTES: Final = 64 * limits.MEBIBYTE
"""Of bodies, besides the newest trace's, so many are kept: 100 of the largest requests and replies have 1.2 GB."""


class Traces(deque[Trace]):
    """The latest traces, newest last: 100, or fewer if their bodies have more than 64 MB; for many threads."""

    def __init__(self) -> None:
        super().__init__()
        self._lock, self._sizes = Lock(), deque[int]()

    def append(self, trace: Trace, /) -> None:
        """Keep a trace, and the newest one whatever its size; drop the oldest of too many."""
        with self._lock:
            if len(self._sizes) != len(self):  # somebody cleared it
                self._sizes = deque(map(_size, self))
            older = sum(self._sizes)
            super().append(trace)
            self._sizes.append(_size(trace))
            while len(self) > TRACES or older > TRACE_BYTES:
                self.popleft()
                older -= self._sizes.popleft()


def _size(trace: Trace) -> int:
    """Bytes of bodies; what a later container was asked is what the one before had answered."""
    first = len(trace.hops[0].request.body) if trace.hops else 0
    return first + sum(len(hop.reply.body) for hop in trace.hops if hop.reply is not None)
