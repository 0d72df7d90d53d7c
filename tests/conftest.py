"""What a team has in its account before it deploys: both models in S3, both images in ECR, a role.

Here, and not in a module of its own, as packages that the SDKs need install one called `tests`, which would hide it.
Where it stands is the fixture `aws`, of tests/aws and tests/sdk each its own.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest

if TYPE_CHECKING:
    import docker as docker_py

    from containers import abalone
    from emulator.adapters.aws import LocalAws

Until: TypeAlias = Callable[..., None]

BUCKET = "sagemaker-us-east-1-123456789012"
REGISTRY = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
ROLE = "arn:aws:iam::123456789012:role/hosting"
ROW = "I,0.365,0.295,0.095,0.25,0.1075,0.0545,0.08"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """Both models.

    Attributes:
        artifacts: where they are.
        expected: what the pipeline predicts for ROW, as our own Python API says.
    """

    artifacts: abalone.Artifacts
    expected: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """The same in an account.

    Attributes:
        featurizer_image, predictor_image: their ECR addresses.
        featurizer_data, predictor_data: ``s3://`` addresses of their model data.
        expected: what the pipeline predicts for ROW.
    """

    featurizer_image: str
    predictor_image: str
    featurizer_data: str
    predictor_data: str
    expected: float

    @property
    def containers(self) -> list[dict[str, Any]]:
        """The pipeline, as ``Containers`` of CreateModel."""
        return [
            {"Image": self.featurizer_image, "ModelDataUrl": self.featurizer_data},
            {"Image": self.predictor_image, "ModelDataUrl": self.predictor_data},
        ]


@pytest.fixture(scope="session")
def docker() -> Iterator[docker_py.DockerClient]:
    """The engine as it is, to look at what the emulator did with it."""
    from emulator.adapters.engine.client import connect
    from emulator.adapters.engine.find import find_engine

    client = connect(find_engine(os.environ))
    yield client
    client.close()


@pytest.fixture(scope="session")
def until() -> Until:
    """Wait for a condition, and fail when it does not come: ``until(lambda: path.exists())``."""

    def met(condition: Callable[[], object], *, seconds: float = 30.0) -> None:
        deadline = monotonic() + seconds
        while not condition():
            assert monotonic() < deadline, f"not within {seconds:g} s"
            sleep(0.01)

    return met


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """Both images built, both models trained, and the prediction for ROW."""
    from containers import abalone
    from emulator import Settings, session

    with session(Settings.load()) as opened:
        abalone.build(opened)
        artifacts = abalone.train(opened, abalone.split(), tmp_path_factory.mktemp("trained"))
        with opened.endpoint(abalone.pipeline(artifacts)) as endpoint:
            expected = endpoint.invoke(ROW, content_type="text/csv").json()["result"][0]
    return Trained(artifacts=artifacts, expected=expected)


@pytest.fixture(scope="session")
def published(aws: LocalAws, trained: Trained) -> Published:
    """Both archives uploaded by boto3, both images pushed."""
    from containers import abalone
    from emulator import Settings, push

    s3, artifacts = aws.client("s3"), trained.artifacts
    s3.create_bucket(Bucket=BUCKET)
    for archive in (artifacts.featurizer, artifacts.predictor):
        s3.upload_file(str(archive), BUCKET, f"abalone/{archive.name}")
    aws.client("iam").create_role(RoleName=Path(ROLE).name, AssumeRolePolicyDocument="{}")
    settings = Settings.load(flags={"endpoint_url": aws.url})
    images = {}
    for name, image in (("featurizer", abalone.FEATURIZER), ("predictor", abalone.PREDICTOR)):
        images[name] = f"{REGISTRY}/abalone/{name}:latest"
        push(image, images[name], settings=settings)
    return Published(
        featurizer_image=images["featurizer"],
        predictor_image=images["predictor"],
        featurizer_data=f"s3://{BUCKET}/abalone/{artifacts.featurizer.name}",
        predictor_data=f"s3://{BUCKET}/abalone/{artifacts.predictor.name}",
        expected=trained.expected,
    )
