"""A comparison as text, JSON, JUnit and a page."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from emulator.errors import UsageError
from emulator.model.comparison import Comparison, Ratio
from emulator.model.recording import Request
from emulator.render import comparison as text
from emulator.render import comparison_html, comparison_json, comparison_junit
from emulator.render.comparison_words import blamed, change, curl, fails, latency, sentence, short, spread
from emulator.render.deltas import delta_plot, ratio_plot
from tests.unit.render.comparisons import ALL, CHANGED, CLOSE, COLUMN, RATIOS, SAME, UNLOADED
from tests.unit.render.test_html import Page

SEARCHED = ", and 120 more of a search"

each_comparison = pytest.mark.parametrize("comparison", ALL.values(), ids=ALL)


@pytest.mark.parametrize(
    ("comparison", "expected"),
    [
        (SAME, f"2 requests answered equally{SEARCHED}"),
        (
            CLOSE,
            f"2 requests answered equally but for numbers within tolerance, at most 2e-07 %, in result{SEARCHED}",
        ),
        (CHANGED, "2 of 2 requests answered differently: status, number"),
        (replace(CHANGED, differences=()), "2 requests answered equally; the search found one that is not"),
        (UNLOADED, "The container exited."),
    ],
)
def test_sentence_says_what_was_found(comparison: Comparison, expected: str) -> None:
    """Each verdict has a sentence with its numbers."""
    assert expected == sentence(comparison)


@pytest.mark.parametrize(
    ("name", "changed", "within"),
    [("same", False, False), ("close", False, True), ("changed", True, True), ("unloaded", True, True)],
)
def test_policy_says_what_fails(name: str, changed: bool, within: bool) -> None:
    """Numbers within tolerance fail only where that is asked for."""
    assert (changed, within) == (fails(ALL[name]), fails(ALL[name], at="within"))


@pytest.mark.parametrize(
    ("low", "high", "tells"),
    [(1.05, 1.25, "slower"), (0.5, 0.9, "faster"), (0.9, 1.2, "no difference that can be told")],
)
def test_latency_is_told_with_its_interval(low: float, high: float, tells: str) -> None:
    """Slower and faster are said only where the interval leaves no doubt."""
    ratio = Ratio(median=1.1, low=low, high=high, pairs=8, ratios=RATIOS)
    interval = f"95 % interval {short(low)} to {short(high)}"

    assert f"{tells}: 1.1 times the baseline's ({interval}; 8 pairs in turns)" == latency(ratio)
    assert "half of the pairs between 1.04 and 1.21" == spread(ratio)


def test_text_has_the_verdict_first() -> None:
    """The verdict, what differs, by how much, on how little, and both sides are in the text."""
    lines = text.render(CHANGED).splitlines()
    whole = " ".join(" ".join(lines).split())

    assert "CHANGED  my-image:2  against my-image:1" == lines[0]
    for expected in (
        "row 3, result",
        "result 5 3 2 inf inf inf",
        "the smallest disagreement of a search of 120 requests",
        "M,0.5,it's",
        "number of row 1, result: 9.5 became 9.75 (by 0.25, 2.56 %)",
        "brought about by length of the request",
        "500 MB",
        "3.25 s",
        "scikit-learn 1.4.2 1.9.1",
        "latency: slower: 1.1 times",
        "InconsistentVersionWarning",
        CHANGED.command,
    ):
        assert expected in whole


@each_comparison
def test_text_is_safe_to_print(comparison: Comparison) -> None:
    """No control character of an image's words reaches the terminal."""
    assert not set("\x1b\u202e\ufffe") & set(text.render(comparison))


def test_long_lists_of_differences_are_cut_in_the_text() -> None:
    """Beyond twenty differences the text says how many more there are."""
    several = replace(CHANGED, differences=CHANGED.differences[:1] * 25)

    assert "… 5 more, in the other formats" in text.render(several)


@each_comparison
def test_json_can_be_read_back(comparison: Comparison) -> None:
    """What was written is read as the same comparison, infinite numbers included."""
    assert comparison == comparison_json.comparison_from(comparison_json.render(comparison))


def test_json_has_a_schema_and_a_readable_body() -> None:
    """The document says what it is, and the smallest request can be read in it; JSON has no infinity."""
    read = json.loads(comparison_json.render(CHANGED), parse_constant=pytest.fail)

    assert "byoc-emulator/comparison/1" == read["schema"]
    assert {"text": "M,0.5,it's\n"} == read["counterexample"]["request"]["body"]
    assert "inf" == read["columns"][0]["absolute"]


