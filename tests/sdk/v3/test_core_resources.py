"""The same pipeline by the SageMaker Python SDK from version 3 on, through its core resources."""

from __future__ import annotations

import json

import pytest
from sagemaker.core.resources import Endpoint, EndpointConfig, Model
from sagemaker.core.shapes import ContainerDefinition, ProductionVariant

from tests.conftest import ROLE, ROW, Published

pytestmark = pytest.mark.engine


def test_core_resources_host_a_pipeline(published: Published) -> None:
    """Model, EndpointConfig and Endpoint are created, waited for, invoked and deleted by their own methods."""
    model = Model.create(
        model_name="abalone-v3",
        execution_role_arn=ROLE,
        containers=[
            ContainerDefinition(image=published.featurizer_image, model_data_url=published.featurizer_data),
            ContainerDefinition(image=published.predictor_image, model_data_url=published.predictor_data),
        ],
    )
    variant = ProductionVariant(
        variant_name="AllTraffic", model_name="abalone-v3", instance_type="ml.m5.large", initial_instance_count=1
    )
    config = EndpointConfig.create(endpoint_config_name="abalone-v3", production_variants=[variant])
    endpoint = Endpoint.create(endpoint_name="abalone-v3", endpoint_config_name="abalone-v3")
    endpoint.wait_for_status("InService")
    reply = endpoint.invoke(body=ROW, content_type="text/csv", accept="application/json")
    endpoint.delete()
    endpoint.wait_for_delete()
    config.delete()
    model.delete()

    assert {"result": [published.expected]} == json.loads(reply.body.read())
