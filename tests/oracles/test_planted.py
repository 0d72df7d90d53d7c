"""The comparison sees: each model is changed a little, and the generated records tell it from the container's."""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import Phase, given, settings

if TYPE_CHECKING:
    from emulator.model.record import Row
    from tests.oracles.conftest import Batches, Pair, Rows

pytestmark = pytest.mark.engine


def complaint(pair: Pair, batches: Batches, *, shrunk: bool = False) -> str:
    """What the comparison says of generated records; fails if it says nothing."""

    @settings(
        max_examples=500,  # it ends at the first that tells
        database=None,
        derandomize=True,
        report_multiple_bugs=False,
        phases=[Phase.generate, Phase.shrink] if shrunk else [Phase.generate],
    )
    @given(batches)
    def compared(rows: list[Row]) -> None:
        pair.compare(rows)

    with pytest.raises(AssertionError, match="otherwise than in this process") as caught:
        compared()
    return str(caught.value)


def a_step_beside(array: Any) -> None:
    """Move the first number of an array to the next float."""
    array[0] = np.nextafter(array[0], np.inf)


def changed_mean(transformer: Any) -> None:
    """By one step of 64 bits."""
    a_step_beside(transformer.named_transformers_["num"]["scaler"].mean_)


def changed_scale(transformer: Any) -> None:
    """By one step of 64 bits."""
    a_step_beside(transformer.named_transformers_["num"]["scaler"].scale_)


def changed_median(transformer: Any) -> None:
    """Only seen where a length is missing."""
    a_step_beside(transformer.named_transformers_["num"]["imputer"].statistics_)


def changed_order(transformer: Any) -> None:
    """Of the columns that stand for the sexes."""
    categories = transformer.named_transformers_["cat"]["onehot"].categories_
    categories[0] = np.array(["F", "M", "I"], dtype=object)


@pytest.mark.parametrize("change", [changed_mean, changed_scale, changed_median, changed_order])
def test_changed_transformer_is_seen(
    change: Callable[[Any], None], featurizer: Pair, transformer: Any, raw_batches: Batches, made_of: Any
) -> None:
    """A transformer with one other number is not the container's."""
    other = deepcopy(transformer)
    change(other)

    complaint(replace(featurizer, oracle=made_of(other)), raw_batches)


@pytest.mark.parametrize(("sex", "taken_for"), [("missing", "unseen"), ("unseen", "missing"), ("unseen", "I")])
def test_swallowed_sex_is_seen(sex: str, taken_for: str, featurizer_of_gaps: Pair, raw_batches: Batches) -> None:
    """Records have missing and unseen sexes: who takes them for something else is found out."""
    other = {"unseen": "?!", "missing": None}.get(taken_for, taken_for)

    def oracle(rows: Rows) -> Any:
        taken = [(other if kind(row[0]) == sex else row[0], *row[1:]) for row in rows]
        return featurizer_of_gaps.oracle(taken)

    complaint(replace(featurizer_of_gaps, oracle=oracle), raw_batches)


def kind(sex: object) -> str:
    """What a sex is to a transformer."""
    return "missing" if sex is None else str(sex) if sex in ("F", "I", "M") else "unseen"


def without_last_tree(predictor: Pair, booster: Any, made_of: Any) -> Any:
    """The least of all trees."""
    return made_of(booster[: booster.num_boosted_rounds() - 1])


def of_six_decimals(predictor: Pair, booster: Any, made_of: Any) -> Any:
    """As of a text that was printed with %f; only seen next to a branch."""
    return lambda rows: predictor.oracle(np.round(np.array(rows, dtype=float), 6))


def of_zero_for_missing(predictor: Pair, booster: Any, made_of: Any) -> Any:
    """As if a gap were a number."""
    return lambda rows: predictor.oracle(np.nan_to_num(np.array(rows, dtype=float), posinf=None, neginf=None))


def of_six_digits(predictor: Pair, booster: Any, made_of: Any) -> Any:
    """As of a text that was printed with %g."""
    return lambda rows: np.array([np.float32(f"{score:g}") for score in predictor.oracle(rows)])


@pytest.mark.parametrize("change", [without_last_tree, of_six_decimals, of_zero_for_missing, of_six_digits])
def test_changed_booster_is_seen(
    change: Callable[..., Any], predictor: Pair, booster: Any, feature_batches: Batches, made_of: Any
) -> None:
    """A booster with a tree less, and one that is told or tells less, is not the container's."""
    complaint(replace(predictor, oracle=change(predictor, booster, made_of)), feature_batches)


def test_changed_pipeline_is_seen(pipeline: Pair, pipeline_batches: Batches) -> None:
    """Nor is a pipeline one that gives the records back in another order."""
    complaint(replace(pipeline, oracle=lambda rows: pipeline.oracle(rows)[::-1]), pipeline_batches)


@pytest.mark.parametrize(
    ("told", "body"),
    [
        ("it answers an array of (1,)", b'{"result": [9.5]}'),
        ("it answers JSONDecodeError(", b"9.5, 7.25"),
        ("it answers KeyError('result')", b'{"results": [9.5, 7.25]}'),
        ("container:  nan", b'{"result": [NaN, NaN]}'),
    ],
)
def test_reply_of_another_form_is_seen(told: str, body: bytes, predictor: Pair, features: list[Row]) -> None:
    """Too few answers, other ones than JSON, ones under another name, and NaN are no answers."""
    read = predictor.read

    with pytest.raises(AssertionError) as caught:
        replace(predictor, read=lambda reply: read(body)).compare(features[:2])
    assert told in str(caught.value)
    assert "POST /invocations 200" in str(caught.value)


def test_complaint_shows_all_it_takes(featurizer: Pair, transformer: Any, raw_batches: Batches, made_of: Any) -> None:
    """One record, as small as can be, both answers, and the container's log."""
    other = deepcopy(transformer)
    other.named_transformers_["num"]["scaler"].mean_[0] += 1

    said = complaint(replace(featurizer, oracle=made_of(other)), raw_batches, shrunk=True)

    lines = said.splitlines()
    name = featurizer.endpoint.containers[0].name
    assert ["1 of 1 records are answered otherwise than in this process.", f"log of {name}:"] == [lines[0], lines[4]]
    assert re.fullmatch(r"record 1: [FIM](,[\d.]+){7}", lines[1])
    assert re.fullmatch(r"  container:  \[(-?[\d.]+(, )?){10}\]", lines[2])
    assert re.fullmatch(r"  in process: \[(-?[\d.]+(, )?){10}\]", lines[3])
    assert lines[2].partition("[")[2] != lines[3].partition("[")[2]
    assert "POST /invocations 200" in lines[-1]
