"""GET /ping says healthy though all files of the model are corrupt.

What:
    The container is started once more with the second half of every file of its model data overwritten. A ping that
    is answered with 200 there, and a sample that is not answered with 2xx, is an error; a warning without a sample.

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


@check("PNG008", severity="error", stage="fresh")
def healthy_with_corrupt_model(subject: Subject) -> Iterator[Violation]:
    """Start it with a corrupt model."""
    found = lie(subject, "with a corrupt model")
    if found is not None:
        if lie(subject, "without a model") is not None or lie(subject, "with an empty model") is not None:
            raise NotApplicable("it is healthy without any model, or with an empty one, too: PNG006, PNG007")
        yield found
