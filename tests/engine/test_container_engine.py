"""The engine of this machine: found, described, and given a base image of its own name."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest
from docker.errors import ImageNotFound
from testcontainers.core.docker_client import DockerClient

from emulator.adapters.engine.base_image import make_base_image
from emulator.adapters.engine.client import connect, docker_environment
from emulator.adapters.engine.find import find_engine
from emulator.model.engine import Engine

pytestmark = pytest.mark.engine
REFERENCE = "python:3.11-slim-bookworm"
needs_mmdebstrap = pytest.mark.skipif(
    not (shutil.which("mmdebstrap") and os.geteuid() == 0), reason="bootstrapping here needs mmdebstrap and root"
)


@pytest.fixture(scope="module")
def engine() -> Engine:
    """The engine this machine offers."""
    return find_engine(os.environ)


@pytest.fixture
def repository(engine: Engine) -> Iterator[str]:
    """A first part of image names that nobody else uses; its images are removed."""
    name = f"byoc-test-{uuid.uuid4().hex[:12]}"
    yield name
    with closing(connect(engine)) as client:
        for image in client.images.list():
            for tag in image.tags:
                if tag.startswith(f"{name}/"):
                    client.images.remove(tag)


def test_engine_answers(engine: Engine) -> None:
    """The engine found says the same of itself to a client made for it."""
    with closing(connect(engine)) as client:
        version = client.version()

    assert (version["Version"], version["ApiVersion"]) == (engine.version, engine.api_version)


def test_testcontainers_reaches_the_same_engine(engine: Engine) -> None:
    """testcontainers' client, given the engine's environment, talks to that engine."""
    with (
        closing(DockerClient(environment=docker_environment(engine)).client) as theirs,
        closing(connect(engine)) as ours,
    ):
        assert ours.info()["ID"] == theirs.info()["ID"]


@needs_mmdebstrap
def test_bootstrapped_image_runs(engine: Engine, repository: str, tmp_path: Path) -> None:
    """A bootstrapped Python image runs its Python, holds the bundle where pip looks, and is made only once."""
    bundle = tmp_path / "ca.pem"
    bundle.write_text("-----BEGIN CERTIFICATE-----\nours\n")
    told: list[str] = []

    def make() -> SimpleNamespace:
        made = make_base_image(
            REFERENCE,
            engine=engine,
            environ=os.environ,
            state=tmp_path,
            on_progress=told.append,
            mode="bootstrap",
            ca_bundle=str(bundle),
            repository=repository,
        )
        return SimpleNamespace(tag=made.tag, made=made.made)

    first, second = make(), make()
    script = "import os, sys, venv; print('%d.%d' % sys.version_info[:2]); print(open(os.environ['PIP_CERT']).read())"
    with closing(connect(engine)) as client:
        output = client.containers.run(first.tag, ["python3", "-c", script], remove=True, network_mode="none")

    assert (f"{repository}/python:3.11-bookworm", True, False) == (first.tag, first.made, second.made)
    assert b"3.11\n-----BEGIN CERTIFICATE-----\nours" in output
    assert told


def test_image_that_cannot_be_made_leaves_nothing(engine: Engine, repository: str, tmp_path: Path) -> None:
    """An mmdebstrap that breaks off leaves no truncated image in the engine."""
    program = tmp_path / "mmdebstrap"
    program.write_text("#!/bin/sh\nhead -c 3000000 /dev/zero\nexit 25\n")
    program.chmod(0o755)

    with pytest.raises(Exception, match="status 25"):
        make_base_image(
            "debian:bookworm",
            engine=engine,
            environ={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"},
            state=tmp_path,
            on_progress=print,
            mode="bootstrap",
            repository=repository,
        )

    with closing(connect(engine)) as client, pytest.raises(ImageNotFound):
        client.images.get(f"{repository}/debian:bookworm")
