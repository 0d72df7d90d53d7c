"""Requests fail when several come at once.

What:
    The sample, which is answered when it comes alone, is sent 32 times by 8 clients at once; some get another status
    than 2xx, or no reply. Answers that say "too busy" (429, 503) are a warning, all others an error.

Why it matters:
    A container gets as many requests at once as the endpoint's callers send, and nobody repeats them for it: each
    failure is a ModelError (HTTP 424) for a caller, and counts in InvocationModelErrors.

How to fix:
    Keep no state of a request in globals; give each worker a model or session of its own, or put a lock around what
    is not thread-safe. Raise the server's backlog and queue length rather than turning requests away.

Source:
    Hosting contract 3.6 (observed: any other status than 2xx is a ModelError), 3.4 (observed: no reply).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from emulator.contract.check import check
from emulator.contract.crowd import affordable, answered_sample, at_once
from emulator.contract.subject import Subject
from emulator.contract.trial import invocation
from emulator.model.finding import Probe, Violation

TOO_BUSY: Final = frozenset({429, 503})


@check("CON001", severity="error", stage="shared")
def parallel_requests_fail(subject: Subject, *, requests: int = 32, clients: int = 8) -> Iterator[Violation]:
    """Send the sample many times at once."""
    sample = answered_sample(subject)
    request = invocation(sample.body, sample.content_type, accept=sample.accept)
    probes = at_once(subject.shared, [request] * affordable(subject, requests, least=clients), clients=clients)
    failed = [each for each in probes if not each.ok]
    if not failed:
        return
    outcomes = dict.fromkeys(_outcome(each) for each in failed)
    busy = all(each.status in TOO_BUSY for each in failed)
    yield Violation(
        what=f"{len(failed)} of {len(probes)} requests that {clients} clients sent at once failed with "
        f"{', '.join(outcomes)}; alone, the same request is answered.",
        probes=tuple(failed[:1]),
        facts=(f"at once: {failed[0]}", f"alone: {subject.remembered['answer']}"),
        severity="warning" if busy else None,
    )


def _outcome(probe: Probe) -> str:
    return str(probe.status) if probe.reply is not None and probe.reply.complete else probe.failure or "a cut reply"
