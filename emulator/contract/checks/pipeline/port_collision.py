"""The containers are healthy one by one, and not together.

What:
    Each container becomes healthy alone, on the port it is told too, but started side by side in one network, as the
    pipeline is, one of them ends or is not healthy.

Why it matters:
    Containers of a pipeline share the instance and its network. The endpoint fails with "The container-2 container
    for production variant … did not pass the ping health check".

How to fix:
    Listen on SAGEMAKER_BIND_TO_PORT only, and take other ports (workers, management, metrics) from
    SAGEMAKER_SAFE_PORT_RANGE, or use Unix sockets. See the log lines for the address in use.

Source:
    Hosting contract 4.9 (documented: both variables), 4.10 (inferred: one network).
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator import limits
from emulator.contract.check import NotApplicable, check
from emulator.contract.reproduce import docker_run
from emulator.contract.subject import Chained, Subject
from emulator.errors import ContainerExited, EndpointFailed, PingCheckFailed
from emulator.model.finding import Violation


@check("PIP009", severity="error", stage="chain")
def port_collision(chained: Chained) -> Iterator[Violation]:
    """Look why the pipeline is not in service, if it is not."""
    if chained.failed is None:
        return
    for each in chained.subjects:
        if not _healthy_where_told(each):
            raise NotApplicable(f"{each.name} does not listen where {limits.BIND_TO_PORT} says; another check tells")
    failed = chained.failed
    yield Violation(
        what=f"Each container is healthy alone, but not all of them side by side: {failed.what}",
        facts=tuple(filter(None, (failed.why, failed.failure_reason))),
        log=_log(failed),
        launch=docker_run(chained.subjects[0].launch(), model_data=chained.subjects[0].model_data),
    )


def _healthy_where_told(subject: Subject) -> bool:
    port = limits.FIRST_BIND_PORT + subject.position
    with subject.trial(environment={limits.BIND_TO_PORT: str(port)}, port=port) as trial:
        return trial.healthy


def _log(failed: EndpointFailed) -> tuple[str, ...]:
    return failed.log_tail[-10:] if isinstance(failed, ContainerExited | PingCheckFailed) else ()
