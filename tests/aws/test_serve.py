"""`byoc serve` as a process of its own: what it prints, who can use it, and that it leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import botocore.exceptions
import docker as docker_py
import pytest

from emulator import Settings, session
from emulator.adapters.aws import LocalAws
from emulator.adapters.ownership import ROOT_LABEL
from tests.conftest import REGISTRY, ROLE

if TYPE_CHECKING:
    from tests.conftest import Until

pytestmark = pytest.mark.engine

SCRIPT = """
import sys
import boto3

sagemaker, runtime = boto3.client("sagemaker"), boto3.client("sagemaker-runtime")
container = {"Image": sys.argv[1]}
sagemaker.create_model(ModelName="a", ExecutionRoleArn="arn:aws:iam::123456789012:role/a", PrimaryContainer=container)
variant = {"VariantName": "a", "ModelName": "a", "InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
sagemaker.create_endpoint_config(EndpointConfigName="a", ProductionVariants=[variant])
sagemaker.create_endpoint(EndpointName="a", EndpointConfigName="a")
sagemaker.get_waiter("endpoint_in_service").wait(EndpointName="a")
print(runtime.invoke_endpoint(EndpointName="a", Body=b"from another process")["Body"].read().decode())
"""


class Served:
    """A running ``byoc serve``.

    Attributes:
        process: it.
        first, second: the lines it has printed.
        aws: where it is.
    """

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        self.process = process
        self.first, self.second = (process.stdout.readline().rstrip("\n") for _ in range(2))
        self.aws = LocalAws(url=self.first, region="us-east-1")

    def create(self, image: str, **variables: str) -> None:
        """Begin an endpoint called ``a`` of two containers."""
        sagemaker = self.aws.client("sagemaker")
        containers = [{"Image": image, "Environment": variables}] * 2
        sagemaker.create_model(ModelName="a", ExecutionRoleArn=ROLE, Containers=containers, EnableNetworkIsolation=True)
        variant = {"VariantName": "a", "ModelName": "a", "InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
        sagemaker.create_endpoint_config(EndpointConfigName="a", ProductionVariants=[variant])
        sagemaker.create_endpoint(EndpointName="a", EndpointConfigName="a")

    def wait(self) -> None:
        """Until the endpoint is in service."""
        self.aws.client("sagemaker").get_waiter("endpoint_in_service").wait(EndpointName="a")

    def status(self) -> str:
        """Of that endpoint, whether it is at rest or not."""
        return str(self.aws.client("sagemaker").list_endpoints()["Endpoints"][0]["EndpointStatus"])


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder for the runs of this test alone."""
    return tmp_path / "cache"


@pytest.fixture
def serve(place: Path) -> Callable[..., Any]:
    """Runs ``byoc serve`` with these arguments for a while; killed in the end if it is still there."""

    @contextmanager
    def served(*arguments: str) -> Iterator[Served]:
        process = subprocess.Popen(
            [sys.executable, "-m", "emulator", "serve", "--stop-seconds", "5", *arguments],
            env={**os.environ, "BYOC_CACHE": str(place)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        try:
            yield Served(process)
        finally:
            process.kill()
            process.communicate()

    return served


@pytest.fixture
def left(place: Path, docker: docker_py.DockerClient) -> Callable[[], list[str]]:
    """Names the containers, networks, folders and locks of all runs below that folder."""

    def names() -> list[str]:
        marked = {"label": f"{ROOT_LABEL}={(place / 'root-id').read_text()}"}
        containers = [str(each["Names"]) for each in docker.api.containers(all=True, filters=marked)]
        networks = [str(each["Name"]) for each in docker.api.networks(filters=marked)]
        return [*containers, *networks, *(path.name for path in (place / "runs").iterdir())]

    return names


def test_prints_its_address_and_serves_another_process(
    serve: Callable[..., Any], environ: dict[str, str], image: str
) -> None:
    """The address and the export line are all of standard output, and with that variable alone boto3 finds it."""
    with serve("--long-poll", "50") as served:
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, image],
            env={**environ, "AWS_ENDPOINT_URL": served.first},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        served.process.terminate()
        rest, said = served.process.communicate(timeout=60)

    assert "from another process\n" == done.stdout, done.stderr
    assert served.first.startswith("http://127.0.0.1:")
    assert f"export AWS_ENDPOINT_URL={served.first}" == served.second
    assert "" == rest
    assert "Traceback" not in said


def test_push_registers_with_a_running_serve(
    serve: Callable[..., Any], environ: dict[str, str], place: Path, image: str
) -> None:
    """`byoc push` in another process finds the registry by AWS_ENDPOINT_URL, and prints the digest that ECR lists."""
    with serve() as served:
        done = subprocess.run(
            [sys.executable, "-m", "emulator", "push", image, f"{REGISTRY}/team/model:1"],
            env={**environ, "AWS_ENDPOINT_URL": served.first, "BYOC_CACHE": str(place)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        listed = served.aws.client("ecr").describe_images(repositoryName="team/model")["imageDetails"]

    assert (0, f"{listed[0]['imageDigest']}\n") == (done.returncode, done.stdout), done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("moment", ["idle", "creating", "in service", "deleting"])
def test_signal_ends_it_with_nothing_left(
    *,
    number: signal.Signals,
    moment: str,
    serve: Callable[..., Any],
    image: str,
    until: Until,
    docker: docker_py.DockerClient,
    place: Path,
    left: Callable[[], list[str]],
) -> None:
    """Ctrl-C and SIGTERM are the ordinary end, whatever it was about to do: exit code 0, and nothing is left."""
    with serve("--long-poll", "50") as served:
        if moment != "idle":
            served.create(image, **({"PING": "status = 503"} if moment == "creating" else {}))
            marked = {"label": f"{ROOT_LABEL}={(place / 'root-id').read_text()}"}
            until(lambda: len(docker.api.containers(filters=marked)) == 2)
        if moment in ("in service", "deleting"):
            served.wait()
        if moment == "deleting":
            served.aws.client("sagemaker").delete_endpoint(EndpointName="a")
        served.process.send_signal(number)
        _, said = served.process.communicate(timeout=60)
    remains = left()

    assert 0 == served.process.returncode, said
    assert [] == remains
    assert "Traceback" not in said


def test_killed_one_is_swept_by_the_next(serve: Callable[..., Any], image: str, left: Callable[[], list[str]]) -> None:
    """After kill -9 with an endpoint in service, the next session below the same folder removes what it left."""
    with serve("--long-poll", "50") as served:
        served.create(image)
        served.wait()
        served.process.kill()
        served.process.wait(30)
        orphans = left()
    with serve() as following:
        within = left()
        following.process.terminate()
        following.process.communicate(timeout=60)

    assert len(orphans) >= 4
    assert not set(orphans) & set(within)
    assert [] == left()


def test_any_session_sweeps(serve: Callable[..., Any], image: str, place: Path, left: Callable[[], list[str]]) -> None:
    """So does a session of the Python API, which has nothing to do with addresses."""
    with serve("--long-poll", "50") as served:
        served.create(image)
        served.wait()
        served.process.kill()
        served.process.wait(30)
    with session(Settings.load(flags={"cache": str(place)})):
        pass

    assert [] == left()


def test_without_long_poll_a_transient_status_is_told_at_once(serve: Callable[..., Any], image: str) -> None:
    """By default DescribeEndpoint is as on AWS: Creating, without a wait."""
    with serve() as served:
        served.create(image, PING="status = 503")
        described = served.aws.client("sagemaker").describe_endpoint(EndpointName="a")
        served.process.terminate()
        served.process.communicate(timeout=60)

    assert "Creating" == described["EndpointStatus"]


def test_taken_port_is_a_usage_error(serve: Callable[..., Any], aws: LocalAws, environ: dict[str, str]) -> None:
    """A port that is taken ends it with exit code 2, and says so."""
    port = aws.url.rpartition(":")[2]

    done = subprocess.run(
        [sys.executable, "-m", "emulator", "serve", "--port", port],
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert 2 == done.returncode
    assert f"Cannot listen on 127.0.0.1:{port}.\n" in done.stderr


def test_calls_under_way_at_the_end_are_not_left_hanging(serve: Callable[..., Any], image: str, until: Until) -> None:
    """A client whose call is under way when it ends is told in seconds that nobody answers any more."""
    with serve("--long-poll", "50") as served, ThreadPoolExecutor(1) as pool:
        served.create(image)
        served.wait()
        runtime = served.aws.client("sagemaker-runtime")
        code = "print('held', flush=True); TOLD.wait(50)"
        held = pool.submit(runtime.invoke_endpoint, EndpointName="a", Body=code, ContentType="text/x-python")
        logs, group = served.aws.client("logs"), {"logGroupName": "/aws/sagemaker/Endpoints/a"}
        until(lambda: logs.describe_log_groups()["logGroups"])
        until(lambda: logs.filter_log_events(**group, filterPattern="held")["events"])
        served.process.terminate()
        with pytest.raises((botocore.exceptions.ClientError, botocore.exceptions.BotoCoreError)):
            held.result(timeout=40)
        served.process.communicate(timeout=60)

    assert 0 == served.process.returncode
