"""A whole run: what it keeps, tries first, replays, and says."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from emulator.contract.sample import Sample
from emulator.errors import UsageError
from emulator.fuzz.telling import Teller
from emulator.model.hosting import ContainerDefinition, Model
from emulator.model.message import HttpRequest
from emulator.render.summary import verdict
from emulator.testing import Act, Answer
from tests.unit.fuzz.wood import ROWS, Bench, Wood


class Refuses(Wood):
    """Breaks on one category."""

    def valid(self, request: HttpRequest, rows: list[list[str]]) -> Act:
        if any(row[0] == "I" for row in rows):
            return Answer(status=500, body=b"KeyError: 'I'")
        return super().valid(request, rows)


def words_of(line: str) -> list[str]:
    """A line of shell."""
    return shlex.split(line)


def test_finding_can_be_copied_and_pasted(bench: Bench, tmp_path: Path) -> None:
    """Three lines: start it, ask it, try the saved case; each is whole."""
    (finding,) = bench.outcome(Refuses, "FUZ001", folder=tmp_path).findings
    run, curl, replay = finding.reproduce
    path = Path(words_of(replay)[-1])

    assert ["byoc", "run", "wood", "--port", "8080"] == words_of(run)
    assert curl.startswith("curl -i -H 'Content-Type: text/csv' http://127.0.0.1:8080/invocations --data-binary $'I,")
    assert ["byoc", "fuzz", "wood", "--replay", str(path)] == words_of(replay)
    assert "FUZ001" == json.loads(path.read_text("utf-8"))["property"]


def test_long_body_is_kept_as_a_file(bench: Bench, tmp_path: Path) -> None:
    """curl reads what is too long to be typed."""

    class TooLong(Wood):
        def refused(self, request: HttpRequest) -> Act:
            return Answer(status=500 if len(request.body) > 5000 else 400)

    (finding,) = bench.outcome(TooLong, "FUZ009", folder=tmp_path, examples=150).findings
    path = Path(words_of(finding.reproduce[1])[-1].removeprefix("@"))

    assert tmp_path / "cases" == path.parent
    assert len(path.read_bytes()) > 5000


def test_lines_name_the_whole_model(bench: Bench, tmp_path: Path) -> None:
    """Model data, environment and isolation are options of the lines, for each container of a chain its own."""
    found = bench.outcome(Refuses, "FUZ001").findings[0]
    containers = (
        ContainerDefinition("a", model_data_url="s3://b/m.tar.gz", environment={"KEY": "two words"}),
        ContainerDefinition("b"),
    )
    teller = Teller(model=Model(containers=containers, enable_network_isolation=True), name="pipeline", folder=None)

    assert found.reproduce[0] == "byoc run wood --port 8080"
    assert [
        *("byoc", "run", "a", "b", "-m", "s3://b/m.tar.gz", "-m", "none"),
        *("-e", "1:KEY=two words", "--network-isolation", "--port", "8080"),
    ] == words_of(teller.run_line())


def test_saved_cases_are_tried_first(bench: Bench, tmp_path: Path) -> None:
    """The next run begins with what broke the property last time, and breaks it again by that alone."""
    bench.outcome(Refuses, "FUZ001", folder=tmp_path, seed=None)
    (path,) = (tmp_path / "cases").glob("*.json")
    body = json.loads(path.read_text("utf-8"))["questions"][0]["body"]
    bench.outcome(Wood, "FUZ001", folder=tmp_path, examples=1)
    asked = [each.body.decode() for each in bench.forest.containers[0].invocations if each.body != ROWS]

    assert body == asked[0]


def test_broken_saved_case_is_passed_over(bench: Bench, tmp_path: Path) -> None:
    """A file that somebody has changed is a warning, and the run goes on."""
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "FUZ001-1.json").write_text("{}", "utf-8")
    outcome = bench.outcome(Wood, "FUZ001", folder=tmp_path, examples=5)

    assert "passed" == outcome.status
    assert any("FUZ001-1.json is no saved case. It is passed over." in str(each) for each in bench.events)


def test_replay_tries_saved_cases_alone(bench: Bench, tmp_path: Path) -> None:
    """Of their properties only, without a sample: a case that is mended passes, and so says the report."""
    bench.report(Refuses, "FUZ001", folder=tmp_path)
    replay = tuple((tmp_path / "cases").glob("*.json"))
    broken = bench.report(Refuses, sample=None, replay=replay)
    mended = bench.report(Wood, sample=None, replay=replay)

    assert [("FUZ001", "failed")] == [(each.rule.code, each.status) for each in broken.outcomes]
    assert [("FUZ001", "passed", "3 requests")] == [
        (each.rule.code, each.status, each.reason) for each in mended.outcomes
    ]


def test_replay_of_another_property_is_an_error_of_usage(bench: Bench, tmp_path: Path) -> None:
    """A case whose property is not selected, or that there is not, would be passed over in silence."""
    bench.report(Refuses, "FUZ001", folder=tmp_path)
    (path,) = (tmp_path / "cases").glob("*.json")
    with pytest.raises(UsageError, match="a case of FUZ001"):
        bench.report(Wood, "FUZ002", replay=(path,))
    path.write_text(path.read_text("utf-8").replace("FUZ001", "FUZ999"), "utf-8")
    with pytest.raises(UsageError, match="a case of FUZ999"):
        bench.report(Wood, replay=(path,))


def test_media_type_wanted_back_is_asked_for(bench: Bench) -> None:
    """Accept of the sample goes with each question, and into saved cases."""
    sample = Sample(body=ROWS, content_type="text/csv", accept="application/json")
    bench.report(Wood, "FUZ001", sample=sample, examples=5)

    assert {"application/json"} == {each.headers.get("Accept") for each in bench.forest.containers[0].invocations}


def test_nothing_is_kept_without_a_folder(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor does a run with one write anywhere else."""
    monkeypatch.chdir(tmp_path)
    bench.report(Refuses, "FUZ001", folder=tmp_path / "kept")

    assert {"kept"} == {each.name for each in tmp_path.iterdir()}


def test_verdict_speaks_of_properties(bench: Bench) -> None:
    """A report of a search does not say that the contract is kept."""
    sound, broken = verdict(bench.report(Wood, "FUZ001", "FUZ002")), verdict(bench.report(Refuses, "FUZ001"))
    skipped = verdict(bench.report(Wood, "FUZ001", seconds=1e-9))

    assert ("pass", "No property was broken; that is no proof that none can be.") == (sound.state, sound.text)
    assert "2 properties: 2 passed" == sound.checks
    assert ("fail", "1 property is broken (errors).") == (broken.state, broken.text)
    assert "1 property: 1 failed" == broken.checks
    assert ("pass", "No property was tried.") == (skipped.state, skipped.text)
