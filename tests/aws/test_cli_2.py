"""The AWS CLI, version 2, from its Debian package in a container: on the Python index there is version 1 only."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import docker as docker_py
import pytest

from emulator import Settings, base_image, session

if TYPE_CHECKING:
    from collections.abc import Callable

    from emulator.adapters.aws import LocalAws
    from tests.aws.conftest import Hosted, Told
    from tests.conftest import Until

pytestmark = pytest.mark.engine

IMAGES = Path(__file__).parents[2] / "fixtures" / "images"


@pytest.fixture(scope="module")
def command(aws: LocalAws, docker: docker_py.DockerClient) -> Callable[..., str]:
    """What ``aws`` with these arguments prints; it must not fail."""
    arguments = {"BASE_IMAGE": base_image("debian:trixie-slim")}
    with session(Settings.load()) as opened:
        tag = opened.build(IMAGES, tag="byoc-test/awscli", dockerfile="awscli/Dockerfile", arguments=arguments)

    def printed(*command: str) -> str:
        # On the host's network, as the emulator listens on loopback.
        output: bytes = docker.containers.run(
            tag, ["aws", *command], environment=dict(aws.environment), network_mode="host", remove=True
        )
        return output.decode()

    return printed


def test_logs_tail_shows_what_a_container_wrote(
    command: Callable[..., str], hosted: Hosted, told: Told, until: Until
) -> None:
    """``aws logs tail`` prints the lines of an endpoint's container, with nothing set but the environment."""
    with hosted([told(BEFORE="print('the model is loaded', flush=True)")]) as name:
        group = f"/aws/sagemaker/Endpoints/{name}"
        until(lambda: "the model is loaded" in command("logs", "tail", group, "--format", "short"))


def test_endpoint_is_described(command: Callable[..., str], hosted: Hosted, told: Told) -> None:
    """``aws sagemaker describe-endpoint`` of version 2 understands the answer."""
    with hosted([told()]) as name:
        status: Any = command(
            *("sagemaker", "describe-endpoint", "--endpoint-name", name),
            *("--query", "EndpointStatus", "--output", "text"),
        )

    assert "InService" == status.strip()
