"""The published two-container example, by the SageMaker Python SDK before version 3, unmodified."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
import sagemaker
from sagemaker.deserializers import JSONDeserializer
from sagemaker.exceptions import UnexpectedStatusException
from sagemaker.model import Model
from sagemaker.pipeline import PipelineModel
from sagemaker.predictor import Predictor
from sagemaker.serializers import CSVSerializer

from emulator.sdk import no_blind_wait
from tests.conftest import ROLE, ROW, Published

pytestmark = pytest.mark.engine


def deploy(published: Published, name: str) -> tuple[PipelineModel, Any]:
    """The example's own lines."""
    session = sagemaker.Session()
    featurizer = Model(
        image_uri=published.featurizer_image,
        model_data=published.featurizer_data,
        role=ROLE,
        sagemaker_session=session,
    )
    predictor = Model(
        image_uri=published.predictor_image,
        model_data=published.predictor_data,
        role=ROLE,
        sagemaker_session=session,
    )
    pipeline = PipelineModel(name=name, role=ROLE, models=[featurizer, predictor], sagemaker_session=session)
    pipeline.deploy(initial_instance_count=1, instance_type="ml.m5.large", endpoint_name=name)
    return pipeline, session


def test_published_example_runs_unmodified(published: Published) -> None:
    """PipelineModel.deploy, Predictor.predict on raw CSV, delete_model and delete_endpoint do what they do on AWS."""
    pipeline, session = deploy(published, "abalone-v2")
    predictor = Predictor(
        endpoint_name="abalone-v2",
        sagemaker_session=session,
        serializer=CSVSerializer(),
        deserializer=JSONDeserializer(),
    )
    answer = predictor.predict(ROW)
    pipeline.delete_model()
    predictor.delete_endpoint()

    assert {"result": [published.expected]} == answer
    assert [] == boto3.client("sagemaker").list_models()["Models"]


def test_opt_in_spares_the_blind_wait(published: Published, sleeps: list[float]) -> None:
    """Within no_blind_wait the SDK looks at the endpoint at once, and finds it in service."""
    with no_blind_wait():
        pipeline, session = deploy(published, "abalone-quick")
    status = session.sagemaker_client.describe_endpoint(EndpointName="abalone-quick")["EndpointStatus"]
    session.delete_endpoint("abalone-quick")
    pipeline.delete_model()

    assert "InService" == status
    assert sleeps
    assert max(sleeps) <= 1


def test_model_that_cannot_load_fails_the_deploy(published: Published) -> None:
    """A container that cannot start makes deploy() raise with AWS's reason, as the SDK words it."""
    session = sagemaker.Session()
    broken = Model(
        image_uri=published.predictor_image,
        model_data=published.predictor_data,
        env={"SAGEMAKER_MODEL_SERVER_WORKERS": "none"},
        role=ROLE,
        name="abalone-broken",
        sagemaker_session=session,
    )
    with no_blind_wait(), pytest.raises(UnexpectedStatusException) as caught:
        broken.deploy(initial_instance_count=1, instance_type="ml.m5.large", endpoint_name="abalone-broken")
    session.delete_endpoint("abalone-broken")

    assert "did not pass the ping health check" in str(caught.value)
