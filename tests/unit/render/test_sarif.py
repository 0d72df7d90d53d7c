"""SARIF, held to the official schema."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.model.report import Report
from emulator.render import sarif

Validate: TypeAlias = Callable[[object], None]


@pytest.fixture(scope="session")
def validate(pytestconfig: pytest.Config) -> Validate:
    """Raise unless a document keeps the schema."""
    schema = json.loads(Path(pytestconfig.rootpath, "fixtures", "sarif-2.1.0.json").read_text("utf-8"))
    checker = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())

    def kept(document: object) -> None:
        checker.validate(document)

    return kept


def run_of(report: Report, **options: Any) -> Any:
    """The one run of the document."""
    return json.loads(sarif.render(report, **options))["runs"][0]


def test_report_keeps_the_schema(report: Report, clean: Report, validate: Validate) -> None:
    """A full report and an empty one are valid."""
    for each in (report, clean, replace(clean, outcomes=(), containers=())):
        validate(json.loads(sarif.render(each)))


def test_planted_offence_is_seen(report: Report, validate: Validate) -> None:
    """The schema in use refuses a document that is not SARIF."""
    document = json.loads(sarif.render(report))
    document["runs"][0]["results"][0]["level"] = "fatal"

    with pytest.raises(jsonschema.ValidationError):
        validate(document)


def test_rules_carry_their_manual(report: Report) -> None:
    """Every check that was run is a rule with level, help in Markdown, and the address of its source."""
    rules = run_of(report)["tool"]["driver"]["rules"]
    rule = next(each for each in rules if each["id"] == "PNG002")

    assert ["IMG008", "IMG003", "PNG002", "INV011", "SHD001", "PIP001"] == [each["id"] for each in rules]
    assert ("ping-redirects", {"level": "error"}) == (rule["name"], rule["defaultConfiguration"])
    assert "https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html" == rule["helpUri"]
    assert "## How to fix\n\nAnswer `GET /ping` itself:" in rule["help"]["markdown"]


def test_rule_without_an_address(clean: Report) -> None:
    """A source that is no address gives a rule no link."""
    outcome = clean.outcomes[0]
    rule = replace(outcome.rule, manual=replace(outcome.rule.manual, source="Hosting contract 3.6."))
    bare = replace(clean, outcomes=(replace(outcome, rule=rule),))

    assert "helpUri" not in run_of(bare)["tool"]["driver"]["rules"][0]


def test_result_has_level_place_and_identity(report: Report) -> None:
    """A finding is a result at a relative address without a scheme, with a fingerprint that survives new images."""
    result = run_of(report)["results"][0]
    renamed = json.loads(sarif.render(report).replace("featurizer:dev", "featurizer:v2"))["runs"][0]["results"][0]

    assert ("PNG002", 2, "error") == (result["ruleId"], result["ruleIndex"], result["level"])
    assert result["message"]["text"].startswith("GET /ping is answered with 302 to /health.")
    assert {"artifactLocation": {"uri": "featurizer%3Adev"}, "region": {"startLine": 1}} == (
        result["locations"][0]["physicalLocation"]
    )
    assert "container-1" == result["locations"][0]["logicalLocations"][0]["name"]
    assert "PNG002:container-1" == result["partialFingerprints"]["byocFinding/v1"]
    assert result["partialFingerprints"] == renamed["partialFingerprints"]


def test_two_findings_of_one_check_are_two_alerts(report: Report) -> None:
    """Where one check finds two things, each has an identity of its own, the same in every run."""
    outcome = report.outcomes[2]
    twice = replace(report, outcomes=(replace(outcome, findings=outcome.findings * 2),))
    lines = [each["partialFingerprints"]["primaryLocationLineHash"] for each in run_of(twice)["results"]]

    assert [":1", ":2"] == [line[-2:] for line in lines]
    assert lines[0][:-2] == lines[1][:-2]


def test_result_shows_at_the_dockerfile(report: Report) -> None:
    """Where the Dockerfile is known, results are shown there."""
    result = run_of(report, dockerfile="containers/my featurizer/Dockerfile")["results"][0]

    assert (
        "containers/my%20featurizer/Dockerfile"
        == (result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])
    )


def test_exchange_is_told(report: Report) -> None:
    """The first probe is the result's web request and response; a body that is no text is base64."""
    redirect, leak, *_ = run_of(report)["results"]

    assert ("GET", "/ping", 302) == (
        redirect["webRequest"]["method"],
        redirect["webRequest"]["target"],
        redirect["webResponse"]["statusCode"],
    )
    assert {"text": "<a href=/health>"} == redirect["webResponse"]["body"]
    assert {"binary": "MSwyCv8A"} == leak["webRequest"]["body"]


def test_probe_without_a_reply(report: Report) -> None:
    """No answer is told as none."""
    outcome = report.outcomes[2]
    finding = replace(outcome.findings[0], probes=outcome.findings[0].probes[1:])
    result = run_of(replace(report, outcomes=(replace(outcome, findings=(finding,)),)))["results"][0]

    assert {"noResponseReceived": True, "reasonPhrase": "connection refused"} == result["webResponse"]


def test_baseline_state_is_said_only_with_a_baseline(report: Report) -> None:
    """With a baseline its findings are unchanged and the others new; without one nothing is said."""
    fresh = replace(report, outcomes=tuple(replace(each, known=()) for each in report.outcomes))

    assert ["new", "new", "new", "unchanged"] == [each["baselineState"] for each in run_of(report)["results"]]
    assert all("baselineState" not in each for each in run_of(fresh)["results"])


def test_broken_check_is_a_notification(report: Report, clean: Report) -> None:
    """A check that broke makes the run unsuccessful and is no result."""
    invocation = run_of(report)["invocations"][0]
    notice = invocation["toolExecutionNotifications"][0]

    assert not invocation["executionSuccessful"]
    assert run_of(clean)["invocations"][0]["executionSuccessful"]
    assert "SHD001 broke for container-2: KeyError: 'exit'" == notice["message"]["text"]
    assert {"id": "SHD001", "index": 4} == notice["associatedRule"]
    assert ("2026-11-23T15:00:00.000Z", "2026-11-23T15:00:14.250Z") == (
        invocation["startTimeUtc"],
        invocation["endTimeUtc"],
    )


def test_invocation_says_only_what_is_known(clean: Report) -> None:
    """Without a command or a date that is one, both are left out."""
    invocation = run_of(replace(clean, command="", date="yesterday"))["invocations"][0]

    assert {"executionSuccessful", "toolExecutionNotifications"} == {*invocation}


def test_image_cannot_write_a_link(report: Report) -> None:
    """What SARIF would read as a link in a message is none any more."""
    outcome = report.outcomes[2]
    finding = replace(outcome.findings[0], what="[ok](https://example.com)")
    result = run_of(replace(report, outcomes=(replace(outcome, findings=(finding,)),)))["results"][0]

    assert "](" not in result["message"]["text"]


@given(text=st.text(st.characters(categories=None)), body=st.binary())
def test_any_text_keeps_the_schema(
    saying: Callable[[str, bytes], Report], validate: Validate, text: str, body: bytes
) -> None:
    """Whatever an image says, the document is valid."""
    validate(json.loads(sarif.render(saying(text, body))))
