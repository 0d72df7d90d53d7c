"""GET /ping is answered slowly, or not in time.

What:
    How long ``GET /ping`` takes: an answer that comes after 2 s does not count. Of a healthy container, the median
    of several pings is looked at; option ``seconds`` says how long is still well.

Why it matters:
    A ping that takes 2 s counts as none. Before the first one in time the endpoint fails with "The primary
    container for production variant AllTraffic did not pass the ping health check"; afterwards its instances are
    replaced although they work. A ping that takes half of that on an idle machine takes all of it under load.

How to fix:
    Do no work in the handler of /ping: no prediction, no database, no name to look up. Keep a flag that is set when
    the model is loaded, and answer from a thread or process that no request holds up.

Source:
    Hosting contract 2.3, 2.8 (threshold unknown), 2.9.
"""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from emulator import limits
from emulator.contract.cause import cause_of
from emulator.contract.check import check
from emulator.contract.log import last_lines
from emulator.contract.subject import Subject
from emulator.model.finding import Violation


@check("PNG004", severity="error", stage="start")
def slow_ping(subject: Subject, *, seconds: float = 1.0, pings: int = 5) -> Iterator[Violation]:
    """Look at why it did not become healthy, or time some more."""
    trial = subject.shared
    if cause_of(subject) == "slow":
        yield Violation(
            what=f"GET /ping is not answered within {limits.PING_SECONDS:g} s.",
            probes=(trial.pings[trial.outcome],),
            log=last_lines(trial),
        )
    elif trial.healthy:
        probes = sorted((trial.ping() for _ in range(max(1, pings))), key=lambda each: each.seconds)
        took = median(each.seconds for each in probes if each.reply is not None) if probes[0].reply else 0.0
        if took > seconds:
            yield Violation(
                what=f"GET /ping takes {took:.2f} s, the median of {len(probes)}, while nothing else is asked.",
                probes=(probes[len(probes) // 2],),
                severity="warning",
            )
