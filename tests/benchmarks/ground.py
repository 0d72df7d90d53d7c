"""What the subjects share: how long they may take, and the images, built and trained once."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

import docker

from containers import abalone
from emulator import ContainerDefinition, Model, base_image, session
from emulator.adapters.engine.client import connect
from emulator.adapters.engine.find import find_engine

ECHO = "byoc-benchmarks/echo:latest"
ECHO_BASE = "python:3.11-slim-bookworm"
"""The featurizer's, which is there already."""

CSV = "text/csv"
ROW = b"I,0.365,0.295,0.095,0.25,0.1075,0.0545,0.08"
FEATURES = b"-1.3195,-1.1324,-1.0453,-1.1805,-1.1332,-1.1524,-1.1358,0.0,1.0,0.0"


@dataclass(frozen=True, kw_only=True)
class Ground:
    """Where measuring is done.

    Attributes:
        rounds: of each comparison.
        quick: whether it is only a try.
        minutes: of the soak.
        own_core: whether containers get the first core to themselves.
        say: hears what is being done.
    """

    rounds: int
    quick: bool
    minutes: float
    own_core: bool
    say: Callable[[str], None]
    stack: ExitStack = field(default_factory=ExitStack)

    @cached_property
    def folder(self) -> Path:
        """For temporary files; gone at the end."""
        return Path(self.stack.enter_context(TemporaryDirectory(prefix="byoc-bench-")))

    @cached_property
    def engine(self) -> docker.DockerClient:
        """The engine as it is, for what must not go through the emulator."""
        client = connect(find_engine(os.environ))
        self.stack.callback(client.close)
        return client

    @cached_property
    def trained(self) -> abalone.Artifacts:
        """Both project images built, and the models that training made."""
        self.say("building both images of containers/, and training them")
        place = self.folder / "trained"
        place.mkdir()
        with session() as opened:
            abalone.build(opened)
            return abalone.train(opened, abalone.split(), place)

    @cached_property
    def echo(self) -> str:
        """The image that answers with what it was sent."""
        self.say("building the echo image")
        base = base_image(ECHO_BASE)
        with session() as opened:
            return opened.build(Path(__file__).parent / "echo", tag=ECHO, arguments={"BASE_IMAGE": base})

    @property
    def predictor(self) -> Model:
        """The predictor alone."""
        return Model(containers=(ContainerDefinition(abalone.PREDICTOR, model_data_url=self.trained.predictor),))

    def seconds(self, usual: float) -> float:
        """How long a stretch of load lasts."""
        return usual / 4 if self.quick else usual

    def extracted(self, archive: Path) -> Path:
        """A model's files, as the emulator would mount them."""
        import tarfile

        target = self.folder / archive.name.partition(".")[0]
        if not target.exists():
            target.mkdir()
            with tarfile.open(archive) as opened:
                opened.extractall(target, filter="data")
        return target


@contextmanager
def ground(*, rounds: int, quick: bool, minutes: float, own_core: bool, say: Callable[[str], None]) -> Iterator[Ground]:
    """Where measuring is done, for as long as it is; credentials and settings of the developer are hidden."""
    hidden = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith(("AWS_", "BYOC_"))}
    os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
    made = Ground(rounds=rounds, quick=quick, minutes=minutes, own_core=own_core, say=say)
    try:
        with made.stack:
            yield made
    finally:
        os.environ.pop("AWS_EC2_METADATA_DISABLED", None)
        os.environ.update(hidden)


def free_port() -> int:
    """A TCP port on the loopback that nobody has right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
