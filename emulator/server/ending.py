"""How a server is asked to end: by a signal, however often, and whatever it is doing."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

ENDING: Final = (signal.SIGINT, signal.SIGTERM)
"""A signal that asks a server to end."""


@contextmanager
def asked_to_end() -> Iterator[Callable[[], None]]:
    """From here on a signal is the ordinary end, and a second one does not cut the clean-up short; yields the wait.

    The interpreter writes each signal's number into a socket as it arrives, in
    whatever thread that is. Waiting for a lock instead leaves a handler
    unheard if the signal arrives just before the wait begins, or elsewhere.
    """
    for number in ENDING:
        signal.signal(number, lambda *_: None)
    woken, waking = socket.socketpair()
    with woken, waking:
        waking.setblocking(False)
        signal.set_wakeup_fd(waking.fileno(), warn_on_full_buffer=False)

        def wait() -> None:
            while woken.recv(1)[0] not in ENDING:
                pass

        try:
            yield wait
        finally:
            signal.set_wakeup_fd(-1)
