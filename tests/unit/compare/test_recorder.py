"""A side asked, and what it said kept."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from emulator.assemble import wooden_session
from emulator.compare.changes import changes, told
from emulator.compare.opening import image_side
from emulator.compare.recorder import recorded, requests_from
from emulator.contract.sample import Sample
from emulator.errors import UsageError
from emulator.model.event import Event, Notice, Recorded
from emulator.model.hosting import ContainerDefinition, Model
from emulator.model.recording import Exchange, Recording, Request, Stage
from emulator.testing import Answer, Behaviour, Script

NOW = datetime(2026, 1, 1, 10, 20, 30, 999, tzinfo=timezone.utc)
LONE = Model(containers=(ContainerDefinition("i"),))


def sample(body: str, content_type: str = "text/csv") -> Sample:
    """A request."""
    return Sample(body=body.encode(), content_type=content_type)


def recording_of(invocations: Behaviour, *bodies: str) -> tuple[Recording, list[Event]]:
    """What a script that answers so is recorded as, and what was told meanwhile."""
    heard: list[Event] = []
    with wooden_session({"i": Script(invocations=invocations)}) as session, image_side(session, LONE) as side:
        requests = requests_from([sample(each) for each in bodies])
        return recorded(side, requests, now=NOW, emit=heard.append), heard


@pytest.mark.parametrize(
    ("given", "rows", "expected"),
    [
        (sample("1,2\n3,4\n"), False, ["1,2\n3,4\n"]),
        (sample("1,2\n3,4\n"), True, ["1,2\n3,4\n", "1,2\n", "3,4\n"]),
        (sample("1,2\n"), True, ["1,2\n"]),
        (sample("a,b\n1,2\n3,4"), True, ["a,b\n1,2\n3,4", "a,b\n1,2\n", "a,b\n3,4\n"]),
        (sample("1,2\n3\n"), True, ["1,2\n3\n", "1,2\n", "3\n"]),
        (sample("[1]\n[2]\n", "application/jsonlines"), True, ["[1]\n[2]\n", "[1]\n", "[2]\n"]),
        (sample("[[1], [2]]", "application/json"), True, ["[[1], [2]]"]),
    ],
)
def test_a_sample_is_a_request_and_each_of_its_rows_another(given: Sample, rows: bool, expected: list[str]) -> None:
    """Rows are asked one by one where they are lines, under their header where there is one, each request once."""
    assert expected == [each.body.decode() for each in requests_from([given, given], rows=rows)]


def test_answers_are_recorded() -> None:
    """A recording has every request with its reply, who gave it and when, and each answer is told as it comes."""
    recording, heard = recording_of(lambda request: Answer(body=request.body * 2), "1", "2")
    answers = [each for each in heard if isinstance(each, Recorded)]

    assert [(b"1", b"11"), (b"2", b"22")] == [(each.request.body, each.body) for each in recording.exchanges]
    assert ("image", "i", "2026-01-01T10:20:30Z") == (recording.origin, recording.subject, recording.date)
    assert ["primary"] == [each.name for each in recording.stages]
    assert recording.startup_seconds
    assert [(1, 4), (2, 4), (3, 4), (4, 4)] == [(each.done, each.of) for each in answers]
    assert [] == [each for each in heard if isinstance(each, Notice)]


def test_ids_are_masked_and_told_as_no_difference() -> None:
    """An id that is new in each reply is a reference in the recording, and no warning."""
    answers = [Answer(body=f'{{"id": "run-{n}a{n}bc0", "y": 0.5}}'.encode()) for n in range(2, 4)]
    recording, heard = recording_of(answers, "1")

    assert b'{"id": "<id:1.1>", "y": 0.5}' == recording.exchanges[0].body
    assert [] == [each for each in heard if isinstance(each, Notice)]


def test_what_wavers_is_told_and_recorded() -> None:
    """Numbers that differ between two answers are a warning, and the first of them is what is kept."""
    recording, heard = recording_of([Answer(body=b"0.5,1"), Answer(body=b"0.75,1")], "1")

    assert b"0.5,1" == recording.exchanges[0].body
    assert ["request 1 was asked twice, and 1 of the numbers differ (0.5 and 0.75); the first answer is kept"] == [
        each.text for each in heard if isinstance(each, Notice)
    ]


def test_failures_are_recorded_and_told() -> None:
    """An image that answers 500 is recorded as it is, with a warning, as most do not mean to keep that."""
    recording, heard = recording_of(Answer(status=500, body=b"x"), "1")

    assert [(500, b"x")] == [(each.status, each.body) for each in recording.exchanges]
    assert ["1 of 1 answers are failures, the first is: status 500"] == [
        each.text for each in heard if isinstance(each, Notice)
    ]


def test_nothing_to_ask_is_told() -> None:
    """Without a sample there is nothing to record."""
    with pytest.raises(UsageError, match="There is nothing to ask"):
        recording_of(Answer())


def golden(*replies: str, numpy: str = "1.26.0", warnings: tuple[str, ...] = ()) -> Recording:
    """A recording of these replies to the requests 0, 1, 2 and so on."""
    return Recording(
        origin="image",
        subject="i",
        stages=(Stage(name="primary", versions={"numpy": numpy, "six": "1.0"}, warnings=warnings, model_data=numpy),),
        exchanges=tuple(
            Exchange(request=Request(body=b"%d" % n, content_type=None), status=200, body=each.encode())
            for n, each in enumerate(replies)
        ),
        date="",
        version="",
    )


def test_a_recording_is_told_in_a_line() -> None:
    """How many answers, of whom, and the versions that matter."""
    assert "2 exchanges with i, 1 container, numpy 1.26.0" == told(golden("1", "2"))


def test_what_changed_is_told_in_a_few_lines() -> None:
    """Changed, new and dropped answers are counted, and versions, model data and warnings told by container."""
    assert [
        "1 reply changed, 1 request dropped",
        "primary: other model data, numpy 1.26.0 → 2.0.0, 1 new warning",
    ] == list(changes(golden("1", "2", "3"), golden("1", "5", numpy="2.0.0", warnings=("w",))))
    assert ["1 request added"] == list(changes(golden("1"), golden("1", "2")))
    assert ["all 2 replies are as they were"] == list(changes(golden("1", "2"), golden("1", "2")))
