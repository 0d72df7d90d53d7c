"""Whoever can be asked: images started for it, endpoints elsewhere, recordings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from emulator.assemble import wooden_session
from emulator.compare.artifact import content_digest
from emulator.compare.opening import endpoint_side, image_side, recording_side
from emulator.errors import EndpointFailed, ModelError, UsageError, ValidationError
from emulator.model.event import Event, InService
from emulator.model.hosting import ContainerDefinition, Model
from emulator.model.launch import ImageConfig
from emulator.model.message import Invocation, Reply
from emulator.model.recording import Exchange, Recording, Request, Stage
from emulator.model.rules import HostingRules
from emulator.testing import DROPPED, Answer, Exit, FakeStore, Script, ScriptedRuntime

ROW = Request(body=b"1,2", content_type="text/csv", accept="text/csv")
CONFIG = ImageConfig(image_id="sha256:1", size_bytes=7, labels={})
SOUND = Script(
    invocations=Answer(body=b"0.5", headers={"Content-Type": "text/csv"}),
    log=["/x.py:1: UserWarning: old", "fine"],
    libraries={"numpy": "2.0.0"},
    config=CONFIG,
)


def model_of(*images: str, data: str | None = None) -> Model:
    """A chain of images, the first with model data."""
    first, *others = images
    return Model(containers=(ContainerDefinition(first, model_data_url=data), *map(ContainerDefinition, others)))


def failure_of(script: Script) -> Exchange:
    """What a side with one image makes of its failure."""
    with wooden_session({"i": script}) as session, image_side(session, model_of("i")) as side:
        return side.ask(ROW)


def test_images_answer(tmp_path: Path) -> None:
    """Images in service answer as to a client, and are known with digest, size, model data, packages and warnings."""
    (tmp_path / "model.json").write_text("{}")
    runtime, heard = ScriptedRuntime({"a:1": SOUND, "b:1": SOUND}), list[Event]()
    with (
        wooden_session(runtime, store=FakeStore({"s3://b/m.tar.gz": tmp_path}), emit=heard.append) as session,
        image_side(session, model_of("a:1", "b:1", data="s3://b/m.tar.gz")) as side,
    ):
        answer, stages = side.ask(ROW), side.stages()
        told = (side.name, side.origin, side.live)
        seconds = side.startup_seconds

    expected = {
        "image_id": "sha256:1",
        "size_bytes": 7,
        "versions": {"numpy": "2.0.0"},
        "warnings": ("UserWarning: old",),
    }
    assert Exchange(request=ROW, status=200, content_type="text/csv", body=b"0.5") == answer
    assert ("a:1 → b:1", "image", True) == told
    assert (
        Stage(name="container-1", image="a:1", model_data=content_digest(tmp_path), **expected),  # type: ignore[arg-type]
        Stage(name="container-2", image="b:1", **expected),  # type: ignore[arg-type]
    ) == stages
    assert seconds is not None
    assert 0 < seconds < 30
    assert any(isinstance(each, InService) for each in heard)
    assert [] == runtime.left


def test_a_log_is_read_when_it_is_asked_for() -> None:
    """Warnings that came with a request are there afterwards."""
    runtime = ScriptedRuntime({"i": SOUND})
    with wooden_session(runtime) as session, image_side(session, model_of("i"), name="mine") as side:
        before = side.stages()[0].warnings
        runtime.containers[0].write("/x.py:2: FutureWarning: new")
        after = side.stages()[0].warnings

    assert "mine" == side.name
    assert (("UserWarning: old",), ("UserWarning: old", "FutureWarning: new")) == (before, after)


def test_failures_are_answers() -> None:
    """A container's status and text are kept as a client of SageMaker has them, and silence is told without names."""
    refused = Script(invocations=Answer(status=400, body=b"no", headers={"Content-Type": "text/plain"}))
    dropped = failure_of(Script(invocations=DROPPED))

    assert Exchange(request=ROW, status=400, body=b"no") == failure_of(refused)
    assert (0, b"") == (dropped.status, dropped.body)
    assert "could not get a response from the ENDPOINT endpoint" in dropped.failure


def test_a_reply_that_cannot_go_on_is_a_failure() -> None:
    """A sound reply that is too large for the next container is no answer."""
    big = Script(invocations=Answer(body=b"x" * 2000))
    rules = HostingRules(payload_between_bytes=1000)
    with (
        wooden_session({"a": big, "b": SOUND}, rules=rules) as session,
        image_side(session, model_of("a", "b")) as side,
    ):
        answer = side.ask(ROW)

    assert (0, b"", False) == (answer.status, answer.body, answer.ok)
    assert "exceeded the maximum limit" in answer.failure


