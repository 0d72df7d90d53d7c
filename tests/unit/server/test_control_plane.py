"""The one entry point of the control plane."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.assemble import wooden_session
from emulator.errors import EngineUnavailable, ServiceFault
from emulator.model.launch import ImageConfig
from emulator.server.control_plane import ControlPlane
from emulator.server.operations import OPERATIONS
from emulator.testing import ScriptedRuntime
from emulator.wire.service_model import service_model


def test_every_operation_is_one_of_aws() -> None:
    """The table spells its operations as AWS does."""
    assert set() == set(OPERATIONS) - set(service_model("sagemaker").operation_names)


def test_operation_that_aws_has_not_is_unknown(account: Any) -> None:
    """A name that AWS does not know is answered as AWS answers it."""
    assert "UnknownOperationException: The operation CreateModle is not known." == account.refused("CreateModle")


def test_operation_that_is_not_emulated_says_so(account: Any) -> None:
    """What AWS does and the emulator does not is never answered with canned data."""
    said = account.refused("CreateTrainingJob", TrainingJobName="t")

    assert said.startswith(
        "NotImplemented: byoc-emulator does not emulate CreateTrainingJob. "
        "Why: it hosts models, and does nothing else of SageMaker. Fix: it answers CreateModel, DescribeModel, "
    )


def test_trouble_of_the_machine_is_an_internal_failure() -> None:
    """Whoever calls gets an answer of the service, also when the engine is gone."""

    class Gone(ScriptedRuntime):
        def image(self, name: str) -> ImageConfig:
            raise EngineUnavailable("No engine answers.", why="nothing listens")

    with wooden_session(Gone({})) as session, session.registry() as registry, pytest.raises(ServiceFault) as caught:
        ControlPlane(registry).call("CreateModel", {"ModelName": "m", "PrimaryContainer": {"Image": "i"}})

    assert ("InternalFailure", 500, "No engine answers.\nwhy: nothing listens") == (
        caught.value.code,
        caught.value.http_status,
        str(caught.value),
    )


def test_unknown_endpoint_is_at_rest(account: Any) -> None:
    """There is nothing to wait for where there is no endpoint; DescribeEndpoint says the rest."""
    assert account.plane.wait_for_change("gone", 20)


def test_deep_request_is_not_read(account: Any) -> None:
    """A request that is nested beyond what can be walked through is refused, and breaks nothing."""
    deep: list[Any] = []
    for _ in range(5000):
        deep = [deep]

    assert "SerializationException: The request is nested too deeply." == account.refused(
        "CreateModel", ModelName="m", Stranger=deep
    )
