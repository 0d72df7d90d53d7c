"""The container is not healthy, or does not answer, where it has no network.

What:
    The container is started once more without a way out. It must become healthy there, too, and answer the sample.

Why it matters:
    With EnableNetworkIsolation, always on for Marketplace models, and in a VPC without a NAT, nothing outside is
    reached: no package index, no model hub, no S3. A download at start also makes every scale-out as slow and as
    fragile as the other side. The endpoint fails with "The primary container for production variant AllTraffic did
    not pass the ping health check".

How to fix:
    Put packages, tokenizers and weights into the image or the model archive (for Hugging Face: HF_HUB_OFFLINE=1
    shows what is missing), and let clients of AWS services connect when they are needed, not at import.

Source:
    Hosting contract 1.7, 11.14.
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.contract.check import NotApplicable, check
from emulator.contract.installing import installing
from emulator.contract.log import last_lines
from emulator.contract.reproduce import docker_run
from emulator.contract.subject import Subject
from emulator.contract.trial import Trial
from emulator.model.finding import Violation


@check("STA008", severity="warning", stage="fresh", severities={"marketplace": "error"})
def needs_network(subject: Subject) -> Iterator[Violation]:
    """Start it without one."""
    if any(installing(subject)):
        raise NotApplicable("it installs packages while it starts: STA012")
    with subject.trial(isolated=True, seconds=subject.patience) as trial:
        violation = _what(subject, trial)
        if violation is not None:
            yield violation


def _what(subject: Subject, trial: Trial) -> Violation | None:
    launch = docker_run(trial.launch, model_data=subject.model_data)
    if not trial.healthy:
        end = "" if trial.exit_code is None else f", and it ended with exit code {trial.exit_code}"
        what = f"Without a network it is not healthy (GET /ping -> {trial.outcome}){end}; with one it was."
        return Violation(what=what, probes=tuple(trial.pings.values())[-1:], log=last_lines(trial), launch=launch)
    sample, usual = subject.sample, subject.remembered.get("answer")
    if sample is None or usual is None or not usual.ok:
        return None
    answered = trial.post(sample.body, sample.content_type, accept=sample.accept)
    if answered.ok:
        return None
    what = (
        f"Without a network the sample is answered with {answered.status or answered.failure}, with one {usual.status}."
    )
    return Violation(what=what, probes=(answered,), log=last_lines(trial), launch=launch)
