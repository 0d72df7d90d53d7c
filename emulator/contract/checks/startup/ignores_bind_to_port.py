"""The server does not listen on the port that SAGEMAKER_BIND_TO_PORT names.

What:
    The container is started once more with SAGEMAKER_BIND_TO_PORT set to another port than 8080, and must be
    healthy there. Looked at where the image is one of several, or carries the label
    com.amazonaws.sagemaker.capabilities.accept-bind-to-port=true.

Why it matters:
    In an inference pipeline all containers share one network, so SageMaker gives each a port of its own. One that
    stays on 8080 is not found there, and the endpoint fails with "The container-2 for production variant AllTraffic
    did not pass the ping health check". The label promises that it will not happen.

How to fix:
    Read the variable at start: ``--bind 0.0.0.0:${SAGEMAKER_BIND_TO_PORT:-8080}``. Ports for internal use come from
    SAGEMAKER_SAFE_PORT_RANGE.

Source:
    Hosting contract 4.9, 4.10 (that ports differ is inferred) and 2.10.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from emulator import limits
from emulator.contract.cause import sockets_of
from emulator.contract.check import NotApplicable, check
from emulator.contract.log import last_lines
from emulator.contract.reproduce import docker_run
from emulator.contract.subject import Subject
from emulator.contract.trial import Trial
from emulator.model.finding import Violation

TOLD: Final = {
    limits.BIND_TO_PORT: str(limits.FIRST_BIND_PORT),
    limits.SAFE_PORT_RANGE: f"{limits.FIRST_SAFE_PORT}-{limits.FIRST_SAFE_PORT + limits.SAFE_PORTS - 1}",
}


@check("STA005", severity="error", stage="fresh")
def ignores_bind_to_port(subject: Subject) -> Iterator[Violation]:
    """Start it on another port."""
    if not subject.in_chain and subject.image.labels.get(limits.BIND_TO_PORT_LABEL) != "true":
        raise NotApplicable("it is not in a pipeline, and its image does not promise that it could be")
    seconds, settle = subject.patience, subject.bench.settle_seconds / 5
    with subject.trial(environment=TOLD, port=limits.FIRST_BIND_PORT, seconds=seconds, settle_seconds=settle) as trial:
        if not trial.healthy:
            yield Violation(
                what=f"With {limits.BIND_TO_PORT}={trial.port} it is not healthy on that port: {_instead(trial)}.",
                probes=tuple(trial.pings.values())[-1:],
                log=() if sockets_of(trial) else last_lines(trial),
                launch=docker_run(trial.launch, model_data=subject.model_data),
            )


def _instead(trial: Trial) -> str:
    if trial.refused or trial.exit_code is not None:
        return trial.refused or f"it ended with exit code {trial.exit_code}"
    ports = dict.fromkeys(str(each.port) for each in sockets_of(trial))
    if ports and str(trial.port) not in ports:
        return f"it listens on {', '.join(ports)}"
    return f"GET {limits.PING} -> {trial.outcome}"
