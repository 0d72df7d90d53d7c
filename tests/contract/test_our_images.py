"""Our own two images keep the contract they are checked against, under every profile they claim."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from containers import abalone
from emulator import ContainerDefinition, Model
from emulator.contract.examination import Examination
from emulator.contract.sample import Sample
from emulator.verdict import check

# One after the other: several such runs at once would starve each other of two cores.
pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("our-images")]

ROWS = Path(__file__).parents[2] / "fixtures" / "abalone.csv"


@pytest.fixture(scope="module")
def sample() -> Sample:
    """Ten records without their label."""
    lines = ROWS.read_text("utf-8").splitlines()[1:11]
    return Sample(body="".join(f"{line.rpartition(',')[0]}\n" for line in lines).encode(), content_type="text/csv")


@pytest.mark.parametrize("profile", ["realtime", "serverless", "marketplace"])
def test_pipeline_is_clean(profile: Any, trained: Any, sample: Sample) -> None:
    """Featurizer and predictor in a row have no finding, not even a note."""
    report = check(abalone.pipeline(trained.artifacts), Examination(profile=profile), sample=sample)

    assert [] == [(each.rule.code, each.container, each.what) for each in report.findings]
    assert [] == [(each.rule.code, each.reason) for each in report.outcomes if each.status == "errored"]
    assert all(each.healthy_after is not None for each in report.containers)


def test_predictor_alone_is_clean(trained: Any) -> None:
    """The predictor, asked with features, has no finding either."""
    row = b"-1.3195,-1.1324,-1.0453,-1.1805,-1.1332,-1.1524,-1.1358,0.0,1.0,0.0\n"
    alone = Model(containers=(ContainerDefinition(abalone.PREDICTOR, model_data_url=trained.artifacts.predictor),))
    report = check(alone, sample=Sample(body=row + row.replace(b"-1.3195", b"0.5"), content_type="text/csv"))

    assert [] == [(each.rule.code, each.what) for each in report.findings]
