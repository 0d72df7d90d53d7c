"""Recordings of the real pipeline, and the packages inside real images."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from containers import abalone
from emulator.assemble import session
from emulator.compare.file import read_recording
from emulator.compare.masking import masked
from emulator.contract.sample import Sample
from emulator.model.recording import Recording
from emulator.ports import ImageMissing
from emulator.regression import record
from emulator.settings import Settings
from tests.conftest import ROW, Trained

if TYPE_CHECKING:
    import docker as docker_py

    from tests.containers.conftest import LeftBehind

pytestmark = pytest.mark.engine

ROWS = Sample(body=f"{ROW}\nM,0.45,0.32,0.1,0.381,0.1705,0.075,0.115\n".encode(), content_type="text/csv")

ORACLE = """
import importlib.metadata, json, re, sys
found = {re.sub("[-_.]+", "-", each.metadata["Name"]).lower(): each.version
         for each in importlib.metadata.distributions()}
print(json.dumps({**found, "python": "%d.%d" % sys.version_info[:2]}))
"""


@pytest.fixture(scope="module")
def golden(trained: Trained) -> Recording:
    """The pipeline, recorded."""
    return record(abalone.pipeline(trained.artifacts), [ROWS], rows=True, settings=Settings.load())


@pytest.fixture
def empty_image(docker: docker_py.DockerClient) -> Iterator[str]:
    """The id of an image with one file in it, and no program at all."""
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("etc/motd"))
    answer = docker.api.import_image_from_data(tar.getvalue(), repository="byoc-test/empty", tag="latest")
    image: str = json.loads(answer)["status"]
    yield image
    docker.images.remove("byoc-test/empty:latest")


def test_the_pipeline_is_recorded(golden: Recording, trained: Trained) -> None:
    """Replies are those of the pipeline, row by row, and its images are known by digest, size, model data, packages."""
    whole, first, _ = golden.exchanges
    featurizer, predictor = golden.stages

    assert [200, 200, 200] == [each.status for each in golden.exchanges]
    assert [trained.expected] == json.loads(first.body)["result"]
    assert trained.expected == json.loads(whole.body)["result"][0]
    assert "1.9.1" == featurizer.versions["scikit-learn"]
    assert "3.2.0" == predictor.versions["xgboost-cpu"]
    assert all(each.image_id.startswith("sha256:") and each.size_bytes for each in golden.stages)
    assert all(each.model_data.startswith("sha256:") for each in golden.stages)
    assert golden.startup_seconds


def test_the_pipeline_answers_the_same_again(golden: Recording, trained: Trained) -> None:
    """A second recording has the same exchanges and containers."""
    again = record(abalone.pipeline(trained.artifacts), [ROWS], rows=True, settings=Settings.load())

    assert golden.exchanges == again.exchanges == masked(again.exchanges, like=golden.exchanges)
    assert golden.stages == again.stages


@pytest.mark.parametrize("image", [abalone.FEATURIZER, abalone.PREDICTOR])
def test_packages_are_those_that_python_finds(image: str, trained: Trained, docker: docker_py.DockerClient) -> None:
    """What is read from outside is what the image's own Python says of itself."""
    said = docker.containers.run(image, ["-c", ORACLE], entrypoint="python3", remove=True)
    with session() as opened:
        found = opened.world.runtime.libraries(image)

    assert json.loads(said) == {name: version for name, version in found.items() if name not in {"pip", "wheel"}}


def test_an_image_needs_no_python(settings: Settings, empty_image: str, left_behind: LeftBehind, cache: Path) -> None:
    """An image without a program has no packages, that is remembered under its id, and no container is left."""
    with session(settings) as opened:
        first = opened.world.runtime.libraries("byoc-test/empty")
        kept = cache / "libraries" / f"{empty_image.rpartition(':')[2]}.json"
        text = kept.read_text()
        kept.write_text('{"six": "1.0"}')
        second = opened.world.runtime.libraries("byoc-test/empty")
        kept.write_text("broken")
        third = opened.world.runtime.libraries("byoc-test/empty")
        with pytest.raises(ImageMissing):
            opened.world.runtime.libraries("byoc-test/no-such-image")

    assert ({}, "{}\n", {"six": "1.0"}, {}) == (first, text, second, third)
    assert [] == left_behind()


@pytest.mark.parametrize(
    ("given", "code", "text"),
    [
        ((abalone.PREDICTOR, "no-such.tar.gz"), 2, "There is no model data at no-such.tar.gz.\nwhy: no such file"),
        (("byoc-test/none", "none"), 1, "EndpointFailed: Requested image byoc-test/none not found."),
    ],
    ids=["artifact", "image"],
)
@pytest.mark.usefixtures("trained")
def test_what_is_missing_is_told(
    tmp_path: Path, left_behind: LeftBehind, given: tuple[str, str], code: int, text: str
) -> None:
    """A missing artifact is usage, a missing image AWS's refusal; nothing is written and nothing left."""
    (tmp_path / "rows.csv").write_bytes(ROWS.body)
    done = byoc_record(tmp_path, given[0], "-m", given[1])

    assert code == done.returncode
    assert text in done.stderr
    assert not (tmp_path / "golden.json").exists()
    assert [] == left_behind()


def byoc_record(folder: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    """``byoc record`` of rows.csv as golden.json in that folder."""
    command = [sys.executable, "-m", "emulator", "record", "--sample", "rows.csv", "-o", "golden.json"]
    environ = {**os.environ, "BYOC_CACHE": str(folder / "cache"), "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.run(
        [*command, *map(str, arguments)],
        env=environ,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=folder,
    )


def test_the_command_records_and_updates(trained: Trained, tmp_path: Path, left_behind: LeftBehind) -> None:
    """The command writes a recording, keeps it, and replaces it when told to; what changed is said."""
    (tmp_path / "rows.csv").write_bytes(ROWS.body)
    artifacts: Any = trained.artifacts
    chain = (abalone.FEATURIZER, abalone.PREDICTOR, "-m", artifacts.featurizer, "-m", artifacts.predictor)
    first = byoc_record(tmp_path, *chain)
    recording = read_recording(tmp_path / "golden.json")
    second = byoc_record(tmp_path, *chain)
    third = byoc_record(tmp_path, *chain, "--update", "--rows")

    assert [0, 2, 0] == [each.returncode for each in (first, second, third)]
    assert first.stdout.startswith("golden.json: 1 exchange with byoc-abalone/featurizer:latest → ")
    assert "scikit-learn 1.9.1, xgboost-cpu 3.2.0, numpy " in first.stdout
    assert "golden.json is there already.\n" in second.stderr
    assert "2 requests added" == third.stdout.splitlines()[1]
    assert recording.exchanges[0] == read_recording(tmp_path / "golden.json").exchanges[0]
    assert [] == left_behind()
