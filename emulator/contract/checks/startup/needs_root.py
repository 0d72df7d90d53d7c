"""The container works as root only, and serverless endpoints run it as another user.

What:
    The container is started once more as user and group 10001, who own nothing. It must become healthy there, too,
    and answer the sample. Serverless only: elsewhere SageMaker expects root.

Why it matters:
    A serverless endpoint does not run the container as root. What it wants to write or read for root alone ends in
    "Permission denied (os error 13)", and the endpoint in "The primary container for production variant AllTraffic
    did not pass the ping health check".

How to fix:
    ``RUN chmod -R o+rwX /folder`` for the folders it writes to and o+rX for those it reads, caches and HOME below
    /tmp, no port below 1024, no ``user`` line in nginx.conf.

Source:
    Hosting contract 1.6, 10.1.
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.contract.check import check
from emulator.contract.log import last_lines
from emulator.contract.reproduce import docker_run
from emulator.contract.subject import Subject
from emulator.model.finding import Violation


@check("STA013", severity="error", stage="fresh", profiles=("serverless",))
def needs_root(subject: Subject, *, user: str = "10001:10001") -> Iterator[Violation]:
    """Start it as somebody else."""
    with subject.trial(user=user, seconds=subject.patience) as trial:
        launch = docker_run(trial.launch, model_data=subject.model_data)
        if not trial.healthy:
            end = "" if trial.exit_code is None else f", and it ended with exit code {trial.exit_code}"
            what = trial.refused or f"As user {user} it is not healthy (GET /ping -> {trial.outcome}){end}."
            yield Violation(what=what, probes=tuple(trial.pings.values())[-1:], log=last_lines(trial), launch=launch)
            return
        sample, usual = subject.sample, subject.remembered.get("answer")
        if sample is None or usual is None or not usual.ok:
            return
        answered = trial.post(sample.body, sample.content_type, accept=sample.accept)
        if not answered.ok:
            what = f"As user {user} the sample is answered with {answered.status or answered.failure}."
            yield Violation(what=what, probes=(answered,), log=last_lines(trial), launch=launch)
