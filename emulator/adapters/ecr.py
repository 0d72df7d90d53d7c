"""Images by their ECR address: what the registry lists decides, the engine's own copy runs.

There are no layers to pull. A manifest in the (stubbed) registry names an image by
the digest of its configuration, which is the id under which the engine has it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from emulator.adapters.aws import REFUSED
from emulator.model.build import ImageBuild
from emulator.model.launch import ContainerLaunch, ImageConfig, ImageFile
from emulator.ports import ContainerRuntime, ImageMissing, ImageUnsupported, RunningContainer

ADDRESS = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com(\.cn)?/"
    r"(?P<repository>[^:@]+)(:(?P<tag>[^@]+))?(@(?P<digest>sha256:[0-9a-f]{64}))?"
)

SCHEMA_2 = "application/vnd.docker.distribution.manifest.v2+json"
"""The one manifest type SageMaker is known to take (hosting contract 1.25)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """An image in a registry of ECR."""

    account: str
    repository: str
    tag: str | None
    digest: str | None

    @classmethod
    def parse(cls, name: str) -> Address | None:
        """The parts of an ECR address; None for any other image name."""
        found = ADDRESS.fullmatch(name)
        if found is None:
            return None
        tag = found["tag"] or (None if found["digest"] else "latest")
        return cls(account=found["account"], repository=found["repository"], tag=tag, digest=found["digest"])

    @property
    def image_id(self) -> dict[str, str]:
        """The ImageIdentifier of ECR's API."""
        return {"imageDigest": self.digest} if self.digest else {"imageTag": str(self.tag)}


class EcrRuntime:
    """A runtime that knows images by their ECR address as well.

    Args:
        runtime: has the images.
        connect: makes the ECR client, when the first address comes.
        accept_oci: also accept OCI manifests; whether AWS does today is unknown.
    """

    def __init__(self, runtime: ContainerRuntime, connect: Callable[[], Any], *, accept_oci: bool = False) -> None:
        self._runtime, self._connect, self._accept_oci = runtime, connect, accept_oci

    def image(self, name: str) -> ImageConfig:
        """What the engine knows of an image.

        Raises:
            ImageMissing: the registry does not list it, or the engine does not have it.
            ImageUnsupported: its manifest is of another type.
        """
        return self._runtime.image(self._local(name))

    def manifest_media_type(self, name: str) -> str:
        """As the engine has it: a manifest of another type than hosting takes is refused by :meth:`image`."""
        return self._runtime.manifest_media_type(self._local(name))

    def files(self, image: str, paths: Iterable[str]) -> Mapping[str, ImageFile]:
        """Files of an image that does not run."""
        return self._runtime.files(self._local(image), paths)

    def libraries(self, image: str) -> Mapping[str, str]:
        """Python packages of an image that does not run."""
        return self._runtime.libraries(self._local(image))

    def start(self, launch: ContainerLaunch, *, beside: RunningContainer | None = None) -> RunningContainer:
        """Start a container; as :meth:`image`, and StartRefused."""
        return self._runtime.start(replace(launch, image=self._local(launch.image)), beside=beside)

    def build(self, build: ImageBuild, *, on_progress: Callable[[str], None]) -> str:
        """Build an image on the engine."""
        return self._runtime.build(build, on_progress=on_progress)

    def push(self, name: str, address: str) -> str:
        """Register the engine's image ``name`` under an ECR address; its manifest's digest.

        The repository is made if it is missing.

        Raises:
            ImageMissing: the engine has no such image, or ``address`` is not one of ECR.
        """
        target = Address.parse(address)
        if target is None or target.tag is None:
            raise ImageMissing(f"{address} is not ACCOUNT.dkr.ecr.REGION.amazonaws.com/REPOSITORY:TAG")
        image = self._runtime.image(name)
        manifest = json.dumps(
            {
                "schemaVersion": 2,
                "mediaType": SCHEMA_2,
                "config": {
                    "mediaType": "application/vnd.docker.container.image.v1+json",
                    "size": image.size_bytes,
                    "digest": image.image_id,
                },
                "layers": [],
            }
        )
        digest = f"sha256:{hashlib.sha256(manifest.encode()).hexdigest()}"
        with suppress(self._ecr.exceptions.RepositoryAlreadyExistsException):
            self._ecr.create_repository(repositoryName=target.repository, registryId=target.account)
        with suppress(self._ecr.exceptions.ImageAlreadyExistsException):  # under this tag, and the same
            self._ecr.put_image(
                registryId=target.account,
                repositoryName=target.repository,
                imageManifest=manifest,
                imageManifestMediaType=SCHEMA_2,
                imageTag=target.tag,
                imageDigest=digest,  # moto would make one from the layers, of which there are none
            )
        return digest

    @cached_property
    def _ecr(self) -> Any:
        return self._connect()

    def _local(self, name: str) -> str:
        """The engine's own name for an image."""
        address = Address.parse(name)
        if address is None:
            return name
        try:
            answer = self._ecr.batch_get_image(
                registryId=address.account, repositoryName=address.repository, imageIds=[address.image_id]
            )
        except REFUSED as refused:
            raise ImageMissing(str(refused)) from refused
        if not answer["images"]:
            raise ImageMissing(f"repository {address.repository} has no image {address.tag or address.digest}")
        manifest = json.loads(answer["images"][0]["imageManifest"])
        media_type = answer["images"][0].get("imageManifestMediaType") or manifest.get("mediaType", SCHEMA_2)
        if media_type != SCHEMA_2 and not self._accept_oci:
            raise ImageUnsupported(
                f"Unsupported manifest media type {media_type} for image {name}. "
                "Ensure that valid manifest media type is used for specified image."
            )
        return self._on_engine(manifest.get("config", {}).get("digest", ""), name)

    def _on_engine(self, image_id: str, name: str) -> str:
        for candidate in (image_id, name):
            try:
                self._runtime.image(candidate)
            except ImageMissing:
                continue
            return candidate
        raise ImageMissing(f"the registry lists {name}, but the container engine has neither {image_id} nor that name")


_fits: type[ContainerRuntime] = EcrRuntime
