"""``byoc diff`` where one of the two is an endpoint in service, asked through boto3."""

from __future__ import annotations

from pathlib import Path

import pytest

from containers import abalone
from emulator.adapters.aws import LocalAws
from emulator.compare.comparing import Comparing
from emulator.contract.sample import Sample
from emulator.difference import diff
from emulator.regression import RemoteEndpoint, record
from emulator.settings import Settings
from tests.conftest import ROW, Trained

pytestmark = pytest.mark.engine

SAMPLE = Sample(body=f"{ROW}\n".encode() * 3, content_type="text/csv")
HOW = Comparing(search_seconds=3.0, seed=1, latency_pairs=6)


@pytest.fixture
def settings(aws: LocalAws, cache: Path) -> Settings:
    """Those of a program that knows the emulator's address."""
    return Settings.load(flags={"endpoint_url": aws.url, "cache": str(cache)})


def test_endpoint_is_the_same_as_the_images_it_runs(pipeline: str, trained: Trained, settings: Settings) -> None:
    """A chain started for it answers as the endpoint does, and so does a recording of that."""
    chain = abalone.pipeline(trained.artifacts)
    live = diff(RemoteEndpoint(name=pipeline), chain, [SAMPLE], how=HOW, settings=settings)
    golden = diff(record(pipeline, [SAMPLE], settings=settings), chain, how=HOW, settings=settings)

    assert ("same", "same") == (live.verdict, golden.verdict), live.differences
    assert (None, True) == (live.baseline.startup_seconds, live.latency is not None)
    assert live.searched > 0
    assert [abalone.FEATURIZER, abalone.PREDICTOR] == [each.image for each in live.candidate.stages]


def test_two_endpoints_that_answer_otherwise_are_told_apart(obedient: str, pipeline: str, settings: Settings) -> None:
    """An endpoint that sends rows back as they came differs in the media type, before anything else is compared."""
    found = diff(RemoteEndpoint(name=pipeline), RemoteEndpoint(name=obedient), [SAMPLE], how=HOW, settings=settings)

    assert "changed" == found.verdict
    assert [("media type", "application/json", "text/csv")] == [
        (each.aspect, each.baseline, each.candidate) for each in found.differences
    ]
