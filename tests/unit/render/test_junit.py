"""JUnit XML, as CI servers read it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.model.report import Report
from emulator.render import junit


@pytest.fixture
def suites(report: Report) -> ET.Element:
    """The report, read back."""
    return ET.fromstring(junit.render(report))


def case(suites: ET.Element, name: str) -> ET.Element:
    """One test case by its name."""
    found = suites.find(f".//testcase[@name='{name}']")
    assert found is not None
    return found


def test_suites_count_what_they_hold(suites: ET.Element) -> None:
    """A suite is a container; the sums are those of the cases."""
    counts = [
        [suite.get(key) for key in ("name", "tests", "failures", "errors", "skipped")]
        for suite in (suites, *suites.iter("testsuite"))
    ]

    assert [
        ["byoc check", "8", "2", "1", "2"],
        ["byoc.container-1", "3", "1", "0", "0"],
        ["byoc.container-2", "4", "1", "1", "1"],
        ["byoc.pipeline", "1", "0", "0", "1"],
    ] == counts


def test_failure_says_all(suites: ET.Element) -> None:
    """A failed check tells what, why, how to fix it, the evidence and how to see it again."""
    failed = case(suites, "PNG002 ping-redirects")
    failure = failed.find("failure")

    assert ("byoc.container-1.ping", "0.250") == (failed.get("classname"), failed.get("time"))
    assert failure is not None
    assert ("error", "GET /ping is answered with 302 to /health.") == (failure.get("type"), failure.get("message"))
    for part in ("why: ", "fix: ", "GET /ping -> 302", "log: listening", "docker run", "  curl --include", "source: "):
        assert part in (failure.text or "")


def test_finding_below_the_bar_is_output(suites: ET.Element) -> None:
    """A note fails nothing, and is told."""
    noted = case(suites, "IMG008 healthcheck")

    assert ["system-out"] == [child.tag for child in noted]
    assert (noted.findtext("system-out") or "").startswith("note: HEALTHCHECK is set.")


def test_bar_can_be_lowered_and_raised(report: Report) -> None:
    """With ``note`` a note fails, with ``error`` a warning does not."""
    assert ["3", "1"] == [
        ET.fromstring(junit.render(report, at="note")).get("failures"),
        ET.fromstring(junit.render(report, at="error")).get("failures"),
    ]


def test_skipped_and_errored_say_why(suites: ET.Element) -> None:
    """A skipped check is skipped with its reason; one that broke is an error, not a failure."""
    skipped = case(suites, "PIP001 type-refused-by-next").find("skipped")
    broke = case(suites, "SHD001 slow-shutdown").find("error")

    assert skipped is not None
    assert broke is not None
    assert ("container-2 did not start", "KeyError: 'exit'") == (skipped.get("message"), broke.get("message"))
    assert "says nothing about the image" in (broke.text or "")


def test_known_finding_passes_and_is_told(report: Report) -> None:
    """What the baseline knows fails nothing."""
    only = replace(report, outcomes=tuple(each for each in report.outcomes if each.known))
    told = case(ET.fromstring(junit.render(only)), "IMG003 shell-entrypoint")

    assert ["system-out"] == [child.tag for child in told]
    assert (told.findtext("system-out") or "").startswith("error, known to the baseline: GET /ping")


@given(text=st.text(st.characters(categories=None)), body=st.binary())
def test_any_text_is_well_formed(saying: Callable[[str, bytes], Report], text: str, body: bytes) -> None:
    """Whatever an image says, the document can be encoded and read."""
    suites = ET.fromstring(junit.render(saying(text, body)).encode())

    assert "1" == suites.get("failures")
