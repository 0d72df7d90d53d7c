"""``byoc diff`` on real images: the same against itself, one with a bug, a recording, one that does not load."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from containers import abalone
from emulator import ContainerDefinition, Model, Settings
from emulator.compare.comparing import Comparing
from emulator.compare.retraining import Channel
from emulator.contract.sample import Sample
from emulator.difference import diff
from emulator.hosting.session import Session
from emulator.regression import record
from emulator.render import comparison_html, comparison_json

if TYPE_CHECKING:
    from tests.containers.conftest import LeftBehind, Told

pytestmark = pytest.mark.engine

FISH = Path(__file__).parents[2] / "fixtures" / "fish"
HOW = Comparing(search_seconds=5.0, seed=1, latency_pairs=6)
NO_SEARCH = Comparing(search_seconds=0, latency_pairs=0)


@pytest.fixture(scope="session")
def fish(opened: Session, images: None, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """The tag of our featurizer with a bug of fixtures/fish, built."""

    def build(name: str) -> str:
        context = tmp_path_factory.mktemp("fish")
        shutil.copytree(FISH / name, context, dirs_exist_ok=True)
        shutil.copy(FISH / "featurize.Dockerfile", context / "Dockerfile")
        return opened.build(context, tag=f"byoc-fish/{name}", arguments={"GOOD": abalone.FEATURIZER})

    return build


@pytest.fixture(scope="session")
def sample(rows: abalone.Split) -> Sample:
    """Records without their label, of all three sexes."""
    records = [line.rsplit(",", 1)[0] for line in rows.held_out[:40]]
    return Sample(body="".join(f"{each}\n" for each in records).encode(), content_type="text/csv")


@pytest.fixture(scope="session")
def hosted_as(artifacts: abalone.Artifacts) -> Callable[[str], Model]:
    """A featurizer with the one artifact."""
    return lambda image: Model(containers=(ContainerDefinition(image, model_data_url=artifacts.featurizer),))


def test_image_is_the_same_as_itself(
    hosted_as: Callable[[str], Model], sample: Sample, settings: Settings, left_behind: LeftBehind
) -> None:
    """An image answers as itself, latency comes with an interval, and nothing is left behind."""
    found = diff(hosted_as(abalone.FEATURIZER), hosted_as(abalone.FEATURIZER), [sample], how=HOW, settings=settings)

    assert ("same", (), None) == (found.verdict, found.differences, found.counterexample)
    assert found.searched
    assert found.latency is not None
    assert found.latency.low <= found.latency.median <= found.latency.high
    assert None not in (found.baseline.startup_seconds, found.candidate.startup_seconds)
    assert found.baseline.size_bytes == found.candidate.size_bytes > 0
    assert found == comparison_json.comparison_from(comparison_json.render(found))
    assert [] == left_behind()


def test_bug_of_all_rows_is_found_and_laid_at_its_column(
    fish: Callable[[str], str], hosted_as: Callable[[str], Model], sample: Sample, settings: Settings
) -> None:
    """Swapped one-hot columns are a change in two columns of the reply, brought about by the first of the request."""
    found = diff(hosted_as(abalone.FEATURIZER), hosted_as(fish("one-hot-order")), [sample], how=HOW, settings=settings)

    assert "changed" == found.verdict
    assert {"column 8", "column 10"} == {each.column for each in found.columns if each.beyond}
    assert found.counterexample is not None
    assert 1 == found.counterexample.request.body.count(b"\n")
    assert ("column 1", 1.0) == (found.counterexample.input_column, found.counterexample.absolute)
    assert "column 1 of the request" in comparison_html.render(found)


def test_bug_that_no_row_of_the_sample_shows_is_found(
    fish: Callable[[str], str], hosted_as: Callable[[str], Model], sample: Sample, settings: Settings
) -> None:
    """An image that takes a missing number for zero is told from one that does not by a row without that number."""
    found = diff(
        hosted_as(abalone.FEATURIZER), hosted_as(fish("missing-as-zero")), [sample], how=HOW, settings=settings
    )

    assert ("changed", ()) == (found.verdict, found.differences)
    assert found.counterexample is not None
    assert b",," in found.counterexample.request.body or found.counterexample.request.body.endswith(b",\n")
    assert ("number", 1) == (
        found.counterexample.difference.aspect,
        found.counterexample.request.body.count(b"\n"),
    )


def test_recording_stands_for_the_image_it_was_made_of(
    fish: Callable[[str], str], hosted_as: Callable[[str], Model], sample: Sample, settings: Settings
) -> None:
    """A chain is the same as its recording, and another image is not."""
    golden = record(hosted_as(abalone.FEATURIZER), [sample], settings=settings)
    same = diff(golden, hosted_as(abalone.FEATURIZER), how=HOW, settings=settings)
    other = diff(golden, hosted_as(fish("one-hot-order")), how=HOW, settings=settings)

    assert ("same", "changed") == (same.verdict, other.verdict)
    assert (None, None) == (other.latency, other.counterexample)
    assert "Latency was not compared, as" in other.reason


def test_candidate_that_cannot_read_the_artifact_fails_to_load(
    hosted_as: Callable[[str], Model], told: Told, sample: Sample, settings: Settings, left_behind: LeftBehind
) -> None:
    """A candidate that ends before it is healthy is a verdict, in the words of its log."""
    exits = told(BEFORE="sys.exit('ValueError: this pickle is of another version')")
    found = diff(hosted_as(abalone.FEATURIZER), Model(containers=(exits,)), [sample], how=HOW, settings=settings)

    assert "fails to load" == found.verdict
    assert "ValueError: this pickle is of another version" in found.reason
    assert [abalone.FEATURIZER] == [each.image for each in found.baseline.stages]
    assert [] == left_behind()


def test_both_sides_are_retrained(
    artifacts: abalone.Artifacts, rows: abalone.Split, sample: Sample, settings: Settings, tmp_path: Path
) -> None:
    """With channels each side's image trains a model first, and the same image trains the same; given one is left."""
    channel = tmp_path / "train"
    channel.mkdir()
    (channel / "abalone.csv").write_text("\n".join(rows.train[:300]) + "\n")
    before = artifacts.featurizer.read_bytes()
    plain = Model(containers=(ContainerDefinition(abalone.FEATURIZER, model_data_url=artifacts.featurizer),))
    train = [Channel(name="train", folder=channel)]

    alike = diff(plain, plain, [sample], how=NO_SEARCH, retrain=train, settings=settings)
    golden = diff(record(plain, [sample], settings=settings), plain, how=NO_SEARCH, retrain=train, settings=settings)

    assert "same" == alike.verdict
    assert {each.model_data for each in (*alike.baseline.stages, *alike.candidate.stages)} == {
        alike.baseline.stages[0].model_data
    }
    assert "changed" == golden.verdict
    assert {"number"} == {each.aspect for each in golden.differences}
    assert before == artifacts.featurizer.read_bytes()
