"""``byoc record`` without an engine: images are scripts, and all else is real."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from click.testing import CliRunner, Result

from emulator import regression
from emulator.assemble import wooden_session
from emulator.cli.record import record
from emulator.compare.file import read_recording, text_of
from emulator.errors import EndpointFailed, UsageError
from emulator.hosting.session import Session
from emulator.model.event import Emit, ignore
from emulator.settings import Settings
from emulator.testing import Answer, Script

Byoc: TypeAlias = Callable[..., Result]


@pytest.fixture
def images() -> dict[str, Script]:
    """The images that there are; a test may change them."""
    return {"i": Script(invocations=lambda request: Answer(body=request.body), libraries={"numpy": "1.26.0"})}


@pytest.fixture
def sessions() -> list[Settings | None]:
    """How often an engine was looked for."""
    return []


@pytest.fixture
def byoc(
    images: Mapping[str, Script],
    sessions: list[Settings | None],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Byoc:
    """``byoc record`` with these arguments, in a folder with rows."""

    @contextmanager
    def wooden(settings: Settings | None = None, *, emit: Emit = ignore) -> Iterator[Session]:
        sessions.append(settings)
        opened: AbstractContextManager[Session] = wooden_session(images, emit=emit)
        with opened as session:
            yield session

    monkeypatch.setattr(regression, "session", wooden)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rows.csv").write_text("1,2\n3,4\n")

    def done(*arguments: str) -> Result:
        return CliRunner().invoke(record, ["--quiet", *arguments])

    return done


def test_a_recording_is_written_and_told(byoc: Byoc, tmp_path: Path) -> None:
    """The file has the whole sample and each row, and one line says what was written."""
    done = byoc("i", "--sample", "rows.csv", "--rows", "-o", "golden.json")
    recording = read_recording(tmp_path / "golden.json")

    assert (0, "golden.json: 3 exchanges with i, 1 container, numpy 1.26.0\n") == (done.exit_code, done.output)
    assert [b"1,2\n3,4\n", b"1,2\n", b"3,4\n"] == [each.body for each in recording.exchanges]


def test_an_update_says_what_is_different(byoc: Byoc, images: dict[str, Script], tmp_path: Path) -> None:
    """With --update the new recording takes the old one's place, and the changes are counted."""
    byoc("i", "--sample", "rows.csv", "-o", "golden.json")
    images["i"] = Script(invocations=Answer(body=b"5"), libraries={"numpy": "2.0.0"})
    done = byoc("i", "--sample", "rows.csv", "-o", "golden.json", "--update")

    assert ["1 reply changed", "primary: numpy 1.26.0 → 2.0.0"] == done.output.splitlines()[1:]
    assert b"5" == read_recording(tmp_path / "golden.json").exchanges[0].body


def test_an_update_needs_no_earlier_recording(byoc: Byoc, tmp_path: Path) -> None:
    """With --update a recording that is not there yet is written."""
    assert 0 == byoc("i", "--sample", "rows.csv", "-o", "golden.json", "--update").exit_code
    assert (tmp_path / "golden.json").exists()


def test_a_recording_is_not_replaced(byoc: Byoc, sessions: list[Any], tmp_path: Path) -> None:
    """Without --update, what is there stays, and no engine is looked for."""
    (tmp_path / "golden.json").write_text("mine")
    done = byoc("i", "--sample", "rows.csv", "-o", "golden.json")

    assert isinstance(done.exception, UsageError)
    assert "golden.json is there already." == done.exception.what
    assert ("mine", []) == ((tmp_path / "golden.json").read_text(), sessions)


def other_schema(recording: str) -> str:
    """The text of a recording that a later version wrote."""
    return json.dumps({**json.loads(recording), "schema": "byoc-emulator/recording/9"})


@pytest.mark.parametrize(
    ("broken", "what"),
    [(lambda text: text[:-20], "golden.json is no recording."), (other_schema, "golden.json is of another schema.")],
    ids=["cut", "schema"],
)
def test_what_cannot_be_read_is_not_updated(
    byoc: Byoc, sessions: list[Any], tmp_path: Path, broken: Callable[[str], str], what: str
) -> None:
    """A recording that is cut or of another schema stays, whatever is asked for, and no engine is looked for."""
    path = tmp_path / "golden.json"
    byoc("i", "--sample", "rows.csv", "-o", "golden.json")
    path.write_text(broken(text_of(read_recording(path))))
    text = path.read_text()
    sessions.clear()
    done = byoc("i", "--sample", "rows.csv", "-o", "golden.json", "--update")

    assert isinstance(done.exception, UsageError)
    assert (what, text, []) == (done.exception.what, path.read_text(), sessions)


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (["--sample", "rows.csv", "-o", "g.json"], "Nothing is given to record."),
        (["i", "--endpoint", "e", "--sample", "rows.csv", "-o", "g.json"], "Images are given, and an endpoint's"),
        (["i", "--region", "r", "--sample", "rows.csv", "-o", "g.json"], "Images are given, and an endpoint's"),
        (["-m", "m.tar.gz", "--endpoint", "e", "--sample", "rows.csv", "-o", "g.json"], "No image is given."),
        (["i", "--sample", "no.csv", "-o", "g.json"], "no.csv cannot be read."),
        (["i", "--sample", "rows.csv", "-o", "no/g.json"], "no/g.json cannot be written."),
    ],
)
def test_bad_usage_is_told_before_anything_starts(
    byoc: Byoc, sessions: list[Any], tmp_path: Path, arguments: list[str], what: str
) -> None:
    """What cannot be understood, read or written is told first, and nothing is written."""
    done = byoc(*arguments)

    assert isinstance(done.exception, UsageError)
    assert done.exception.what.startswith(what)
    assert ([], ["rows.csv"]) == (sessions, [each.name for each in tmp_path.iterdir()])


def test_an_image_that_does_not_exist_leaves_no_file(byoc: Byoc, tmp_path: Path) -> None:
    """A missing image is AWS's refusal, and no recording, not even of nothing, is written."""
    done = byoc("missing", "--sample", "rows.csv", "-o", "g.json")

    assert isinstance(done.exception, EndpointFailed)
    assert ["rows.csv"] == [each.name for each in tmp_path.iterdir()]


def test_an_endpoint_that_cannot_be_reached_leaves_no_file(byoc: Byoc, tmp_path: Path) -> None:
    """An address where nothing listens is a usage error."""
    arguments = ("--endpoint", "e", "--endpoint-url", "http://127.0.0.1:9", "--sample", "rows.csv", "-o", "g.json")
    done = byoc(*arguments)

    assert isinstance(done.exception, UsageError)
    assert "http://127.0.0.1:9 does not answer." == done.exception.what
    assert ["rows.csv"] == [each.name for each in tmp_path.iterdir()]
