"""``byoc diff`` as a command line: what its words mean, and what is wrong with them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from emulator.cli.sides import Given, channels
from emulator.compare.file import write_recording
from emulator.compare.retraining import Channel
from emulator.errors import UsageError
from emulator.model.hosting import Model
from emulator.model.recording import Exchange, Recording, Request
from emulator.regression import RemoteEndpoint
from tests.unit.cli.test_main import byoc

ROWS = Request(body=b"1\n", content_type="text/csv")


@pytest.fixture
def golden(tmp_path: Path) -> Path:
    """A recording."""
    return _recorded(tmp_path / "golden.json", b"2.0\n")


def _recorded(path: Path, body: bytes) -> Path:
    exchange = Exchange(request=ROWS, status=200, content_type="text/csv", body=body)
    recording = Recording(
        origin="image", subject="my-image:1", stages=(), exchanges=(exchange,), date="2026-01-01", version="1"
    )
    write_recording(recording, path, update=False)
    return path


def test_side_is_told_by_its_form(golden: Path) -> None:
    """An image, a chain, an endpoint and a recording are told apart by how they are written."""
    one, chain = (
        Given(word="my-image:dev").subject(),
        Given(word="a:1,b:2", models=("none", "s3://b/m.tar.gz")).subject(),
    )
    endpoint, recording = Given(word="endpoint:live", region="eu-west-1").subject(), Given(word=str(golden)).subject()

    assert isinstance(one, Model)
    assert isinstance(chain, Model)
    assert [("my-image:dev", None)] == [(each.image, each.model_data_url) for each in one.containers]
    assert [("a:1", None), ("b:2", "s3://b/m.tar.gz")] == [
        (each.image, each.model_data_url) for each in chain.containers
    ]
    assert RemoteEndpoint(name="live", region="eu-west-1") == endpoint
    assert isinstance(recording, Recording)


def test_channels_are_read() -> None:
    """A channel is for all images, or for the one of its number."""
    expected = (
        Channel(name="train", folder=Path("data")),
        Channel(name="train", folder=Path("other"), position=2),
    )

    assert expected == channels(["train=data", "2:train=other"])


@pytest.mark.parametrize("wrong", ["train", "=data", "train=", "x:train=data", "2:=data"])
def test_channels_that_cannot_be_read_are_refused(wrong: str) -> None:
    """What is no channel is a usage error."""
    with pytest.raises(UsageError, match="cannot be understood"):
        channels([wrong])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("missing.json", "b"), "missing.json cannot be read."),
        (("broken.json", "b"), "broken.json is no recording."),
        (("newer.json", "b"), "newer.json is of another schema."),
        (("a", "b", "--sample", "rows.csv", "-m", "none.tar.gz"), "There is no model data at none.tar.gz."),
        (("a,b", "c,d", "--sample", "rows.csv", "-m", "rows.csv"), "2 images, but 1 times --model."),
        (("a", "b"), "There is nothing to ask."),
        (("a", "b", "--sample", "rows.csv", "-f", "sarif"), "--format sarif cannot be understood."),
        (("a", "b", "--sample", "rows.csv", "-f", "html=no/such/x.html"), "cannot be written."),
        (("a", "b", "--sample", "rows.csv", "--search", "soon"), "'soon' is no duration"),
        (("a", "b", "--sample", "rows.csv", "--latency-pairs", "3"), "3 pairs of measurements tell nothing"),
        (("a", "b", "--sample", "rows.csv", "--rel", "-1"), "'--rel': -1"),
        (("golden.json", "endpoint:x", "-m", "rows.csv"), "neither side is an image"),
        (("golden.json", "b", "--baseline-model", "rows.csv"), "Model data is given for golden.json"),
    ],
)
def test_bad_input_is_a_usage_error(
    golden: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], message: str
) -> None:
    """Exit code 2 with what is wrong, and no file written."""
    monkeypatch.chdir(tmp_path)
    Path("rows.csv").write_text("1\n", "utf-8")
    Path("broken.json").write_text("{", "utf-8")
    Path("newer.json").write_text('{"schema": "byoc-emulator/recording/99"}', "utf-8")
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    done = byoc("diff", *arguments, DOCKER_HOST="unix:///no/such.sock")

    assert 2 == done.returncode
    assert message in done.stderr
    assert before == {path: path.read_bytes() for path in tmp_path.iterdir()}


@pytest.mark.parametrize(
    ("body", "policy", "code"),
    [
        (b"2.0\n", "changed", 0),
        (b"2.0\n", "within", 0),
        (b"2.000000001\n", "changed", 0),
        (b"2.000000001\n", "within", 1),
        (b"3.0\n", "changed", 1),
    ],
)
def test_exit_code_is_by_policy(golden: Path, tmp_path: Path, body: bytes, policy: str, code: int) -> None:
    """0 for what does not fail by the policy, 1 for what does."""
    other = _recorded(tmp_path / "other.json", body)

    assert code == byoc("diff", str(golden), str(other), "-q", "--fail-on", policy).returncode


def test_every_format_is_written(golden: Path, tmp_path: Path) -> None:
    """One run writes all formats, whole, and the text to standard output."""
    other = _recorded(tmp_path / "other.json", b"3.0\n")
    formats = [f"-f{form}={tmp_path / form}" for form in ("text", "json", "junit", "html")]
    done = byoc("diff", str(golden), str(other), "-f", "text", *formats)

    assert done.stdout.startswith("CHANGED  ")
    assert "changed" == json.loads((tmp_path / "json").read_text("utf-8"))["verdict"]
    assert {"text", "json", "junit", "html", "golden.json", "other.json"} == {each.name for each in tmp_path.iterdir()}
    assert (tmp_path / "html").read_text("utf-8").startswith("<!doctype html>")