def test_images_that_do_not_come_into_service_are_no_side() -> None:
    """A container that ends, and an image that does not exist, fail as an endpoint does, and nothing is left."""
    runtime = ScriptedRuntime({"ends": Script(exits=Exit(code=1))})
    with wooden_session(runtime) as session:
        for image in ("ends", "missing"):
            with pytest.raises(EndpointFailed), image_side(session, model_of(image)):
                pass

    assert [] == runtime.left


class Elsewhere:
    """An endpoint that answers, fails or refuses."""

    def __init__(self, *answers: bytes | Exception, stages: Sequence[Stage] = ()) -> None:
        self.answers, self.known, self.asked = list(answers), tuple(stages), list[Invocation]()

    def invoke(self, endpoint: str, invocation: Invocation) -> Reply:
        self.asked.append(invocation)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return Reply(body=answer, content_type="text/csv", invoked_production_variant="AllTraffic")

    def log(self, endpoint: str) -> Mapping[str, Sequence[str]]:
        return {"": ["UserWarning: x"], "container-2": ["UserWarning: y"]}

    def stages(self, endpoint: str) -> tuple[Stage, ...]:
        return self.known


FAILED = ModelError(
    "…",
    error_code="INTERNAL_FAILURE_FROM_MODEL",
    original_status_code=503,
    original_message="busy",
    log_stream_arn="",
    container="",
)


def test_an_endpoint_elsewhere_answers() -> None:
    """Answers and failures of a container are exchanges, and what AWS refuses itself is an error."""
    client = Elsewhere(b"0.5", FAILED, ValidationError("no"))
    side = endpoint_side(client, "e", origin="sagemaker")
    answers = [side.ask(ROW), side.ask(ROW)]

    with pytest.raises(ValidationError):
        side.ask(ROW)
    assert [
        Exchange(request=ROW, status=200, content_type="text/csv", body=b"0.5"),
        Exchange(request=ROW, status=503, body=b"busy"),
    ] == answers
    assert Invocation(body=b"1,2", content_type="text/csv", accept="text/csv") == client.asked[0]
    assert ("e", "sagemaker", True, None, ()) == (
        side.name,
        side.origin,
        side.live,
        side.startup_seconds,
        side.stages(),
    )


@pytest.mark.parametrize(
    ("names", "warnings"),
    [(["primary"], [("UserWarning: x",)]), (["container-1", "container-2"], [(), ("UserWarning: y",)])],
)
def test_an_endpoint_elsewhere_is_known_by_its_log(names: list[str], warnings: list[tuple[str, ...]]) -> None:
    """A lone container's log is the endpoint's, each of several has its own."""
    side = endpoint_side(Elsewhere(stages=[Stage(name=each) for each in names]), "e", origin="emulator")

    assert warnings == [each.warnings for each in side.stages()]


def test_a_recording_answers_what_it_was_asked() -> None:
    """Equal requests have the recorded answer; another one has none, and that is told."""
    exchange = Exchange(request=ROW, status=200, body=b"0.5")
    stages = (Stage(name="primary"),)
    side = recording_side(
        Recording(
            origin="sagemaker",
            subject="e",
            stages=stages,
            exchanges=(exchange,),
            date="",
            version="",
            startup_seconds=2.0,
        )
    )

    assert exchange == side.ask(Request(body=b"1,2", content_type="text/csv", accept="text/csv"))
    assert ("e", "sagemaker", False, 2.0, stages, (ROW,)) == (
        side.name,
        side.origin,
        side.live,
        side.startup_seconds,
        side.stages(),
        side.requests,
    )
    with pytest.raises(UsageError, match=r"The recording of e has no answer to a request of 3 B \(text/csv\)\."):
        side.ask(Request(body=b"1,2", content_type="text/csv"))


def test_equal_files_have_equal_digests(tmp_path: Path) -> None:
    """Names and contents count, times and empty folders do not."""
    folders = [tmp_path / name for name in "abcd"]
    for folder, name, text in zip(folders, ("x/y", "x/y", "x/z", "x/y"), ("1", "1", "1", "2"), strict=True):
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_text(text)
    (folders[1] / "empty").mkdir()
    digests = [content_digest(each) for each in folders]

    assert digests[0] == digests[1]
    assert 3 == len(set(digests))
