"""The search for the smallest request on which two sides disagree."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from emulator.compare.comparing import Comparing
from emulator.errors import EngineUnavailable
from emulator.model.comparison import Comparison, Counterexample
from emulator.model.recording import Exchange, Request
from emulator.testing import FakeClock
from tests.unit.compare.wood import ROWS, Predict, WoodenSide, against, predictions, reply, sound

SEARCH = Comparing(search_seconds=0.5, seed=1, latency_pairs=0)


def found(predict: Predict, *, request: Request = ROWS, how: Comparing = SEARCH) -> Comparison:
    """What a search says of a candidate that predicts so."""
    return against(predictions(predict), requests=[request], how=how)


def example_of(comparison: Comparison) -> Counterexample:
    """The counterexample that there has to be."""
    assert comparison.counterexample is not None
    return comparison.counterexample


def test_agreeing_sides_have_no_counterexample() -> None:
    """A search among equal sides finds nothing, and says how many requests it compared."""
    comparison = found(sound)

    assert ("same", None) == (comparison.verdict, comparison.counterexample)
    assert comparison.searched > 100


def test_disagreement_that_the_sample_does_not_show_is_found() -> None:
    """A bug on some rows only is found, made one row small, and laid at its column."""
    comparison = found(lambda sex, length, rings: sound(sex, length, rings) + (rings == 3))
    example = example_of(comparison)

    assert ("changed", ()) == (comparison.verdict, comparison.differences)
    assert 1 == example.request.body.count(b"\n")
    assert example.request.body.endswith(b",3\n")
    assert ("column 3", 1.0) == (example.input_column, example.absolute)
    assert ("number", "row 1, result") == (example.difference.aspect, example.difference.where)


def test_category_is_named_by_its_column() -> None:
    """A bug with one category is laid at the column of categories."""
    example = example_of(found(lambda sex, length, rings: length + rings + 2 * (sex == "M")))

    assert (b"M,", "column 1") == (example.request.body[:2], example.input_column)


def test_column_has_its_name_where_the_sample_has_one() -> None:
    """A header of the sample gives the columns their names."""
    request = replace(ROWS, body=b"sex,length,rings\nM,0.5,1\nF,0.25,2\nI,0.125,4\n")

    def answer(more: float) -> WoodenSide:
        def named(request: Request) -> Exchange:
            header, body = request.body.split(b"\n", 1)
            assert b"sex,length,rings" == header
            answered = predictions(lambda *row: sound(*row) + more * (row[1] > 0.3))(replace(request, body=body))
            return replace(answered, request=request)

        return WoodenSide(named)

    comparison = against(answer(1.0), baseline=answer(0.0), requests=[request], how=SEARCH)

    assert "length" == example_of(comparison).input_column


def test_missing_values_are_searched_though_no_sample_had_one() -> None:
    """A value that the sample never lacks is left out, and what a side makes of that is held against the other."""

    def lenient(request: Request) -> Exchange:
        answered = predictions(sound)(replace(request, body=request.body.replace(b",,", b",0,")))
        return replace(answered, request=request)

    example = example_of(against(lenient, how=SEARCH))

    assert ("status", "column 2") == (example.difference.aspect, example.input_column)
    assert b",," in example.request.body
    assert None is example.absolute


def test_unseen_categories_are_searched() -> None:
    """A category that no sample had is asked for."""
    known = ("M", "F", "I")
    example = example_of(found(lambda sex, length, rings: sound(sex, length, rings) + (sex not in known)))

    assert "column 1" == example.input_column
    assert not example.request.body.startswith((b"M,", b"F,", b"I,"))


def test_change_of_every_row_is_laid_at_no_column() -> None:
    """Where all rows are predicted differently, no column is to blame."""
    assert "" == example_of(found(lambda *row: sound(*row) + 1)).input_column


def test_refusals_in_other_words_are_no_disagreement() -> None:
    """Two sides that refuse the same request agree, whatever they say."""

    def other_words(request: Request) -> Exchange:
        answer = predictions(sound)(request)
        return answer if answer.ok else replace(answer, body=b"other words")

    assert "same" == against(other_words, how=SEARCH).verdict


def test_container_that_dies_is_the_finding() -> None:
    """A request after which a side answers nothing any longer ends the search and is what it found."""
    dead: list[Request] = []

    def fragile(request: Request) -> Exchange:
        if dead or b"unseen" in request.body:
            dead.append(request)
            return Exchange(request=request, status=0, failure="the connection closed")
        return predictions(sound)(request)

    comparison = against(fragile, how=SEARCH)
    example = example_of(comparison)

    assert ("status", "column 1") == (example.difference.aspect, example.input_column)
    assert b"unseen" in example.request.body
    assert "new answers nothing any longer, so that the search ended with what did that." == comparison.reason


def test_same_seed_finds_the_same() -> None:
    """A seed makes a search that can be repeated."""
    bodies = {
        example_of(found(lambda sex, length, rings: sound(sex, length, rings) + (length > 0.2))).request.body
        for _ in range(2)
    }

    assert 1 == len(bodies)


def test_requests_that_cannot_be_drawn_are_said() -> None:
    """A media type whose records are not known has no search, and the reason is told."""
    image = Request(body=b"\x89PNG", content_type="image/png")
    comparison = against(
        lambda request: reply(request, "1\n"),
        baseline=lambda request: reply(request, "1\n"),
        requests=[image],
        how=SEARCH,
    )

    assert ("same", 0) == (comparison.verdict, comparison.searched)
    assert comparison.reason.startswith("There was no search for a disagreement: records of type 'image/png' cannot be")


def test_json_records_are_searched_as_well() -> None:
    """A sample of JSON is learnt from like one of CSV."""
    request = Request(body=b'{"instances": [{"x": 1.5, "y": 2}, {"x": 0.5, "y": 7}]}', content_type="application/json")

    def answer(limit: float) -> WoodenSide:
        def judged(request: Request) -> Exchange:
            rows = json.loads(request.body)["instances"]
            return reply(request, json.dumps([bool((row["x"] or 0) > limit) for row in rows]), "application/json")

        return WoodenSide(judged)

    example = example_of(against(answer(1.2), baseline=answer(1.0), requests=[request], how=SEARCH))

    assert ("text", "x") == (example.difference.aspect, example.input_column)


def test_broken_engine_ends_the_search() -> None:
    """What is neither side's fault is not taken for a disagreement."""

    def gone(request: Request) -> Exchange:
        if request is not ROWS:
            raise EngineUnavailable("gone.")
        return predictions(sound)(request)

    with pytest.raises(EngineUnavailable, match="gone"):
        against(gone, how=SEARCH)


def test_search_ends_with_its_time() -> None:
    """A search that finds nothing takes no longer than it may, by the clock it was given."""
    clock = FakeClock(step=0.01)
    comparison = against(predictions(sound), how=replace(SEARCH, search_seconds=0.3), clock=clock)

    assert 0 < comparison.searched <= 30


def test_search_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hypothesis keeps nothing in the working directory."""
    monkeypatch.chdir(tmp_path)
    found(lambda *row: sound(*row) + 1)

    assert [] == list(tmp_path.iterdir())
