"""A sequence of requests, each of which is answered well alone, breaks the container.

What:
    Up to fifty steps, drawn by a state machine: ping, invoke, invoke with what is malformed, a client that hangs up
    half-way, eight requests at once, a restart. Valid requests must be answered, and always in the same way.

Why it matters:
    Leaks, dead workers and stuck locks show after some requests, in production, under a mix that no test file has.

How to fix:
    Look at the last step but one: what it left behind (a lock, a worker, a changed default) breaks the last one.

Source:
    Hosting contract 2.8, 2.9, 3.1, 3.6.
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.fuzz.case import Case
from emulator.fuzz.machine import machine, taken
from emulator.fuzz.property import holds
from emulator.fuzz.target import Target
from emulator.model.finding import Violation


@holds("FUZ014", severity="error", machine=machine, share=2.0)
def sequences_break_it(target: Target, case: Case) -> Iterator[Violation]:
    """Take the steps."""
    yield from taken(target, case)
