"""What the proofs with AWS's own clients share: the emulator, boto3's clients, and endpoints for a while."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from emulator import Settings, base_image, local_aws, session
from emulator.adapters.aws import LocalAws
from tests.conftest import ROLE, Published

IMAGES = Path(__file__).parents[2] / "fixtures" / "images"

Container: TypeAlias = Mapping[str, Any]
Configured: TypeAlias = Callable[..., str]
Hosted: TypeAlias = Callable[..., AbstractContextManager[str]]
Told: TypeAlias = Callable[..., dict[str, Any]]

NUMBERS = count(1)


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the runs of these tests alone, so that one can tell their containers from others."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def aws(cache: Path) -> Iterator[LocalAws]:
    """The emulator, for all that does not need its own; a stopping container has less time than on AWS."""
    settings = Settings.load(flags={"cache": str(cache), "stop_seconds": 5})
    with local_aws(settings) as running:
        yield running


@pytest.fixture(scope="session")
def environ(aws: LocalAws) -> dict[str, str]:
    """The environment of a program that knows nothing of the emulator but its address."""
    hidden = ("AWS_", "BYOC_")
    return {**{name: value for name, value in os.environ.items() if not name.startswith(hidden)}, **aws.environment}


@pytest.fixture(scope="session")
def sagemaker(aws: LocalAws) -> Any:
    """boto3's client of the control plane."""
    return aws.client("sagemaker")


@pytest.fixture(scope="session")
def runtime(aws: LocalAws) -> Any:
    """boto3's client of the runtime."""
    return aws.client("sagemaker-runtime")


@pytest.fixture(scope="session")
def image() -> str:
    """The tag of the obedient image of fixtures/images, built."""
    arguments = {"BASE_IMAGE": base_image("python:3.11-slim-bookworm")}
    with session(Settings.load()) as opened:
        return opened.build(IMAGES, tag="byoc-test/obedient", dockerfile="obedient/Dockerfile", arguments=arguments)


@pytest.fixture(scope="session")
def told(image: str) -> Told:
    """A container, as CreateModel takes it, that does what these variables tell it; see fixtures/images/serve."""

    def container(hostname: str = "", **variables: str) -> dict[str, Any]:
        named = {"ContainerHostname": hostname} if hostname else {}
        return {"Image": image, "Environment": variables, **named}

    return container


@pytest.fixture(scope="session")
def configured(sagemaker: Any) -> Configured:
    """The name of a new endpoint configuration; each variant is its containers, or these and its weight."""

    def create(*variants: list[Container] | tuple[list[Container], float], mode: str = "Serial") -> str:
        name = f"config-{next(NUMBERS)}"
        production = []
        for number, variant in enumerate(variants, start=1):
            containers, weight = variant if isinstance(variant, tuple) else (variant, 1.0)
            several: dict[str, Any] = {
                "Containers": containers,
                "InferenceExecutionConfig": {"Mode": mode},
            }
            model = several if len(containers) > 1 else {"PrimaryContainer": containers[0]}
            model_name = f"{name}-{number}"
            sagemaker.create_model(ModelName=model_name, ExecutionRoleArn=ROLE, **model)
            production.append(
                {
                    "VariantName": f"variant-{number}",
                    "ModelName": model_name,
                    "InstanceType": "ml.m5.large",
                    "InitialInstanceCount": 1,
                    "InitialVariantWeight": weight,
                }
            )
        sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=production)
        return name

    return create


@pytest.fixture(scope="session")
def hosted(sagemaker: Any, configured: Configured) -> Hosted:
    """An endpoint of these variants; in service unless told not to wait, and deleted in the end."""

    @contextmanager
    def endpoint(
        *variants: list[Container] | tuple[list[Container], float], mode: str = "Serial", wait: bool = True
    ) -> Iterator[str]:
        config = configured(*variants, mode=mode)
        name = config.replace("config", "endpoint")
        sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=config)
        if wait:
            sagemaker.get_waiter("endpoint_in_service").wait(EndpointName=name)
        yield name
        if wait:
            sagemaker.delete_endpoint(EndpointName=name)
            sagemaker.get_waiter("endpoint_deleted").wait(EndpointName=name)

    return endpoint


@pytest.fixture(scope="session")
def pipeline(published: Published, hosted: Hosted) -> Iterator[str]:
    """Featurizer and predictor in a row, in service."""
    with hosted(published.containers) as name:
        yield name


@pytest.fixture(scope="session")
def obedient(told: Told, hosted: Hosted) -> Iterator[str]:
    """A lone obedient container in service, for questions that do it no harm."""
    with hosted([told()]) as name:
        yield name
