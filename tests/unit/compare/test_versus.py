"""Two sides asked the same: the verdict, and everything that goes with it."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import pytest

from emulator.compare.comparing import Comparing
from emulator.compare.opening import recording_side
from emulator.compare.versus import party, unanswered
from emulator.errors import UsageError
from emulator.model.comparison import Tolerance
from emulator.model.event import Event, Searching
from emulator.model.recording import Exchange, Recording, Request, Stage
from emulator.testing import FakeClock
from tests.unit.compare.wood import QUICK, ROWS, WoodenSide, against, predictions, reply, sound


def recording(side: WoodenSide, *requests: Request) -> Recording:
    """What a side answers, recorded."""
    exchanges = tuple(side.ask(each) for each in requests)
    return Recording(origin="image", subject="golden", stages=(), exchanges=exchanges, date="", version="")


def test_equal_answers_are_the_same() -> None:
    """A side against one that answers the same is the same, with its numbers counted."""
    found = against(predictions(sound))

    assert ("same", "", (), 1) == (found.verdict, found.reason, found.differences, found.exchanges)
    assert [("result", 3, 0)] == [(each.column, each.compared, each.differing) for each in found.columns]


def test_close_numbers_are_within_tolerance() -> None:
    """Numbers that differ by less than is tolerated are no difference, and not the same."""
    found = against(predictions(lambda *row: sound(*row) + 1e-9))

    assert ("within tolerance", ()) == (found.verdict, found.differences)


def test_tolerance_is_the_callers() -> None:
    """What is close by default is too far for one who tolerates nothing."""
    how = replace(QUICK, tolerance=Tolerance(absolute=0, relative=0, ulps=0))
    found = against(predictions(lambda *row: sound(*row) + 1e-9), how=how)

    assert "changed" == found.verdict


def test_disagreement_on_row_counts_is_a_difference() -> None:
    """Fewer predictions than rows are told, and those that both have are compared."""

    def shorter(request: Request) -> Exchange:
        return reply(request, '{"result": [2.5, 2.25]}', "application/json")

    found = against(shorter)

    assert ["row count"] == [each.aspect for each in found.differences]
    assert 2 == found.columns[0].compared


def test_sides_are_asked_in_turns() -> None:
    """The first request goes to the baseline first, the second to the candidate."""
    order: list[str] = []

    def noting(name: str) -> WoodenSide:
        def answer(request: Request) -> Exchange:
            order.append(name)
            return reply(request, "1\n")

        return WoodenSide(answer, name=name)

    against(noting("B"), baseline=noting("A"), requests=[ROWS, ROWS, ROWS])

    assert ["A", "B", "B", "A", "A", "B"] == order


def test_ids_that_are_new_each_time_are_no_difference() -> None:
    """A UUID in each reply does not make two sides differ."""
    numbers = count()

    def answer(request: Request) -> Exchange:
        return reply(request, f'{{"id": "7e5c6f1a-0000-4000-8000-{next(numbers):012d}", "r": [1]}}', "application/json")

    assert "same" == against(answer, baseline=answer).verdict


def test_ids_that_look_like_words_are_found_by_asking_again() -> None:
    """Where only a second answer tells that a word is new each time, it is asked for."""
    numbers = count(100)

    def answer(request: Request) -> Exchange:
        return reply(request, f'{{"id": "req-{next(numbers)}x", "r": [1]}}', "application/json")

    assert "same" == against(answer, baseline=answer).verdict


def test_side_that_does_not_agree_with_itself_is_told() -> None:
    """Numbers that are others each time are said to be, and no search is made among them."""
    numbers = count()

    def answer(request: Request) -> Exchange:
        return reply(request, f"{next(numbers)}\n")

    found = against(answer, baseline=lambda request: reply(request, "0.5\n"), how=replace(QUICK, search_seconds=1))

    assert "changed" == found.verdict
    assert found.reason.startswith("new does not answer the same request the same way twice (0 and 1), so that ")
    assert found.reason.endswith("There was no search for a disagreement for that reason.")


def test_recording_is_compared_with_what_answers_now() -> None:
    """A recording is a baseline as good as any, but for latency and the search."""
    golden = recording_side(recording(WoodenSide(), ROWS))
    found = against(predictions(sound), baseline=golden, how=Comparing())

    assert ("same", None, 0) == (found.verdict, found.latency, found.searched)
    assert (
        "Latency was not compared, as golden is a recording. There was no search for a disagreement: golden is a "
        "recording, which answers nothing new." == found.reason
    )


def test_recording_without_an_answer_is_an_error() -> None:
    """What a recording was not asked cannot be compared."""
    golden = recording_side(recording(WoodenSide(), ROWS))

    with pytest.raises(UsageError, match="has no answer to a request"):
        against(
            predictions(sound),
            baseline=golden,
            requests=[Request(body=b"M,1,1\n", content_type="text/csv")],
        )


def test_latency_is_a_ratio_with_an_interval() -> None:
    """Where both are live and answer, the ratio of their latencies is told."""
    found = against(predictions(sound), how=replace(QUICK, latency_pairs=6))

    assert found.latency is not None
    assert 6 == found.latency.pairs == len(found.latency.ratios)


def test_latency_of_failing_sides_is_not_told() -> None:
    """Without a request that both answer there is no latency, and the reason says so."""
    found = against(
        lambda request: reply(request, "no", status=500), how=replace(QUICK, latency_pairs=6, search_seconds=1)
    )

    assert found.latency is None
    assert found.reason.startswith("Latency was not compared, as there is no request that both answer.")


def test_new_warnings_are_those_of_the_candidate_alone() -> None:
    """A warning that the baseline's log has as well is not new."""
    old = Stage(name="featurizer", warnings=("DeprecationWarning: a",))
    new = Stage(name="featurizer", warnings=("DeprecationWarning: a", "InconsistentVersionWarning: b"))
    found = against(
        WoodenSide(name="new", known=(new,)), baseline=WoodenSide(name="good", known=(old,)), requests=[ROWS]
    )

    assert (("featurizer", "InconsistentVersionWarning: b"),) == found.new_warnings
    assert (1.5, 1.5, None) == (found.baseline.startup_seconds, found.candidate.startup_seconds, found.startup)


