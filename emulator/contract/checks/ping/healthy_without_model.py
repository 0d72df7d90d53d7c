"""GET /ping says healthy though there is no model.

What:
    The container is started once more without its model data. A ping that is answered with 200 there, and a sample
    that is not answered with 2xx, is an error; a warning without a sample. An image that answers the sample has its
    own model.

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

from emulator.contract.check import check
from emulator.contract.subject import Subject
from emulator.contract.truthfulness import lie
from emulator.model.finding import Violation


@check("PNG006", severity="error", stage="fresh")
def healthy_without_model(subject: Subject) -> Iterator[Violation]:
    """Start it without a model."""
    found = lie(subject, "without a model")
    if found is not None:
        yield found
