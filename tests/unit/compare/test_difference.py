"""The comparison as one call: sides opened, models trained anew, and what goes wrong with each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from emulator.assemble import wooden_session
from emulator.compare.comparing import Comparing
from emulator.compare.retraining import Channel
from emulator.contract.sample import Sample
from emulator.difference import Work, diff
from emulator.errors import ArtifactRefused, EndpointFailed, TrainingFailed, UsageError
from emulator.hosting.session import Session
from emulator.model.comparison import Comparison
from emulator.model.hosting import ContainerDefinition, Model
from emulator.model.message import HttpRequest
from emulator.model.recording import Exchange, Recording, Request
from emulator.model.rules import HostingRules
from emulator.ports import ModelDataUnusable
from emulator.settings import Settings
from emulator.testing import Act, Answer, Exit, FakeStore, Script, ScriptedRuntime

HOW = Comparing(search_seconds=0.0, latency_pairs=6)
ROWS = Request(body=b"1\n2\n", content_type="text/csv")
JSON = {"Content-Type": "application/json"}


def doubling(factor: float) -> Script:
    """An image that multiplies."""

    def answer(request: HttpRequest) -> Act:
        result = [factor * float(line) for line in request.body.split()]
        return Answer(headers=JSON, body=json.dumps({"result": result}).encode())

    return Script(invocations=answer, log=["DeprecationWarning: soon gone"] if factor != 2 else [])


IMAGES = {
    "double": doubling(2),
    "triple": doubling(3),
    "echo": Script(invocations=lambda request: Answer(headers={"Content-Type": "text/csv"}, body=request.body)),
    "exits": Script(exits=Exit(code=1, log=["Traceback", "ModuleNotFoundError: No module named 'sklearn'"])),
    "trains": Script(exits=Exit(code=0), files={"/opt/ml/model/model.json": b"{}"}),
}


@pytest.fixture
def store() -> FakeStore:
    """Model data that is there, and such that cannot be extracted."""
    return FakeStore({"s3://b/good.tar.gz": Path("/wooden"), "s3://b/bad.tar.gz": ModelDataUnusable("it is no tar")})


@pytest.fixture
def runtime() -> ScriptedRuntime:
    """An engine with a few images."""
    return ScriptedRuntime(IMAGES)


@pytest.fixture
def session(store: FakeStore, runtime: ScriptedRuntime) -> Iterator[Session]:
    """A session from which no container is left."""
    with wooden_session(runtime, store=store, rules=HostingRules(stop_seconds=0.2)) as opened:
        yield opened
        assert [] == runtime.left


def model(*images: str, data: str | None = None) -> Model:
    """A container or a chain."""
    return Model(containers=tuple(ContainerDefinition(each, model_data_url=data) for each in images))


def compared(session: Session, baseline: Any, candidate: Any, **how: Any) -> Comparison:
    """Two sides in a session."""
    settings = Settings.load()
    work = Work(session=session, settings=settings, how=HOW, retrain=how.pop("retrain", ()))
    return work.comparison(baseline, candidate, [ROWS], **how)


def test_images_are_started_asked_and_gone(session: Session, runtime: ScriptedRuntime) -> None:
    """Two images that predict otherwise are changed, with the warning that is new and the seconds of both starts."""
    found = compared(session, model("double"), model("triple"))

    assert ("changed", "double", "triple") == (found.verdict, found.baseline.name, found.candidate.name)
    assert ["result"] == [each.column for each in found.columns]
    assert [("primary", "DeprecationWarning: soon gone")] == list(found.new_warnings)
    assert found.latency is not None
    assert None not in (found.baseline.startup_seconds, found.candidate.startup_seconds)
    assert [] == runtime.left


def test_chain_is_compared_as_a_whole(session: Session) -> None:
    """A chain is asked at its beginning and answers at its end."""
    found = compared(session, model("echo", "double"), model("double"))

    assert ("same", "echo → double") == (found.verdict, found.baseline.name)


def test_image_against_itself_is_told_apart_by_name(session: Session) -> None:
    """The same image on both sides is called what it is there."""
    found = compared(session, model("double"), model("double"), names=("double", "double"))

    assert ("double (baseline)", "double (candidate)") == (found.baseline.name, found.candidate.name)


def test_recording_is_a_side(session: Session) -> None:
    """An image is held against what was recorded."""
    exchange = Exchange(request=ROWS, status=200, content_type="application/json", body=b'{"result": [2.0, 4.0]}')
    golden = Recording(origin="image", subject="golden", stages=(), exchanges=(exchange,), date="", version="")

    assert ("same", "golden") == (
        compared(session, golden, model("double")).verdict,
        compared(session, golden, model("double")).baseline.name,
    )
    assert "changed" == compared(session, golden, model("triple")).verdict


def test_candidate_that_does_not_start_fails_to_load(session: Session) -> None:
    """What the candidate's log says is the reason, and the baseline is known all the same."""
    found = compared(session, model("double"), model("exits"))

    assert ("fails to load", 1) == (found.verdict, len(found.baseline.stages))
    assert "No module named 'sklearn'" in found.reason


