"""The image is made for another processor than the instance has.

What:
    The architecture of the image, and of the program it starts, is compared to that of the instance type: ``arm64``
    for Graviton (a digit followed by ``g``, such as ml.c7g.large), ``amd64`` for all others and for serverless.

Why it matters:
    The container ends at once with ``exec format error``. SageMaker starts it again and again: the endpoint stays in
    Creating for about 24 minutes, then fails. Images built on a Mac with an Apple processor are arm64.

How to fix:
    ``docker buildx build --platform linux/amd64 --provenance=false …`` (``linux/arm64`` for Graviton), or say with
    ``--instance-type`` where the image is to run.

Source:
    Hosting contract 1.28, 1.12 (observed).
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.contract.check import NotApplicable, check
from emulator.contract.processor import foreign, wanted
from emulator.contract.subject import Subject
from emulator.model.finding import Violation


@check("IMG001", severity="error", stage="image")
def other_architecture(subject: Subject) -> Iterator[Violation]:
    """Compare what it is made for with where it is to run."""
    made = foreign(subject)
    if made:
        place = "a serverless endpoint" if subject.profile == "serverless" else subject.instance_type
        yield Violation(what=f"{made}, and {place} is {wanted(subject)}.")
    elif not subject.image.architecture:
        raise NotApplicable("the engine does not know what the image is made for")
