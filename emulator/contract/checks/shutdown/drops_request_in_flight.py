"""A request that is on its way when SIGTERM comes is lost.

What:
    Half of the sample is sent, then the container gets SIGTERM, and 0.3 s later the other half is sent. The request,
    answered with 2xx before, now gets another status or no reply.

Why it matters:
    At scale-in, update and deletion a request may still be running; AWS does not say that it waits for them. A server
    that ends at once makes them fail with ModelError: "could not get a response from the … endpoint".

How to fix:
    On SIGTERM stop accepting and finish what was accepted. nginx drops requests on SIGTERM: send it SIGQUIT, wait for
    it, and only then stop the server behind it.

Source:
    Hosting contract 1.4 (documented: 30 s between SIGTERM and SIGKILL), 3.4 (observed: the message). That requests
    may be running at SIGTERM is inferred.
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.contract.check import NotApplicable, check
from emulator.contract.stop import stop_of
from emulator.contract.subject import Subject
from emulator.model.finding import Violation


@check("END002", severity="warning", stage="last")
def drops_request_in_flight(subject: Subject) -> Iterator[Violation]:
    """Look at the request that was on its way during the stop."""
    if not subject.shared.healthy:
        raise NotApplicable("it did not become healthy")
    stop = stop_of(subject)
    if stop.during is None:
        raise NotApplicable("there is no sample to send" if stop.before is None else "the sample is not answered")
    if not stop.during.ok:
        outcome = stop.during.status or stop.during.failure
        yield Violation(
            what=f"A request half sent when SIGTERM came, and finished 0.3 s later, met {outcome}.",
            probes=(stop.during,),
            facts=(f"before SIGTERM: {stop.before}", f"during the stop: {stop.during}"),
            log=stop.log[-5:],
            launch=stop.launch,
        )
