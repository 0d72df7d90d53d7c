"""The container runtime on a Docker-compatible engine, through testcontainers' client.

Only its client is used, not its container class: that one starts Ryuk, whose image
cannot be pulled everywhere. Cleaning up is done by labels instead, see
:mod:`emulator.adapters.ownership`.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from ipaddress import ip_network
from secrets import token_hex
from typing import Any
from urllib.parse import urlsplit

import docker.errors
from testcontainers.core.docker_client import DockerClient

from emulator import limits
from emulator.adapters.docker_build import build_image
from emulator.adapters.docker_container import DockerRunning
from emulator.adapters.docker_errors import already_gone, engine_errors
from emulator.adapters.docker_images import NO_SUCH_IMAGE, image_config, image_files, manifest_media_type
from emulator.adapters.docker_libraries import image_libraries
from emulator.adapters.engine.client import docker_environment
from emulator.adapters.ownership import ROOT_LABEL, RUN_LABEL, Run
from emulator.adapters.uninterrupted import Uninterrupted
from emulator.model.build import ImageBuild
from emulator.model.engine import Engine
from emulator.model.launch import ContainerLaunch, ImageConfig, ImageFile
from emulator.ports import ContainerRuntime, ImageMissing, RunningContainer, StartRefused

PROGRAM_REFUSED = re.compile(r"OCI runtime|executable file|exec format|permission denied|no such file", re.IGNORECASE)
ENGINE_WORDS = re.compile(
    r"^.*?(unable to start container process|OCI runtime create failed): *(runc create failed: *)?"
)


class DockerRuntime:
    """Starts containers on one engine for one run; all of them carry the run's labels."""

    def __init__(self, engine: Engine, run: Run) -> None:
        self.engine, self._run = engine, run
        self._starts = Uninterrupted(limits.CONTAINERS)
        with engine_errors():
            # The usual pool of 10 breaks when an eleventh comes back while urllib3 drops it.
            self._client = DockerClient(environment=docker_environment(engine), max_pool_size=4 * limits.CONTAINERS)

    @property
    def docker(self) -> docker.DockerClient:
        """The docker-py client."""
        return self._client.client

    def image(self, name: str) -> ImageConfig:
        """What the engine knows of an image.

        Raises:
            ImageMissing: it has none of that name.
        """
        with engine_errors():
            return image_config(self.docker, name)

    def manifest_media_type(self, name: str) -> str:
        """The media type of an image's manifest; empty where neither store nor registry tells."""
        with engine_errors():
            return manifest_media_type(self.docker, name)

    def files(self, image: str, paths: Iterable[str]) -> Mapping[str, ImageFile]:
        """Those of these files that an image has, by path, without starting it.

        Raises:
            ImageMissing: no such image.
        """
        with engine_errors():
            return image_files(self.docker, image, paths, self._run.labels)

    def libraries(self, image: str) -> Mapping[str, str]:
        """The Python packages inside an image, by normalised name; remembered by the image's id.

        Raises:
            ImageMissing: no such image.
        """
        with engine_errors():
            return image_libraries(self.docker, image, self._run.labels, remembered=self._run.shared / "libraries")

    def start(self, launch: ContainerLaunch, *, beside: RunningContainer | None = None) -> DockerRunning:
        """Start a container, ``beside`` another one in that one's network.

        Raises:
            ImageMissing: no such image.
            StartRefused: the image's program cannot be started.
        """
        if beside is not None and not isinstance(beside, DockerRunning):
            raise TypeError(f"{beside!r} does not run on this engine")
        return self._starts.call(self._start, launch, beside)

    def _start(self, launch: ContainerLaunch, beside: DockerRunning | None) -> DockerRunning:
        with engine_errors():
            network = self._isolated_network() if launch.isolated and beside is None else None
            try:
                container = self._create(launch, network_name=network.name if network else None, beside=beside)
                self._begin(container)
                if beside is not None:
                    return DockerRunning(container, reach=beside.reach)
                container.reload()
                return DockerRunning(container, reach=self._reach(container.attrs), network=network)
            except BaseException:
                if network is not None:
                    network.remove()
                raise

    def build(self, build: ImageBuild, *, on_progress: Callable[[str], None]) -> str:
        """Build an image, using layers of earlier builds; its id.

        Raises:
            UsageError: the folder or its Dockerfile is missing.
            BuildFailed: a step failed; quotes its output.
        """
        with engine_errors():
            return build_image(self.docker, build, on_progress=on_progress)

    def close(self) -> None:
        """Remove whatever of this run is left, and disconnect."""
        self._starts.close()
        self.remove_run(self._run.run_id)
        self.docker.close()

    def remove_run(self, run_id: str) -> None:
        """Remove all containers and networks that carry this run's id."""
        marked = {"label": f"{RUN_LABEL}={run_id}"}
        with engine_errors():
            for each in self.docker.api.containers(all=True, filters=marked):
                with already_gone():
                    self.docker.api.remove_container(each["Id"], force=True, v=True)
            for each in self.docker.api.networks(filters=marked):
                with already_gone():
                    self.docker.api.remove_network(each["Id"])

    def runs(self, root_id: str) -> set[str]:
        """The run ids found on containers and networks that carry this root id."""
        marked = {"label": f"{ROOT_LABEL}={root_id}"}
        with engine_errors():
            found = [*self.docker.api.containers(all=True, filters=marked), *self.docker.api.networks(filters=marked)]
        return {each["Labels"][RUN_LABEL] for each in found if RUN_LABEL in each["Labels"]}

    @cached_property
    def direct(self) -> bool:
        """Whether container addresses can be reached from here without published ports.

        So it is where the engine runs on this very machine, not in a virtual machine or
        a user's own network: it bears our host name, and its bridge's gateway is an
        address to which one can bind here. Spares a proxy process and a copy per byte.
        """
        if not self.engine.local or self.engine.rootless or self._info["Name"] != socket.gethostname():
            return False
        try:
            config = self.docker.networks.get("bridge").attrs["IPAM"]["Config"][0]
            gateway = config.get("Gateway") or str(next(ip_network(config["Subnet"]).hosts()))
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
                probe.bind((gateway, 0))
        except (docker.errors.APIError, KeyError, IndexError, TypeError, ValueError, OSError):
            return False
        return True

    def _create(self, launch: ContainerLaunch, *, network_name: str | None, beside: DockerRunning | None) -> Any:
        settings: dict[str, Any] = {}
        if beside is not None:
            settings["network"] = f"container:{beside.container_id}"
        else:
            settings["hostname"] = limits.HOSTNAME
            settings["network"] = network_name or ("bridge" if self.direct else None)
            if not self.direct:
                loopback_only = ("127.0.0.1", None) if self.engine.local else None
                settings["ports"] = {f"{port}/tcp": loopback_only for port in launch.ports}
        try:
            return self._client.create(
                launch.image,
                list(launch.command),
                environment=dict(launch.environment),
                labels={**self._run.labels, f"{RUN_LABEL}.container": launch.name},
                mounts=[
                    docker.types.Mount(mount.target, mount.source, type="bind", read_only=mount.read_only)
                    for mount in launch.mounts
                ],
                user=launch.user or None,
                shm_size=launch.shared_memory_bytes or self._shared_memory_bytes,
                use_config_proxy=False,  # would hand the host's proxy credentials to the container
                **{key: value for key, value in settings.items() if value is not None},
            )
        except docker.errors.NotFound as missing:
            raise ImageMissing(NO_SUCH_IMAGE) from missing

    def _begin(self, container: Any) -> None:
        try:
            self._client.start(container)
        except BaseException as refused:
            with already_gone():
                container.remove(force=True, v=True)
            text = str(getattr(refused, "explanation", None) or refused)
            if isinstance(refused, docker.errors.APIError) and PROGRAM_REFUSED.search(text):
                raise StartRefused(ENGINE_WORDS.sub("", text).removesuffix(": unknown")) from refused
            raise

    def _reach(self, attributes: Mapping[str, Any]) -> dict[int, tuple[str, int]] | str:
        if self.direct:
            return str(next(iter(attributes["NetworkSettings"]["Networks"].values()))["IPAddress"])
        host = "127.0.0.1" if self.engine.local else str(urlsplit(self.engine.url).hostname)
        published = attributes["NetworkSettings"]["Ports"]
        return {
            int(port.split("/")[0]): (host, int(bound[0]["HostPort"])) for port, bound in published.items() if bound
        }

    def _isolated_network(self) -> Any:
        # Where ports must be published, a truly internal network cannot be reached from here;
        # a bridge without masquerading has no way back from outside either.
        options = {} if self.direct else {"com.docker.network.bridge.enable_ip_masquerade": "false"}
        name = f"byoc-{self._run.run_id}-{token_hex(4)}"
        return self.docker.networks.create(
            name, driver="bridge", internal=self.direct, options=options, labels=self._run.labels
        )

    @cached_property
    def _shared_memory_bytes(self) -> int:
        return int(self._info["MemTotal"] * limits.SHARED_MEMORY_SHARE)

    @cached_property
    def _info(self) -> Mapping[str, Any]:
        return self.docker.info()


_fits: type[ContainerRuntime] = DockerRuntime
