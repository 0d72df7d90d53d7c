"""The JSON report holds everything."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from emulator.model.finding import Finding, Manual, Probe, Rule
from emulator.model.message import HttpReply, HttpRequest
from emulator.model.report import Moment, Outcome, Portrait, Report
from emulator.render import json_report


def first(report: Report, code: str) -> Any:
    """The outcome of a check as JSON."""
    return next(each for each in json.loads(json_report.render(report))["outcomes"] if each["code"] == code)


def test_every_field_of_the_model_is_there(report: Report) -> None:
    """A field that is added to the report must be added to the JSON."""
    document = json.loads(json_report.render(report))
    outcome = next(each for each in document["outcomes"] if each["code"] == "PNG002")
    probe = outcome["findings"][0]["probes"][0]
    for shape, value, elsewhere in (
        (Report, document, set()),
        (Portrait, document["containers"][0], set()),
        (Moment, document["containers"][0]["moments"][0], set()),
        (Rule, document["rules"][0], set()),
        (Manual, document["rules"][0]["manual"], set()),
        (Outcome, outcome, {"rule"}),
        (Finding, outcome["findings"][0], {"rule"}),
        (Probe, probe, set()),
        (HttpRequest, probe["request"], set()),
        (HttpReply, probe["reply"], set()),
    ):
        assert {each.name for each in fields(shape)} - elsewhere <= value.keys(), shape


def test_head_of_the_document(report: Report) -> None:
    """The schema is named, and the verdict is counted for programs that read no further."""
    document = json.loads(json_report.render(report, at="error"))

    assert "byoc-emulator/report/1" == document["schema"]
    assert {
        "state": "fail",
        "at": "error",
        "checks": {"passed": 2, "failed": 3, "skipped": 2, "errored": 1},
        "findings": {"error": 1, "warning": 1, "note": 1},
        "known": 1,
    } == document["verdict"]


def test_values_are_those_of_the_report(report: Report) -> None:
    """Moments, latencies, reasons and probes arrive as they are."""
    document = json.loads(json_report.render(report))
    outcome = first(report, "PNG002")

    assert {"seconds": 0.31, "text": "started"} == document["containers"][0]["moments"][0]
    assert list(report.containers[0].latencies) == document["containers"][0]["latencies"]
    assert document["containers"][1]["healthy_after"] is None
    assert "KeyError: 'exit'" == first(report, "SHD001")["reason"]
    assert "PNG002:container-1" == outcome["findings"][0]["fingerprint"]
    assert None is outcome["findings"][0]["probes"][1]["reply"]
    assert "GET /ping -> connection refused after 2.00 s" == outcome["findings"][0]["probes"][1]["text"]


def test_bodies_are_text_or_base64(report: Report) -> None:
    """A body in UTF-8 is text, any other is base64; both with their size."""
    probe = first(report, "INV011")["findings"][0]["probes"][0]

    assert {"bytes": 6, "base64": "MSwyCv8A"} == probe["request"]["body"]
    assert bytes(range(256)) * 2 == b64decode(probe["reply"]["body"]["base64"])
    assert {"bytes": 0, "text": ""} == first(report, "PNG002")["findings"][0]["probes"][0]["request"]["body"]


def test_infinite_default_is_a_string(clean: Report) -> None:
    """JSON has no infinity; an option that has one is still there."""
    rule = replace(clean.outcomes[0].rule, options={"limit": float("inf"), "seconds": 2.0})
    document = json.loads(json_report.render(replace(clean, outcomes=(replace(clean.outcomes[0], rule=rule),))))

    assert {"limit": "inf", "seconds": 2.0} == document["rules"][0]["options"]


@given(text=st.text(st.characters(categories=None)), body=st.binary())
def test_any_text_survives(saying: Callable[[str, bytes], Report], text: str, body: bytes) -> None:
    """What an image says is in the document, character by character, and the document is ASCII."""
    written = json_report.render(saying(text, body))

    assert text == json.loads(written)["outcomes"][0]["findings"][0]["what"]
    assert written.isascii()
