"""Bad requests are bad, are sent once, and one that hangs is known as such."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event
from typing import Any, get_args

import pytest

from emulator.contract.bad_requests import (
    BAD_INVOCATIONS,
    NOISE,
    BadRequest,
    all_asked,
    asked,
    failed,
    silent,
    truncated,
)
from emulator.contract.check import NotApplicable
from emulator.contract.sample import Sample
from emulator.contract.subject import Subject
from emulator.model.message import HttpRequest
from emulator.testing import Answer, Script


@pytest.fixture
def started(wooden: Callable[..., Any]) -> Any:
    """Makes a subject whose shared container runs a script; it ends with the test."""
    opened = []

    def made(script: Script, **members: Any) -> Subject:
        subject: Subject = wooden(good=script).subject(**members)
        trial = subject.trial()
        opened.append(trial)
        subject.shared = trial.__enter__()
        return subject

    yield made
    for each in opened:
        each.__exit__(None, None, None)


@pytest.mark.parametrize(
    ("body", "content_type", "left"),
    [
        (b"1,2,3\n4,5,6\n", "text/csv", b"1,2,3\n4,"),
        (b"1,2,3\n4,5,6", "text/csv", b"1,2,3\n4,"),
        (b"7\n8\n", "text/csv", b"7\n"),
        (b'{"instances": [[1, 2]]}', "application/json", b'{"instances'),
    ],
)
def test_sample_is_cut_in_its_last_record(body: bytes, content_type: str, left: bytes) -> None:
    """What stands before the last record stays whole."""
    assert left == truncated(Sample(body=body, content_type=content_type))


def test_noise_is_no_text() -> None:
    """It has NUL and 0xff, cannot be decoded, and is the same in every run."""
    assert {0, 255} <= set(NOISE)
    assert len(NOISE) == 1027
    with pytest.raises(UnicodeDecodeError):
        NOISE.decode()


def test_each_is_sent_once(started: Any) -> None:
    """Several checks look at the same answers."""
    seen: list[HttpRequest] = []

    def answer(request: HttpRequest) -> Answer:
        seen.append(request)
        return Answer(status=400)

    subject = started(Script(invocations=answer))

    first, again = dict(all_asked(subject)), dict(all_asked(subject))

    assert list(get_args(BadRequest)) == list(first)
    assert all(first[name] is again[name] for name in first)
    assert [first[name].request.body for name in BAD_INVOCATIONS] == [
        each.body for each in seen[: len(BAD_INVOCATIONS)]
    ]


def test_without_a_sample_there_is_nothing_to_cut(started: Any, echo: Script) -> None:
    """All others can be made from nothing."""
    subject = started(echo, sample=None)

    assert set(get_args(BadRequest)) - {"truncated-body"} == set(dict(all_asked(subject)))


def test_refused_sample_tells_nothing(started: Any) -> None:
    """Where the sample itself is refused, so is everything else, for that reason."""
    subject = started(Script(invocations=lambda request: Answer(status=500)))
    subject.remembered["answer"] = subject.shared.post(b"1", "text/csv")

    with pytest.raises(NotApplicable, match="the sample"):
        asked(subject, "empty-body")


def test_silence_is_no_failure(started: Any) -> None:
    """A request without an answer in time is silent; 5xx has failed; afterwards the server is well again."""

    def answer(request: HttpRequest) -> Answer:
        if not request.body:
            Event().wait(0.4)
        return Answer(status=500 if b"\0" in request.body else 200)

    subject = started(Script(invocations=answer))
    hung, broken = asked(subject, "empty-body", seconds=0.1), asked(subject, "binary-body")

    assert [True, False] == [silent(each) for each in (hung, broken)]
    assert [False, True] == [failed(each) for each in (hung, broken)]
    assert "hung" not in subject.remembered


def test_what_is_too_short_is_not_cut(started: Any, echo: Script) -> None:
    """Half of one character is an empty body, which is another bad request."""
    with pytest.raises(NotApplicable, match="too short"):
        asked(started(echo, sample=Sample(body=b"7\n", content_type="text/csv")), "truncated-body")