def test_baseline_that_does_not_start_is_an_error(session: Session) -> None:
    """Without a baseline there is nothing to compare with."""
    with pytest.raises(EndpointFailed):
        compared(session, model("exits"), model("double"))


def test_model_data_that_is_broken_is_an_error(session: Session) -> None:
    """An archive that cannot be extracted says nothing about the candidate."""
    with pytest.raises(ArtifactRefused):
        compared(session, model("double"), model("double", data="s3://b/bad.tar.gz"))


@pytest.mark.parametrize(("baseline", "candidate"), [("none", "double"), ("double", "none")])
def test_missing_image_is_a_usage_error(
    session: Session, runtime: ScriptedRuntime, baseline: str, candidate: str
) -> None:
    """An image that there is not is told before anything is started."""
    with pytest.raises(UsageError, match="There is no image none"):
        compared(session, model(baseline), model(candidate))

    assert [] == runtime.launches


def test_models_are_trained_first(session: Session, store: FakeStore, runtime: ScriptedRuntime, tmp_path: Path) -> None:
    """Each image with a channel trains in itself, and the folder of what it trained is gone afterwards."""
    channel = Channel(name="train", folder=tmp_path)
    with pytest.raises(ArtifactRefused):  # the store of wood packs and does not keep
        compared(session, model("trains"), model("trains"), retrain=(channel,))

    assert [("train",)] == [each.command for each in runtime.launches]
    (packed,) = store.packed
    assert not packed.parent.exists()


def test_channel_of_one_image_leaves_the_others(session: Session, runtime: ScriptedRuntime, tmp_path: Path) -> None:
    """An image without a channel keeps the model that it was given."""
    channel = Channel(name="train", folder=tmp_path, position=2)
    with pytest.raises(TrainingFailed, match="exits"):
        compared(session, model("double", "exits"), model("double", "exits"), retrain=(channel,))

    assert ["exits"] == [each.image for each in runtime.launches]


def test_candidate_that_cannot_be_trained_fails_to_load(session: Session, tmp_path: Path) -> None:
    """No endpoint comes of an image whose training fails."""
    golden = Recording(origin="image", subject="golden", stages=(), exchanges=(), date="", version="")
    found = compared(session, golden, model("exits"), retrain=(Channel(name="train", folder=tmp_path),))

    assert "fails to load" == found.verdict
    assert "Training in exits failed (exit 1)." in found.reason


GOLDEN = Recording(origin="image", subject="golden", stages=(), exchanges=(), date="", version="")
FULL = replace(GOLDEN, exchanges=(Exchange(request=ROWS, status=200, content_type="text/csv", body=b"1\n"),))


@pytest.mark.parametrize(
    ("sides", "how", "message"),
    [
        ((model("a"), model("b")), {}, "There is nothing to ask"),
        ((GOLDEN, model("b")), {}, "The recording of golden is empty"),
        ((FULL, FULL), {"retrain": [Channel(name="train", folder=Path("/"))]}, "Neither side can be trained"),
        ((FULL, model("a")), {"retrain": [Channel(name="train", folder=Path("/no/such"))]}, "is not a folder"),
        (
            (FULL, model("a")),
            {"retrain": [Channel(name="train", folder=Path("/"), position=2)]},
            "is for image 2, and there is 1 to 1",
        ),
    ],
)
def test_what_cannot_be_compared_is_refused_before_any_work(
    sides: tuple[Any, Any], how: dict[str, Any], message: str
) -> None:
    """Nothing to ask, nothing to train on, and nobody to train are usage errors, told without an engine."""
    with pytest.raises(UsageError, match=message):
        diff(*sides, **how)


def test_recordings_are_compared_without_an_engine() -> None:
    """Two recordings are held against each other; the command is kept for the same again."""
    found = diff(FULL, FULL, command="byoc diff a.json b.json")

    assert ("same", "byoc diff a.json b.json", 1) == (found.verdict, found.command, found.exchanges)


def test_samples_are_asked_instead_of_what_was_recorded() -> None:
    """A sample that a recording has no answer to is a usage error."""
    with pytest.raises(UsageError, match="has no answer"):
        diff(FULL, FULL, [Sample(body=b"7\n", content_type="text/csv")])
