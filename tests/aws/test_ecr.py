"""Images by their ECR address: found when the stubbed registry lists them, refused in AWS's words when not."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import botocore.exceptions
import docker as docker_py
import pytest

from containers import abalone
from emulator import Settings, push
from emulator.adapters.aws import LocalAws
from emulator.adapters.ecr import SCHEMA_2
from tests.conftest import REGISTRY, ROLE, Published

if TYPE_CHECKING:
    from tests.aws.conftest import Hosted

pytestmark = pytest.mark.engine

OCI = "application/vnd.oci.image.manifest.v1+json"

Refusal = Callable[[str], dict[str, str]]


@pytest.fixture(scope="module")
def ecr(aws: LocalAws) -> Any:
    """boto3's client of the registry."""
    return aws.client("ecr")


@pytest.fixture(scope="module")
def pushed(aws: LocalAws, image: str) -> tuple[str, str]:
    """The address of an image that was pushed, and its manifest's digest."""
    address = f"{REGISTRY}/team/obedient:1.2"
    return address, push(image, address, settings=Settings.load(flags={"endpoint_url": aws.url}))


@pytest.fixture
def refusal(sagemaker: Any) -> Refusal:
    """The error of CreateModel with an image."""

    def error(address: str) -> dict[str, str]:
        with pytest.raises(botocore.exceptions.ClientError) as caught:
            sagemaker.create_model(ModelName="refused", ExecutionRoleArn=ROLE, PrimaryContainer={"Image": address})
        answer: dict[str, str] = caught.value.response["Error"]
        return answer

    return error


def manifest(image_id: str, media_type: str) -> str:
    """What names an image of the engine to a registry."""
    return json.dumps(
        {
            "schemaVersion": 2,
            "mediaType": media_type,
            "config": {"mediaType": "application/vnd.docker.container.image.v1+json", "size": 1, "digest": image_id},
            "layers": [],
        }
    )


@pytest.mark.parametrize("by", ["tag", "digest"])
def test_pushed_image_is_hosted(
    *, by: str, pushed: tuple[str, str], hosted: Hosted, runtime: Any, sagemaker: Any
) -> None:
    """An image is found by its tag and by its digest, and DescribeEndpoint tells both names."""
    address, digest = pushed
    if by == "digest":
        address = f"{address.rpartition(':')[0]}@{digest}"
    with hosted([{"Image": address}]) as name:
        reply = runtime.invoke_endpoint(EndpointName=name, Body=b"1")["Body"].read()
        deployed = sagemaker.describe_endpoint(EndpointName=name)["ProductionVariants"][0]["DeployedImages"][0]

    assert b"1" == reply
    assert address == deployed["SpecifiedImage"]
    assert deployed["ResolvedImage"].startswith(f"{REGISTRY}/team/obedient@sha256:")


def test_image_registered_by_api_alone_is_hosted(
    *, ecr: Any, docker: docker_py.DockerClient, image: str, hosted: Hosted, runtime: Any
) -> None:
    """Without byoc push: CreateRepository and PutImage with a manifest that names the image's id are enough."""
    ecr.create_repository(repositoryName="by-api")
    ecr.put_image(
        repositoryName="by-api",
        imageManifest=manifest(str(docker.images.get(image).id), SCHEMA_2),
        imageManifestMediaType=SCHEMA_2,
        imageTag="v1",
    )
    with hosted([{"Image": f"{REGISTRY}/by-api:v1"}]) as name:
        reply = runtime.invoke_endpoint(EndpointName=name, Body=b"1")["Body"].read()

    assert b"1" == reply


def test_image_is_pushed_twice_and_under_two_tags(
    *, aws: LocalAws, ecr: Any, pushed: tuple[str, str], image: str
) -> None:
    """Pushing the same image again changes nothing, and a second tag of it is another name of one digest."""
    address, digest = pushed
    settings = Settings.load(flags={"endpoint_url": aws.url})
    again = [push(image, each, settings=settings) for each in (address, address.replace(":1.2", ":latest"))]
    listed = ecr.describe_images(repositoryName="team/obedient")["imageDetails"]

    assert [digest, digest] == again
    assert [(digest, {"1.2", "latest"})] == [(each["imageDigest"], set(each["imageTags"])) for each in listed]


def test_tag_moves_to_another_image(
    *, aws: LocalAws, published: Published, image: str, hosted: Hosted, runtime: Any
) -> None:
    """Two images under one tag, one after the other, have two digests, and the tag leads to the second."""
    address = f"{REGISTRY}/moving:latest"
    settings = Settings.load(flags={"endpoint_url": aws.url})
    before, after = (push(each, address, settings=settings) for each in (abalone.PREDICTOR, image))
    with hosted([{"Image": address}]) as name:
        reply = runtime.invoke_endpoint(EndpointName=name, Body=b"1")["Body"].read()

    assert before != after
    assert b"1" == reply


@pytest.mark.parametrize("place", ["nobody/knows:1.2", "team/obedient:9", "team/obedient@sha256:" + "0" * 64])
def test_unlisted_image_is_refused(refusal: Refusal, pushed: tuple[str, str], place: str) -> None:
    """CreateModel refuses a repository, a tag or a digest that the registry does not list."""
    address = f"{REGISTRY}/{place}"

    assert {"Code": "ValidationException", "Message": f"Requested image {address} not found."} == refusal(address)


def test_local_name_needs_no_registry_and_an_unknown_one_is_refused(refusal: Refusal) -> None:
    """A name that is no ECR address is looked for on the engine alone."""
    assert "Requested image byoc-test/nobody:1 not found." == refusal("byoc-test/nobody:1")["Message"]


def test_oci_manifest_is_refused(ecr: Any, docker: docker_py.DockerClient, image: str, refusal: Refusal) -> None:
    """What a default buildx pushes is refused as SageMaker refuses it."""
    ecr.create_repository(repositoryName="by-buildx")
    ecr.put_image(
        repositoryName="by-buildx",
        imageManifest=manifest(str(docker.images.get(image).id), OCI),
        imageManifestMediaType=OCI,
        imageTag="v1",
    )
    address = f"{REGISTRY}/by-buildx:v1"

    assert (
        f"Unsupported manifest media type {OCI} for image {address}. "
        "Ensure that valid manifest media type is used for specified image."
    ) == refusal(address)["Message"]
