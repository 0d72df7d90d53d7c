"""Cases as files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.errors import UsageError
from emulator.fuzz.case import SCHEMA, Case, Question, read_case

TEXTS = st.none() | st.text(max_size=8)
QUESTIONS = st.builds(
    Question,
    body=st.binary(max_size=12) | st.text(max_size=8).map(str.encode),
    content_type=TEXTS,
    accept=TEXTS,
    rows=st.none() | st.integers(0, 9),
    label=st.text(max_size=8),
)
CASES = st.builds(
    Case,
    questions=st.lists(QUESTIONS, min_size=1, max_size=3).map(tuple),
    told=st.dictionaries(st.text(max_size=3), st.lists(st.integers(), max_size=3), max_size=2),
)


@given(case=CASES)
def test_case_is_read_as_it_was_written(tmp_path_factory: pytest.TempPathFactory, case: Case) -> None:
    """Whatever the bytes, the file gives the same case again, and has the same name each time."""
    path = tmp_path_factory.getbasetemp() / "case.json"
    path.write_text(case.text("FUZ001"), "utf-8")

    code, read = read_case(path)

    assert ("FUZ001", case) == (code, read)
    assert case.file_name("FUZ001") == read.file_name("FUZ001")


def test_text_bodies_can_be_read_in_the_file() -> None:
    """Printable bodies are written as they are, others in base64."""
    plain, binary = Question(body=b"1,2\r\n", content_type=None), Question(body=b"\0", content_type=None)
    written = json.loads(Case(questions=(plain, binary)).text("FUZ001"))

    assert ["1,2\r\n", {"base64": "AA=="}] == [each["body"] for each in written["questions"]]


QUESTION = {"body": "1", "content_type": None, "accept": None, "rows": 1, "label": ""}
WHOLE = {"schema": SCHEMA, "property": "FUZ001", "questions": [QUESTION], "told": {}}


@pytest.mark.parametrize(
    "written",
    [
        "",
        "[]",
        "5",
        "{}",
        {**WHOLE, "schema": "byoc-emulator/case/0"},
        {**WHOLE, "questions": []},
        {**WHOLE, "questions": [{}]},
        {**WHOLE, "questions": ["1"]},
        {**WHOLE, "questions": [{**QUESTION, "other": 1}]},
        {**WHOLE, "questions": [{**QUESTION, "body": 5}]},
        {**WHOLE, "questions": [{**QUESTION, "body": {"base64": "?"}}]},
        {**WHOLE, "questions": [{**QUESTION, "content_type": 5}]},
        {**WHOLE, "questions": [{**QUESTION, "rows": "one"}]},
        {**WHOLE, "told": 5},
    ],
    ids=str,
)
def test_other_files_are_refused(written: Any, tmp_path: Path) -> None:
    """A file that is no case of ours is an error of usage that names it."""
    path = tmp_path / "case.json"
    path.write_text(written if isinstance(written, str) else json.dumps(written), "utf-8")

    with pytest.raises(UsageError, match=r"case\.json"):
        read_case(path)


def test_missing_and_binary_files_are_refused(tmp_path: Path) -> None:
    """So is a file that is not there, and one that is no text."""
    (tmp_path / "binary").write_bytes(b"\xff\xfe")

    for name in ("missing", "binary"):
        with pytest.raises(UsageError, match=name):
            read_case(tmp_path / name)


def test_case_without_some_questions() -> None:
    """What is told of each question goes with it; anything else stays."""
    asked = tuple(Question(body=bytes([number]), content_type=None) for number in range(3))
    case = Case(questions=asked, told={"steps": ["a", "b", "c"], "between": 1, "groups": [3]})

    fewer = case.without(1, 2)

    assert (asked[0], asked[2]) == fewer.questions
    assert {"steps": ["a", "c"], "between": 1, "groups": [3]} == fewer.told


def test_accept_is_added_where_there_is_none() -> None:
    """A question that wants something back already is left alone."""
    case = Case(questions=(Question(body=b"", content_type=None), Question(body=b"", content_type=None, accept="a/b")))

    assert ["c/d", "a/b"] == [each.accept for each in case.accepting("c/d").questions]
    assert case is case.accepting(None)
