"""Recordings as files: what is written is read again, can be reviewed, and is never written over by mistake."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.compare.file import SCHEMA, read_recording, replaced_by, text_of, write_recording
from emulator.compare.reading import recording_from
from emulator.errors import UsageError
from emulator.model.recording import Exchange, Recording, Request, Stage

BODIES = st.one_of(
    st.binary(max_size=200),
    st.text(max_size=200).map(str.encode),
    st.lists(st.sampled_from(["1,2", "a", '{"a": [1, 2]}', ",", "\n", "\r\n", "\r", "\ufeff"]), max_size=40).map(
        lambda pieces: "".join(pieces).encode()
    ),
    st.lists(st.floats(allow_nan=False), min_size=20, max_size=60).map(lambda row: json.dumps({"r": row}).encode()),
)
TEXTS = st.text(max_size=20)
REQUESTS = st.builds(Request, body=BODIES, content_type=st.none() | TEXTS, accept=st.none() | TEXTS)
EXCHANGES = st.builds(
    Exchange,
    request=REQUESTS,
    status=st.integers(0, 599),
    content_type=st.none() | TEXTS,
    body=BODIES,
    failure=TEXTS,
)
STAGES = st.builds(
    Stage,
    name=TEXTS,
    image=TEXTS,
    image_id=TEXTS,
    size_bytes=st.integers(0),
    model_data=TEXTS,
    versions=st.dictionaries(TEXTS, TEXTS, max_size=3),
    warnings=st.lists(TEXTS, max_size=3).map(tuple),
)
RECORDINGS = st.builds(
    Recording,
    origin=st.sampled_from(["image", "emulator", "sagemaker"]),
    subject=TEXTS,
    stages=st.lists(STAGES, max_size=2).map(tuple),
    exchanges=st.lists(EXCHANGES, max_size=3).map(tuple),
    date=TEXTS,
    version=TEXTS,
    startup_seconds=st.none() | st.floats(0, 1e6),
)

ROWS = Request(body=b"1,2\n3,4\n", content_type="text/csv")
RECORDING = Recording(
    origin="image",
    subject="i:1",
    stages=(Stage(name="primary", versions={"numpy": "2.0"}),),
    exchanges=(Exchange(request=ROWS, status=200, content_type="text/csv", body=b"0.5\n1.5\n"),),
    date="2026-01-01T00:00:00Z",
    version="0.1.0",
)


def changed(**members: Any) -> Any:
    """What is wrong with a recording's file that has these members instead of its own."""
    return {**json.loads(text_of(RECORDING)), **members}


@given(recording=RECORDINGS)
def test_what_is_written_is_read(recording: Recording) -> None:
    """A recording, whatever bytes are in it, is the same after a way through its file, and so is the file's text."""
    text = text_of(recording)
    again = recording_from(json.loads(text))

    assert recording == again
    assert text == text_of(again)
    assert all(each.isprintable() or each == "\n" for each in text)


def test_a_row_is_a_line() -> None:
    """One changed row of a reply is one changed line of the file."""
    other = replace(RECORDING, exchanges=(replace(RECORDING.exchanges[0], body=b"0.5\n2.5\n"),))
    before, after = (text_of(each).splitlines() for each in (RECORDING, other))

    assert ['    "1.5\\n"'] == [line for line in before if line not in after]
    assert ['    "2.5\\n"'] == [line for line in after if line not in before]


def test_a_long_json_reply_is_cut_behind_its_values() -> None:
    """A reply that is one long line of JSON has a line for each of its records, or of its values."""
    values = json.dumps({"result": [n / 8 for n in range(30)]}).encode()
    records = json.dumps([[n, n] for n in range(30)]).encode()
    written = [
        json.loads(text_of(replace(RECORDING, exchanges=(replace(RECORDING.exchanges[0], body=body),))))
        for body in (values, records)
    ]

    assert [30, 30] == [len(each["exchanges"][0]["body"]) for each in written]


