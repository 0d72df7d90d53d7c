"""An image of a pipeline does not promise to listen where it is told.

What:
    The image is one of several and lacks the label com.amazonaws.sagemaker.capabilities.accept-bind-to-port=true.

Why it matters:
    The containers of a pipeline share one network and each is told its port. CreateModel refuses an image without the
    label: ``Your Ecr Image … does not contain required …accept-bind-to-port=true Docker label(s).``

How to fix:
    ``LABEL com.amazonaws.sagemaker.capabilities.accept-bind-to-port=true`` in the Dockerfile, and listen on
    ``SAGEMAKER_BIND_TO_PORT`` if it is set, else on 8080.

Source:
    Hosting contract 4.9.
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator import limits
from emulator.contract.check import NotApplicable, check
from emulator.contract.subject import Subject
from emulator.model.finding import Violation


@check("IMG007", severity="error", stage="image")
def no_bind_label(subject: Subject) -> Iterator[Violation]:
    """Look at the label."""
    if not subject.in_chain:
        raise NotApplicable("only an image of a pipeline needs the label")
    value = subject.image.labels.get(limits.BIND_TO_PORT_LABEL)
    if value != "true":
        has = "does not have the label" if value is None else f"has {value!r}, not 'true', as its label"
        yield Violation(what=f"The image is part of a pipeline and {has} {limits.BIND_TO_PORT_LABEL}.")
