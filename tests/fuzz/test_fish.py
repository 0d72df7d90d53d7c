"""The net catches fish: every planted bug is found, by the property that is there for it, and no other is invented.

The fish are images with one bug each (fixtures/fish). A run has the examples of the profile ``byoc-ci``.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, find, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from containers import abalone
from emulator import Model, ModelError
from emulator.contract.sample import Sample
from emulator.fuzz.property import properties
from emulator.fuzz.run import Fuzzing
from emulator.hosting.endpoint import Endpoint
from emulator.model.report import Report
from emulator.strategies import batches, encoded, learnt_from, neighbours
from emulator.verdict import fuzz

if TYPE_CHECKING:
    from tests.conftest import Trained

NET = {
    "bad-rows-stay": "remembers-requests",
    "batch-scaling": "batch-differs-from-rows",
    "carriage-return-in-field": "equivalent-bodies-differ",
    "decimal-comma": "reply-not-as-declared",
    "draws-lots": "same-request-differs",
    "duplicates-dropped": "rows-lost",
    "empty-body-500": "malformed-5xx",
    "every-17th-fails": "valid-rows-refused",
    "exits-on-huge-number": "malformed-5xx",
    "first-row-a-header": "rows-lost",
    "hang-up-keeps-the-lock": "sequences-break-it",
    "last-row-lost": "equivalent-bodies-differ",
    "media-type-case": "equivalent-bodies-differ",
    "nan-in-json": "reply-not-as-declared",
    "numpy-in-csv": "reply-not-as-declared",
    "quotes-kept": "equivalent-bodies-differ",
    "rows-sorted": "order-not-kept",
    "stack-trace-in-400": "long-error-text",
    "state-leak": "remembers-requests",
    "thread-race": "concurrent-requests-differ",
    "unhealthy-after-fault": "ping-lost-after-malformed",
    "waits-for-newline": "malformed-hangs",
    "word-for-number-500": "malformed-5xx",
}
"""The fish that an image shows by itself, and the property that finds each."""

ORACLE = ("category-case", "missing-as-zero", "one-hot-order")
"""Those whose answers are wrong, but as regular as right ones: another image has to say so."""

SEED = 0
CI = settings.get_profile("byoc-ci")

SEEDS = range(20)
SHORT_SECONDS = 4.0
PIPELINE_SECONDS = 6.0


def assert_clean(report: Report) -> None:
    """Every property was tried and held."""
    assert [] == [(each.rule.code, each.what) for each in report.findings]
    assert [] == [(each.rule.code, each.reason) for each in report.outcomes if each.status != "passed"]


def seconds_of(name: str) -> float:
    """What a property has of the time of a run that is told nothing."""
    shares = {each.rule.name: each.share for each in properties()}
    return Fuzzing().seconds * shares[name] / sum(shares.values())


@pytest.mark.engine
@pytest.mark.parametrize("name", NET)
def test_fish_is_caught(name: str, model_of: Callable[[str], Model], good_sample: Sample) -> None:
    """A bug is found within the examples of ``ci``, in the few seconds that a run of a minute has for its property."""
    fuzzing = Fuzzing(seed=SEED, examples=CI.max_examples, seconds=seconds_of(NET[name]), select=(NET[name],))
    (outcome,) = fuzz(model_of(name), fuzzing, sample=good_sample).outcomes

    assert "failed" == outcome.status, outcome.reason


@pytest.mark.engine
@pytest.mark.parametrize("seed", SEEDS)
def test_good_image_is_not_caught(seed: int, model_of: Callable[[str], Model], good_sample: Sample) -> None:
    """The image that the fish were made of breaks no property, whatever is drawn."""
    fuzzing = Fuzzing(seed=seed, examples=CI.max_examples, seconds=SHORT_SECONDS)

    assert_clean(fuzz(model_of("good"), fuzzing, sample=good_sample))


@pytest.mark.engine
@pytest.mark.parametrize("seed", SEEDS)
def test_our_pipeline_is_not_caught(seed: int, trained: Trained, abalone_sample: Sample) -> None:
    """Featurizer and predictor in a row break no property, whatever is drawn."""
    fuzzing = Fuzzing(seed=seed, examples=CI.max_examples, seconds=PIPELINE_SECONDS)

    assert_clean(fuzz(abalone.pipeline(trained.artifacts), fuzzing, sample=abalone_sample))


def said(endpoint: Endpoint, body: bytes) -> str:
    """The answer to rows, or that they were refused."""
    try:
        return endpoint.invoke(body, content_type="text/csv").text
    except ModelError as refused:
        return f"{refused.original_status_code}"


def disagreement(one: Endpoint, other: Endpoint, sample: Sample) -> bytes | None:
    """The smallest body that two images answer differently; None if they agree on all that is drawn."""
    schema = learnt_from(sample.body, sample.content_type)
    valid = batches(schema, max_size=3).map(lambda rows: encoded(rows, schema))
    words = neighbours(schema, labels=("unknown category", "category in another case")).map(lambda each: each.body)
    told = settings(
        CI,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    try:
        return find(
            st.one_of(valid, words),
            lambda body: said(one, body) != said(other, body),
            settings=told,
            random=Random(SEED),
        )
    except NoSuchExample:
        return None


@pytest.mark.engine
@pytest.mark.parametrize("name", ORACLE)
def test_sound_image_gives_fish_away(
    name: str, featurizer: Endpoint, featurizer_with: Callable[[str], Endpoint], abalone_sample: Sample
) -> None:
    """A silently wrong image answers other than the sound one within the examples of ``ci``, for a single row."""
    body = disagreement(featurizer, featurizer_with(name), abalone_sample)

    assert body is not None
    assert 1 == len(body.splitlines())


@pytest.mark.engine
def test_sound_image_agrees_with_itself(featurizer: Endpoint, abalone_sample: Sample) -> None:
    """The same search finds nothing between an image and itself."""
    assert disagreement(featurizer, featurizer, abalone_sample) is None


def test_every_property_has_a_fish(fish: set[str]) -> None:
    """No property that never caught anything, and no fish that nobody looks for."""
    assert {each.rule.name for each in properties()} == set(NET.values())
    assert fish == {*NET, *ORACLE}


def test_readme_says_who_catches_what(readme: str) -> None:
    """Its table names each fish with what finds it."""
    rows = [[cell.strip(" `") for cell in line.split("|")[1:-1]] for line in readme.splitlines() if line[:3] == "| `"]

    assert {**NET, **dict.fromkeys(ORACLE, "oracle")} == {name: catcher for name, catcher, _ in rows}
