"""The AWS CLI, version 1 as on PyPI, with nothing but AWS_ENDPOINT_URL and dummy credentials in its environment.

`aws logs tail` is of version 2 alone, see test_cli_2; what it calls, FilterLogEvents, is called here.
"""

from __future__ import annotations

import json
import subprocess
import sysconfig
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest

from tests.conftest import REGISTRY, ROLE, ROW, Published

if TYPE_CHECKING:
    from tests.conftest import Until

pytestmark = pytest.mark.engine

NAME = "abalone-cli"

Command: TypeAlias = "Callable[..., subprocess.CompletedProcess[str]]"
Answer: TypeAlias = "Callable[..., Any]"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the command runs."""
    return tmp_path_factory.mktemp("cli")


@pytest.fixture(scope="module")
def command(environ: dict[str, str], folder: Path) -> Command:
    """What ``aws`` with these arguments does."""
    program = Path(sysconfig.get_path("scripts")) / "aws"
    assert program.is_file(), "the AWS CLI is not installed here: pip install --group cli"

    def done(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [str(program), *arguments]
        return subprocess.run(
            command, env=environ, cwd=folder, capture_output=True, text=True, timeout=120, check=False
        )

    return done


@pytest.fixture(scope="module")
def answer(command: Command) -> Answer:
    """The JSON that ``aws`` prints, or None where it prints nothing; it must not fail."""

    def parsed(*arguments: str) -> Any:
        done = command(*arguments)
        assert 0 == done.returncode, done.stderr
        return json.loads(done.stdout) if done.stdout.strip() else None

    return parsed


@pytest.fixture(scope="module")
def deployed(answer: Answer, published: Published, folder: Path) -> Iterator[dict[str, Any]]:
    """What CreateModel, CreateEndpointConfig and CreateEndpoint answered, once the endpoint is in service."""
    request = {"ModelName": NAME, "ExecutionRoleArn": ROLE, "Containers": published.containers}
    (folder / "create-model.json").write_text(json.dumps(request))
    variant = f"VariantName=AllTraffic,ModelName={NAME},InstanceType=ml.m5.large,InitialInstanceCount=1"
    endpoint, config = ("--endpoint-name", NAME), ("--endpoint-config-name", NAME)
    answers = {
        **answer("sagemaker", "create-model", "--cli-input-json", "file://create-model.json"),
        **answer("sagemaker", "create-endpoint-config", *config, "--production-variants", variant),
        **answer("sagemaker", "create-endpoint", *endpoint, *config),
    }
    answer("sagemaker", "wait", "endpoint-in-service", *endpoint)
    yield answers
    answer("sagemaker", "delete-endpoint", *endpoint)
    answer("sagemaker", "wait", "endpoint-deleted", *endpoint)
    answer("sagemaker", "delete-endpoint-config", *config)
    answer("sagemaker", "delete-model", "--model-name", NAME)


def test_creates_and_describes(answer: Answer, deployed: dict[str, Any], published: Published) -> None:
    """The ARNs are AWS's, and what describe-model tells of the containers is what was asked for."""
    model = answer("sagemaker", "describe-model", "--model-name", NAME)
    endpoint = answer("sagemaker", "describe-endpoint", "--endpoint-name", NAME)

    prefix = "arn:aws:sagemaker:us-east-1:123456789012"
    assert {
        "ModelArn": f"{prefix}:model/{NAME}",
        "EndpointConfigArn": f"{prefix}:endpoint-config/{NAME}",
        "EndpointArn": f"{prefix}:endpoint/{NAME}",
    } == deployed
    assert published.containers == [
        {name: each[name] for name in ("Image", "ModelDataUrl")} for each in model["Containers"]
    ]
    assert "InService" == endpoint["EndpointStatus"]


def test_invokes(answer: Answer, deployed: dict[str, Any], published: Published, folder: Path) -> None:
    """`aws sagemaker-runtime invoke-endpoint` writes the prediction to the file, and prints type and variant."""
    (folder / "row.csv").write_text(ROW)
    printed = answer(
        *("sagemaker-runtime", "invoke-endpoint", "--endpoint-name", NAME, "--content-type", "text/csv"),
        *("--accept", "application/json", "--body", "fileb://row.csv", "out.json"),
    )

    assert {"ContentType": "application/json", "InvokedProductionVariant": "AllTraffic"} == printed
    assert {"result": [published.expected]} == json.loads((folder / "out.json").read_text())


def test_shows_a_model_error(command: Command, deployed: dict[str, Any]) -> None:
    """A container's refusal is a non-zero exit code and AWS's words on standard error."""
    done = command(
        *("sagemaker-runtime", "invoke-endpoint", "--endpoint-name", NAME, "--content-type", "image/png"),
        *("--body", "1", "out.json"),
    )

    assert 0 != done.returncode
    assert "An error occurred (ModelError) when calling the InvokeEndpoint operation: Received client error (415)" in (
        done.stderr
    )


def test_reads_logs(answer: Answer, deployed: dict[str, Any], until: Until) -> None:
    """`aws logs` lists the streams of both containers, and has events of each."""
    group = ("--log-group-name", f"/aws/sagemaker/Endpoints/{NAME}")

    def streams() -> set[str]:
        return {each["logStreamName"] for each in answer("logs", "filter-log-events", *group)["events"]}

    until(lambda: len(streams()) == 2, seconds=60)
    listed = answer("logs", "describe-log-streams", *group)["logStreams"]

    assert streams() == {each["logStreamName"] for each in listed}
    assert {"container-1", "container-2"} == {each.rpartition("/")[2] for each in streams()}


def test_lists_images(answer: Answer, published: Published) -> None:
    """`aws ecr describe-images` shows what was pushed."""
    images = answer("ecr", "describe-images", "--repository-name", "abalone/predictor")["imageDetails"]

    assert published.predictor_image == f"{REGISTRY}/{images[0]['repositoryName']}:{images[0]['imageTags'][0]}"
    assert images[0]["imageSizeInBytes"] > 0


def test_reads_model_data(command: Command, published: Published) -> None:
    """`aws s3 ls` shows both archives."""
    done = command("s3", "ls", published.predictor_data.rpartition("/")[0] + "/")

    assert 0 == done.returncode, done.stderr
    assert ["featurizer.tar.gz", "predictor.tar.gz"] == [line.split()[-1] for line in done.stdout.splitlines()]


def test_unknown_endpoint_is_an_error(command: Command, published: Published) -> None:
    """`aws sagemaker describe-endpoint` of a name nobody has fails in AWS's words."""
    done = command("sagemaker", "describe-endpoint", "--endpoint-name", "nobody")

    assert 0 != done.returncode
    assert "An error occurred (ValidationException) when calling the DescribeEndpoint operation: " in done.stderr
    assert 'Could not find endpoint "arn:aws:sagemaker:us-east-1:123456789012:endpoint/nobody".' in done.stderr
