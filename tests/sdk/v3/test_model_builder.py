"""ModelBuilder of the SageMaker Python SDK from version 3 on, as far as it goes, in its remote mode.

What it needs here, and whose limit each is:

- a Session with a default_bucket: for the name of its own bucket the SDK asks STS at AWS's address, which it hard-codes
  (`sts_regional_endpoint`), whatever AWS_ENDPOINT_URL says. The SDK's limit.
- SAGEMAKER_VALIDATE_ROLE=false, the SDK's own switch: it asks IAM to simulate the role's policies, and moto, which
  stands in for IAM, does not know SimulatePrincipalPolicy. Our limit: roles are not looked at, and nothing pretends so.
- model data: for an image without any, the SDK sends the address of a folder that it never fills, and CreateModel
  refuses that, as it does on AWS. The SDK's limit.
- the environment before the import: the SDK makes a client while it is imported. The SDK's limit.
- its modes LOCAL_CONTAINER and IN_PROCESS start containers or functions themselves and ask no SageMaker at all.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, TypeAlias

import boto3
import pytest
from botocore.exceptions import ClientError
from sagemaker.core.helper.session_helper import Session
from sagemaker.core.resources import Model
from sagemaker.core.shapes import ContainerDefinition

from emulator.sdk import no_blind_wait
from tests.conftest import BUCKET, ROLE, ROW, Published

pytestmark = pytest.mark.engine

BuilderOf: TypeAlias = Callable[..., Any]


@pytest.fixture
def builder_of(published: Published, monkeypatch: pytest.MonkeyPatch) -> BuilderOf:
    """A ModelBuilder, with what every one of them is given here."""
    from sagemaker.serve.model_builder import ModelBuilder

    monkeypatch.setenv("SAGEMAKER_VALIDATE_ROLE", "false")
    session = Session(default_bucket=BUCKET)
    return partial(ModelBuilder, role_arn=ROLE, instance_type="ml.m5.large", sagemaker_session=session)


@pytest.fixture
def stages(published: Published) -> Iterator[list[Any]]:
    """Both models, each on its own."""
    models = [
        Model.create(
            model_name=f"stage-{number}",
            execution_role_arn=ROLE,
            primary_container=ContainerDefinition(image=each["Image"], model_data_url=each["ModelDataUrl"]),
        )
        for number, each in enumerate(published.containers, start=1)
    ]
    yield models
    for each in models:
        each.delete()


def test_builds_and_deploys_a_pipeline(published: Published, builder_of: BuilderOf, stages: list[Any]) -> None:
    """A list of core Models becomes one pipeline and an endpoint that predicts a raw row, at the SDK's own pace."""
    builder = builder_of(model=stages)
    model = builder.build(model_name="built-pipeline")
    endpoint = builder.deploy(endpoint_name="built-pipeline")
    reply = endpoint.invoke(body=ROW, content_type="text/csv", accept="application/json")
    endpoint.delete()
    endpoint.wait_for_delete()
    model.delete()

    assert {"result": [published.expected]} == json.loads(reply.body.read())


def test_opt_in_spares_the_blind_wait(published: Published, builder_of: BuilderOf, sleeps: list[float]) -> None:
    """Within no_blind_wait an image with its model data is built, deployed and invoked without a sleep of 30 s."""
    builder = builder_of(image_uri=published.featurizer_image, s3_model_data_url=published.featurizer_data)
    with no_blind_wait():
        model = builder.build(model_name="built-quickly")
        endpoint = builder.deploy(endpoint_name="built-quickly")
    reply = endpoint.invoke(body=ROW, content_type="text/csv", accept="text/csv")
    endpoint.delete()
    model.delete()

    assert sleeps
    assert max(sleeps) <= 1
    assert len(ROW.split(",")) <= len(reply.body.read().decode().split(","))


def test_image_without_model_data_is_refused(published: Published, builder_of: BuilderOf) -> None:
    """The SDK names a folder in which there is nothing, and CreateModel says so."""
    builder = builder_of(image_uri=published.featurizer_image)

    with pytest.raises(ClientError, match=f"Could not find model data at s3://{BUCKET}/model-builder/bare/"):
        builder.build(model_name="bare")

    assert [] == boto3.client("sagemaker").list_models(NameContains="bare")["Models"]
