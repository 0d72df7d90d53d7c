"""The image sets a user other than root.

What:
    The image's USER is neither empty nor root nor 0. Serverless endpoints, which run containers as a user of their
    own anyway, are not meant.

Why it matters:
    AWS "expects all containers to run with root users": what SageMaker mounts belongs to root, and AWS does not say
    what becomes of another user. It shows as ``Permission denied`` in the endpoint's log.

How to fix:
    ``USER root`` as the last USER of the Dockerfile; let the server itself change to another user for its workers.

Source:
    Hosting contract 1.6, 1.34 (how USER is treated is unknown).
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.contract.check import check
from emulator.contract.subject import Subject
from emulator.model.finding import Violation


@check("IMG010", severity="warning", stage="image", profiles=("realtime", "marketplace"))
def user_not_root(subject: Subject) -> Iterator[Violation]:
    """Look at the user, whatever the group."""
    if subject.image.user.partition(":")[0] not in ("", "0", "root"):
        yield Violation(what=f"The image runs as USER {subject.image.user}, not as root.")