def test_warnings_of_an_unknown_baseline_are_not_called_new() -> None:
    """Where the baseline's log is not known, nothing can be new."""
    known = (Stage(name="featurizer", warnings=("DeprecationWarning: a",)),)

    assert () == against(WoodenSide(known=known)).new_warnings


def test_progress_is_told() -> None:
    """Each step of a comparison says what it is at."""
    events: list[Event] = []
    against(predictions(sound), how=Comparing(search_seconds=0.1, latency_pairs=6, seed=1), events=events)
    names = {each.name for each in events if isinstance(each, Searching)}

    assert {"the requests", "latency", "the search"} == names


def test_candidate_that_cannot_be_asked_has_a_comparison_as_well() -> None:
    """A candidate that does not come into service is a verdict with a reason."""
    found = unanswered(
        party(WoodenSide()), "new", "fails to load", "it exited", tolerance=Tolerance(), clock=FakeClock()
    )

    assert ("fails to load", "it exited", "wood", "new") == (
        found.verdict,
        found.reason,
        found.baseline.name,
        found.candidate.name,
    )


@pytest.mark.parametrize("wrong", [{"search_seconds": -1.0}, {"latency_pairs": 5}, {"latency_pairs": -1}])
def test_impossible_wishes_are_refused(wrong: dict[str, float]) -> None:
    """A search of negative length and too few pairs are usage errors."""
    with pytest.raises(UsageError):
        Comparing(**wrong)  # type: ignore[arg-type]
