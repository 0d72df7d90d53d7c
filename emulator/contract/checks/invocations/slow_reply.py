"""The sample is answered slowly.

What:
    The slowest of the first answers to the sample took longer than ``seconds``, or did not come within 60 s.

Why it matters:
    After 60 s SageMaker hangs up, and the caller reads "Your invocation timed out while waiting for a response from
    container primary". boto3 waits 60 s itself, then sends the request again. In a pipeline the 60 s are for all
    containers together.

How to fix:
    Load and warm up the model before /ping answers 200, not in the first request. For a model that needs that long use
    asynchronous inference (1 h) or a streamed response (8 min).

Source:
    Hosting contract 3.2 (documented), 3.3 (observed), 4.8 (inferred).
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.contract.answer import BEFORE, fate
from emulator.contract.bad_requests import silent
from emulator.contract.check import NotApplicable, check
from emulator.contract.subject import Subject
from emulator.model.finding import Probe, Violation


@check("INV018", severity="warning", stage="shared")
def slow_reply(subject: Subject, *, seconds: float = 30.0) -> Iterator[Violation]:
    """Look at how long the first answers took."""
    probe: Probe | None = subject.remembered.get(BEFORE)
    if subject.sample is None or probe is None:
        raise NotApplicable("there is no sample for it")
    slowest = max(subject.latencies, default=0.0)
    if silent(probe):
        yield Violation(what=f"The sample {fate(probe)}.", probes=(probe,), severity="error")
    elif slowest > seconds:
        took = ", ".join(f"{each:.2f} s" for each in subject.latencies)
        yield Violation(what=f"The sample is answered after {slowest:.2f} s.", probes=(probe,), facts=(f"took {took}",))