def test_json_keeps_bodies_that_are_no_text() -> None:
    """A body that is not UTF-8 comes back byte for byte."""
    assert CHANGED.counterexample is not None
    request = Request(body=b"\xff\x00", content_type="application/x-npy")
    comparison = replace(CHANGED, counterexample=replace(CHANGED.counterexample, request=request))

    assert comparison == comparison_json.comparison_from(comparison_json.render(comparison))


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "[]",
        "{}",
        '{"schema": "byoc-emulator/comparison/9"}',
        '{"schema": "byoc-emulator/comparison/1", "verdict": "good"}',
        comparison_json.render(CHANGED).replace('"text"', '"words"'),
        comparison_json.render(CHANGED).replace('"exchanges": 2', '"exchanges": "two"'),
    ],
)
def test_other_json_is_refused(wrong: str) -> None:
    """What is no comparison, or of another schema, is a usage error."""
    with pytest.raises(UsageError, match=r"This (is no comparison|comparison is of another schema)"):
        comparison_json.comparison_from(wrong)


@pytest.mark.parametrize(
    ("name", "at", "failed", "skipped"),
    [
        ("same", "changed", [], []),
        ("close", "changed", [], []),
        ("close", "within", ["number"], []),
        ("changed", "changed", ["status", "number", "search"], []),
        (
            "unloaded",
            "changed",
            ["comes into service"],
            ["status", "media type", "row count", "schema", "number", "text", "search"],
        ),
    ],
)
def test_junit_has_a_case_for_each_aspect(name: str, at: str, failed: list[str], skipped: list[str]) -> None:
    """What differs fails the case of its aspect; what could not be looked at is skipped."""
    root = ET.fromstring(comparison_junit.render(ALL[name], at=at))  # type: ignore[arg-type]
    cases = root.findall("testsuite/testcase")

    assert failed == [each.get("name") for each in cases if each.find("failure") is not None]
    assert skipped == [each.get("name") for each in cases if each.find("skipped") is not None]
    assert (str(len(cases)), str(len(failed))) == (root.get("tests"), root.get("failures"))


@each_comparison
def test_page_is_whole_and_safe(comparison: Comparison) -> None:
    """All elements of the page are closed, none is a script, and no control character is in it."""
    source = comparison_html.render(comparison)
    page = Page(source)

    assert [] == page.open
    assert "script" not in page.tags
    assert not [name for name, _ in page.attributes if name.startswith("on")]
    assert not set("\x1b\u202e\ufffe") & set(source)
    assert len(page.ids) == len(set(page.ids))


def test_page_tells_everything() -> None:
    """Verdict, example, differences, numbers, latency, warnings, both sides and the command are on the page."""
    text = " ".join(Page(comparison_html.render(CHANGED)).text.split())

    for expected in (
        "changed: 2 of 2 requests answered differently: status, number",
        "M,0.5,it's",
        "brought about by length of the request",
        "row 3, result",
        "1.0 → inf",
        "slower: 1.1 times the baseline's",
        "InconsistentVersionWarning: <script>",
        "scikit-learn",
        CHANGED.command,
    ):
        assert expected in text


def test_picture_of_deltas_has_a_dot_for_each_number() -> None:
    """A change upwards stands above no change, an infinite one at the edge, and a column without changes has none."""
    plot = delta_plot(COLUMN)

    assert plot is not None
    up, down, endless = plot.spots[1:4]
    assert up.y < plot.zero < down.y
    assert (True, False) == (endless.far, up.far)
    assert [0.0, 100.0] <= [plot.spots[0].x, plot.spots[-1].x]
    assert delta_plot(SAME.columns[0]) is None


def test_picture_of_ratios_has_a_dot_for_each_pair() -> None:
    """Slower pairs stand right of the line of equal speed, and the interval encloses the median."""
    assert CHANGED.latency is not None
    plot = ratio_plot(CHANGED.latency)

    assert plot is not None
    assert [each < 1 for each in RATIOS] == [spot.x < plot.one for spot in plot.spots]
    assert plot.low < plot.median < plot.low + plot.width
    assert ratio_plot(replace(CHANGED.latency, ratios=())) is None


@pytest.mark.parametrize(
    "body", [b"M,0.5,it's\n", b"plain", b"@file", b"%s\\n\\101", b"\x00\xff", "é\n".encode(), b"12\n34"]
)
def test_curl_sends_the_very_bytes(body: bytes) -> None:
    """What is to be pasted sends the body byte for byte, in a plain POSIX shell."""
    line = curl(Request(body=body, content_type="text/csv", accept="application/json"))
    stub = 'curl() { for last; do :; done; case "$last" in @-) cat ;; *) printf %s "$last" ;; esac; }; '
    done = subprocess.run(["sh", "-c", stub + line], capture_output=True, check=True)

    assert body == done.stdout


def test_long_bodies_are_not_typed() -> None:
    """A body of more than a few lines is referred to."""
    assert "@body  # 1,000 bytes: see the JSON report" in curl(Request(body=b"x" * 1000, content_type=None))


def test_disagreement_without_a_column_is_said_to_be() -> None:
    """Where no column is to blame, and no number changed, the words say so."""
    assert CHANGED.counterexample is not None
    example = replace(CHANGED.counterexample, input_column="", absolute=None, relative=None)

    assert "not brought about by the value of any one column" == blamed(example)
    assert "number of row 1, result: 9.5 became 9.75" == change(example)
