"""The judgement of the soak, and what every subject must say of itself; nothing is measured."""

from __future__ import annotations

import json
from pathlib import Path
from time import monotonic

import pytest

from tests.benchmarks.load import load
from tests.benchmarks.memory import own_megabytes
from tests.benchmarks.outcome import Point
from tests.benchmarks.soak import binned, figures, pictures
from tests.benchmarks.soak_traffic import MEMBERS, Tally, judged
from tests.benchmarks.subjects import SUBJECTS, subject

MODEL_ERROR = json.dumps(dict.fromkeys(MEMBERS, "x")).encode()
TYPED = {"x-amzn-errortype": "ModelError"}


def test_answer_and_model_error_are_as_they_should_be() -> None:
    """Nothing is odd about them."""
    assert "" == judged(200, {}, b"0.5")
    assert None is judged(424, TYPED, MODEL_ERROR)


@pytest.mark.parametrize(
    ("status", "headers", "body"),
    [
        (500, TYPED, MODEL_ERROR),
        (424, {}, MODEL_ERROR),
        (424, {"x-amzn-errortype": "InternalFailure"}, MODEL_ERROR),
        (424, TYPED, b'{"Message": "x"}'),
        (424, TYPED, b"<html>"),
        (502, {}, b""),
    ],
)
def test_any_other_end_is_odd(status: int, headers: dict[str, str], body: bytes) -> None:
    """Another status, another type, or members that are missing."""
    told = judged(status, headers, body)

    assert told is not None
    assert told.startswith(str(status))


def test_requests_are_counted_by_their_end() -> None:
    """With the moment of each, and the words of what is odd."""
    tally = Tally(monotonic())
    for end in ("", "", None, "500 b''"):
        tally.note(end)

    assert (2, 1, ["500 b''"]) == (len(tally.answered), len(tally.failed), tally.odd)
    assert "2 answered, 1 ModelErrors, 1 others" == str(tally)


def test_moments_are_counted_in_whole_bins() -> None:
    """The rest of a bin at the end would look like a fall."""
    expected = [Point(x=2.5, y=0.4), Point(x=7.5, y=0.2)]

    assert expected == list(binned([0.1, 4.9, 5.0, 11.0], 12.0))


@pytest.mark.parametrize(("last", "expected"), [(101.0, True), (130.0, False)])
def test_memory_is_flat_if_its_end_is_as_its_begin(last: float, expected: bool) -> None:
    """The first tenth is warming up."""
    memory = [(float(at), 50.0 if at < 10 else 100.0 if at < 90 else last) for at in range(100)]
    named = {each.name: each for each in figures(Tally(0.0), memory, [20.0], [])}

    assert expected is named["soak: memory of the emulator, last tenth of the time"].held


def test_anything_left_behind_misses_the_goal() -> None:
    """One container is enough."""
    named = {each.name: each for each in figures(Tally(0.0), [(0.0, 1.0)], [], ["container a"])}

    assert named["soak: left behind"].held is False


def test_soak_is_drawn_with_its_kills() -> None:
    """Over traffic and over memory."""
    drawn = pictures(Tally(0.0), [(float(at), 100.0) for at in range(60)], [20.0, 40.0])

    assert [(20.0, 40.0)] * 2 == [each.marks for each in drawn]


@pytest.mark.parametrize("name", SUBJECTS)
def test_subject_says_what_it_is(name: str) -> None:
    """In a title, and in sentences."""
    told = subject(name)

    assert told.title
    assert told.about.endswith(".")


def test_load_asks_at_least_once_a_client() -> None:
    """Each client makes its own exchange, and its latencies are counted."""
    latencies, took = load(lambda: lambda: None, clients=3, seconds=0.0)

    assert len(latencies) >= 3
    assert took > 0


def test_load_says_that_a_client_failed() -> None:
    """And ends."""

    def fails() -> None:
        raise OSError("gone")

    with pytest.raises(RuntimeError, match="gone"):
        load(lambda: fails, clients=2, seconds=60.0)


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="only Linux tells")
def test_own_memory_is_told() -> None:
    """In megabytes: a Python has some."""
    assert 1 < own_megabytes() < 10_000
