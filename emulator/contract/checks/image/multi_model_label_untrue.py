"""The image's label promises many models, and the container knows nothing of them.

What:
    The image has the label com.amazonaws.sagemaker.capabilities.multi-models=true. Started with
    ``SAGEMAKER_MULTI_MODEL=true``, the container does not answer ``GET /models`` with 200 and JSON.

Why it matters:
    CreateModel believes the label and accepts the image for a multi-model endpoint. There SageMaker loads models by
    ``POST /models``, and every invocation fails.

How to fix:
    Implement the multi-model API (AWS's inference toolkit and Multi Model Server do), or drop the label. One that a
    base image has set goes away with ``LABEL com.amazonaws.sagemaker.capabilities.multi-models=false``.

Source:
    Hosting contract 7.1, 7.3.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from emulator import limits
from emulator.contract.check import NotApplicable, check
from emulator.contract.reproduce import docker_run
from emulator.contract.subject import Subject
from emulator.model.finding import Probe, Violation
from emulator.model.message import HttpRequest
from emulator.wire.container_api import PLATFORM_HEADERS


@check("IMG008", severity="warning", stage="fresh")
def multi_model_label_untrue(
    subject: Subject, *, start_seconds: float = 60.0, reply_seconds: float = 10.0
) -> Iterator[Violation]:
    """Start it for many models, and ask which ones there are."""
    if subject.image.labels.get(limits.MULTI_MODEL_LABEL) != "true":
        raise NotApplicable("the image has no label for many models")
    # The model stays: images that take one or many are told apart by the variable alone.
    with subject.trial(environment={limits.MULTI_MODEL: "true"}, seconds=start_seconds) as trial:
        launch = docker_run(trial.launch, model_data=subject.model_data)
        if trial.hosted is None or trial.exit_code is not None:
            what = f"The label promises many models; with {limits.MULTI_MODEL}=true the container ends at once."
            yield Violation(what=what, log=trial.log()[-10:], facts=tuple(filter(None, [trial.refused])), launch=launch)
            return
        asked = trial.ask(
            HttpRequest(method="GET", path=limits.MODELS, headers=PLATFORM_HEADERS), seconds=reply_seconds
        )
    if not lists_models(asked):
        yield Violation(
            what=f"The label promises many models, and {asked}.",
            probes=(asked,),
            launch=launch,
        )


def lists_models(asked: Probe) -> bool:
    """Whether ``GET /models`` was answered with 200 and a JSON object."""
    if asked.reply is None or asked.status != 200:
        return False
    try:
        return isinstance(json.loads(asked.reply.body), dict)
    except ValueError:
        return False