def test_written_file_is_read(tmp_path: Path) -> None:
    """The file that is written is the recording, and nothing else is left beside it."""
    path = tmp_path / "golden.json"
    write_recording(RECORDING, path, update=False)

    assert RECORDING == read_recording(path)
    assert [path] == list(tmp_path.iterdir())


def test_a_recording_is_replaced_on_purpose_only(tmp_path: Path) -> None:
    """Without update a recording stays as it is, with it the new one takes its place."""
    path, newer = tmp_path / "golden.json", replace(RECORDING, date="2026-02-02T00:00:00Z")
    write_recording(RECORDING, path, update=False)

    with pytest.raises(UsageError, match=r"golden\.json is there already"):
        write_recording(newer, path, update=False)
    assert RECORDING == replaced_by(path, update=True) == read_recording(path)

    write_recording(newer, path, update=True)
    assert newer == read_recording(path)
    assert [path] == list(tmp_path.iterdir())


def test_what_is_no_recording_is_never_replaced(tmp_path: Path) -> None:
    """Even with update, a file that is no recording stays as it is."""
    path = tmp_path / "rows.csv"
    path.write_text("1,2\n")

    with pytest.raises(UsageError, match=r"rows\.csv is no recording"):
        write_recording(RECORDING, path, update=True)
    assert "1,2\n" == path.read_text()


def test_a_folder_must_be_there(tmp_path: Path) -> None:
    """A recording does not make folders."""
    with pytest.raises(UsageError, match="cannot be written"):
        write_recording(RECORDING, tmp_path / "no" / "golden.json", update=False)
    assert [] == list(tmp_path.iterdir())


EXCHANGE = json.loads(text_of(RECORDING))["exchanges"][0]


@pytest.mark.parametrize(
    ("content", "what", "why"),
    [
        ("{", "is no recording", "it is no JSON"),
        ("[" * 100_000, "is no recording", "it is no JSON"),
        ("[]", "is no recording", f'its "schema" is not {SCHEMA}'),
        ({"schema": 1}, "is no recording", f'its "schema" is not {SCHEMA}'),
        (changed(schema="byoc-emulator/case/1"), "is no recording", f'its "schema" is not {SCHEMA}'),
        (changed(schema="byoc-emulator/recording/2"), "is of another schema", "byoc-emulator/recording/2, not "),
        ({"schema": SCHEMA}, "is no recording", "KeyError: 'origin'"),
        (changed(origin="moon"), "is no recording", "origin is 'moon'"),
        (changed(exchanges={}), "is no recording", "TypeError: exchanges is {}"),
        (changed(exchanges=["1"]), "is no recording", "what should have request is str"),
        (changed(exchanges=[{**EXCHANGE, "status": True}]), "is no recording", "status is True"),
        (changed(exchanges=[{**EXCHANGE, "body": "1"}]), "is no recording", "body is no list of texts"),
        (changed(exchanges=[{**EXCHANGE, "body": {"base64": ["!"]}}]), "is no recording", "Error: "),
        (changed(stages=[{"name": "a"}]), "is no recording", "KeyError: "),
        (changed(startup_seconds=1e999), "is no recording", "startup_seconds is inf"),
        (changed(subject="\ud800", exchanges=[{**EXCHANGE, "body": ["\ud800"]}]), "is no recording", "surrogates"),
    ],
)
def test_a_bad_file_is_told(tmp_path: Path, content: Any, what: str, why: str) -> None:
    """What is no recording, or one of another schema, is a usage error that says why and what to do."""
    path = tmp_path / "golden.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")

    with pytest.raises(UsageError) as told:
        read_recording(path)

    assert f"{path} {what}." == told.value.what
    assert why in told.value.why
    assert told.value.fix


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    """A file that is not there, and a folder in its place, cannot be read."""
    for path, why in ((tmp_path / "no.json", "No such file or directory"), (tmp_path, "Is a directory")):
        with pytest.raises(UsageError) as told:
            read_recording(path)
        assert (f"{path} cannot be read.", why) == (told.value.what, told.value.why)
