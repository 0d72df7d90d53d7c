"""GET /ping says healthy though all files of the model are empty.

What:
    The container is started once more with every file of its model data cut to 0 bytes. A ping that is answered
    with 200 there, and a sample that is not answered with 2xx, is an error; a warning without a sample.

Why it matters:
    InService has to mean that requests are answered. SageMaker believes the ping: it puts the instance into
    service, rolls out the update and removes the old instances, and then every request fails with ModelError. With
    an honest ping the deployment fails and the old endpoint stays.

How to fix:
    Load the model first, or in the background with 503 until it is there; end with an exit code, or keep answering
    500, if it cannot be loaded. A handler that lists the folder does not know whether the model is any good: ask
    the object that predicts.

Source:
    Hosting contract 2.11 (code, observed), 11.2.
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.contract.check import NotApplicable, check
from emulator.contract.subject import Subject
from emulator.contract.truthfulness import lie
from emulator.model.finding import Violation


@check("PNG007", severity="error", stage="fresh")
def healthy_with_empty_model(subject: Subject) -> Iterator[Violation]:
    """Start it with an empty model."""
    found = lie(subject, "with an empty model")
    if found is not None:
        if lie(subject, "without a model") is not None:
            raise NotApplicable("it is healthy without any model, too: PNG006")
        yield found
