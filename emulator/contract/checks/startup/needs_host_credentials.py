"""The container looks for AWS credentials that it will not find.

What:
    It does not become healthy, and does where AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are set; or it is
    healthy, and its log tells of missing credentials.

Why it matters:
    On SageMaker no keys are in the environment and no ~/.aws is mounted: an SDK gets the role's credentials from
    the address in AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, and under EnableNetworkIsolation (always on for
    Marketplace models) there are none at all. Keys that are passed in by hand hide the permissions that the role
    lacks.

How to fix:
    Bring the model by ModelDataUrl rather than by a download of one's own. Create clients when they are needed,
    with the SDK's default chain, and do without them where they cannot be had.

Source:
    Hosting contract 1.7, 1.30, 11.15.
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.contract.cause import FAKE_CREDENTIALS, NO_CREDENTIALS, cause_of
from emulator.contract.check import check
from emulator.contract.log import last_lines, lines_saying
from emulator.contract.reproduce import docker_run
from emulator.contract.subject import Subject
from emulator.model.finding import Violation


@check("STA010", severity="error", stage="last")
def needs_host_credentials(subject: Subject) -> Iterator[Violation]:
    """Look at why it did not become healthy, and at what it wrote meanwhile."""
    cause, said = cause_of(subject), lines_saying(subject, NO_CREDENTIALS)
    if cause == "credentials":
        cured = docker_run(subject.launch(environment=FAKE_CREDENTIALS), model_data=subject.model_data)
        yield Violation(
            what="It is healthy only where it is given an access key.",
            log=said or last_lines(subject.shared),
            facts=(f"healthy: {cured}",),
        )
    elif not cause and said:
        what = "It is healthy, but something in it did not find AWS credentials."
        yield Violation(what=what, log=said, severity="warning")
