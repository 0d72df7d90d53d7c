"""Our images answer as their models do in this process, whatever the records, and however many come at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator import ModelError
from emulator.strategies import encoded

if TYPE_CHECKING:
    from emulator.model.record import Row
    from tests.oracles.conftest import Batches, Pair

pytestmark = pytest.mark.engine

PART = 10_000
"""Records that both images compute at once; more are answered in parts."""


@given(data=st.data())
def test_featurizer_is_its_transformer(data: st.DataObject, featurizer: Pair, raw_batches: Batches) -> None:
    """The featurizer's CSV is, float for float, what the unpickled ColumnTransformer makes of the records."""
    featurizer.compare(data.draw(raw_batches))


@given(data=st.data())
def test_featurizer_tells_missing_from_unseen(
    data: st.DataObject, featurizer_of_gaps: Pair, raw_batches: Batches
) -> None:
    """The same of one that was trained on gaps, where a missing sex is a category, and an unseen one is none."""
    featurizer_of_gaps.compare(data.draw(raw_batches))


@given(data=st.data())
def test_predictor_is_its_booster(data: st.DataObject, predictor: Pair, feature_batches: Batches) -> None:
    """The predictor's numbers are the booster's, also where a feature is missing, or lies at a branch of a tree."""
    predictor.compare(data.draw(feature_batches))


@given(data=st.data())
def test_pipeline_is_one_after_the_other(data: st.DataObject, pipeline: Pair, pipeline_batches: Batches) -> None:
    """Both containers in a row predict what the booster predicts of the transformer's features."""
    pipeline.compare(data.draw(pipeline_batches))


@pytest.mark.parametrize("name", ["featurizer", "predictor", "pipeline"])
def test_all_real_records(name: str, request: pytest.FixtureRequest, abalones: list[Row], features: list[Row]) -> None:
    """The real records three times over, in one request that no container computes in one go."""
    rows = features if name == "predictor" else abalones
    assert len(rows) * 3 > PART

    request.getfixturevalue(name).compare(rows * 3)


def test_features_of_more_than_32_bits_are_refused_by_both(pipeline: Pair, abalones: list[Row]) -> None:
    """What does not fit 32 bits once it is scaled is the caller's mistake to the predictor, and an error to xgboost."""
    from xgboost.core import XGBoostError

    rows = [abalones[0], ("M", 3.4e38, *abalones[1][2:])]

    with pytest.raises(XGBoostError, match="too large"):
        pipeline.oracle(rows)
    with pytest.raises(ModelError) as caught:
        pipeline.endpoint.invoke(encoded(rows, pipeline.schema), content_type="text/csv")
    assert 400 == caught.value.original_status_code
    assert "row 2, column 'feature 1': " in caught.value.original_message
    assert caught.value.original_message.endswith("is too large for a 32-bit float")
