"""Recordings of endpoints that run elsewhere, through boto3."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from emulator.adapters.aws import LocalAws
from emulator.compare.file import read_recording
from emulator.contract.sample import Sample
from emulator.errors import UsageError
from emulator.model.event import Event, Notice
from emulator.regression import RemoteEndpoint, record, side_of
from emulator.settings import Settings
from tests.aws.conftest import Hosted, Told
from tests.conftest import ROW, Published, Until

pytestmark = pytest.mark.engine

SAMPLE = Sample(body=f"{ROW}\n".encode(), content_type="text/csv")


@pytest.fixture
def settings(aws: LocalAws, cache: Path) -> Settings:
    """Those of a program that knows the emulator's address."""
    return Settings.load(flags={"endpoint_url": aws.url, "cache": str(cache)})


def test_an_endpoint_is_recorded(pipeline: str, published: Published, settings: Settings) -> None:
    """Replies come from the endpoint, containers from its description, packages from the images by digest."""
    heard: list[Event] = []
    recording = record(pipeline, [SAMPLE], settings=settings, emit=heard.append)
    (exchange,), (featurizer, predictor) = recording.exchanges, recording.stages

    assert ("emulator", pipeline, None) == (recording.origin, recording.subject, recording.startup_seconds)
    assert [published.expected] == json.loads(exchange.body)["result"]
    assert [("container-1", published.featurizer_image), ("container-2", published.predictor_image)] == [
        (each.name, each.image) for each in recording.stages
    ]
    assert all(each.image_id.startswith("sha256:") and each.size_bytes for each in recording.stages)
    assert ("1.9.1", "3.2.0") == (featurizer.versions["scikit-learn"], predictor.versions["xgboost-cpu"])
    assert [] == [each for each in heard if isinstance(each, Notice)]


def test_a_failing_container_is_an_answer(obedient: str, settings: Settings) -> None:
    """ModelError through boto3 becomes the container's status and text."""
    code = b"status, answer = 418, b'teapot'"
    recording = record(obedient, [Sample(body=code, content_type="text/x-python")], settings=settings)

    assert [(418, b"teapot", None, "")] == [
        (each.status, each.body, each.content_type, each.failure) for each in recording.exchanges
    ]


def test_warnings_come_from_the_log(told: Told, hosted: Hosted, settings: Settings, until: Until) -> None:
    """What a container printed before it served is in CloudWatch Logs, and in the recording."""
    warn = "print('/x.py:1: UserWarning: this is old', flush=True)"
    with (
        hosted([told(BEFORE=warn)]) as name,
        side_of(RemoteEndpoint(name=name), settings=settings) as side,
    ):
        until(lambda: side.stages()[0].warnings)
        stages = side.stages()

    assert [("primary", ("UserWarning: this is old",))] == [(each.name, each.warnings) for each in stages]


def test_an_endpoint_that_is_not_there_is_told(settings: Settings, aws: LocalAws) -> None:
    """Its name and the address are named."""
    with pytest.raises(UsageError, match=f"There is no endpoint nowhere at {aws.url}"):
        record("nowhere", [SAMPLE], settings=settings)


def test_the_command_records_an_endpoint(pipeline: str, environ: dict[str, str], cache: Path, tmp_path: Path) -> None:
    """``byoc record --endpoint`` finds the emulator by AWS_ENDPOINT_URL, and says what it wrote."""
    (tmp_path / "rows.csv").write_bytes(SAMPLE.body)
    arguments = ["record", "--endpoint", pipeline, "--sample", "rows.csv", "-o", "golden.json", "--quiet"]
    done: Any = subprocess.run(
        [sys.executable, "-m", "emulator", *arguments],
        env={**environ, "BYOC_CACHE": str(cache), "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=tmp_path,
    )

    assert (0, "") == (done.returncode, done.stderr)
    assert done.stdout.startswith(f"golden.json: 1 exchange with {pipeline}, 2 containers, scikit-learn 1.9.1, ")
    assert "emulator" == read_recording(tmp_path / "golden.json").origin
