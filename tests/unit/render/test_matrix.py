"""A matrix in five forms, with everything in it: each end, three ways to name a version, hostile text."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from io import StringIO
from itertools import product
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from rich.console import Console

from emulator.errors import UsageError
from emulator.model.comparison import ColumnDelta, Comparison, Difference, Party, Ratio, Tolerance, Verdict
from emulator.model.grid import Axis, AxisValue, Cell, MatrixReport
from emulator.model.recording import Stage
from emulator.render import matrix_html, matrix_json, matrix_junit, matrix_markdown
from emulator.render.matrix_summary import finding, grids, sentence, state
from emulator.render.matrix_text import show

HOSTILE = "<script>alert(1)</script>\x1b[2J\u202e|`*_x_*[a](b)&\ufffe"

PYTHON = Axis(name="python", values=(AxisValue(value="3.11"),))
SKLEARN = Axis(
    name="scikit-learn",
    values=(AxisValue(value="pinned"), AxisValue(value="1.8.0", words=("previous minor",)), AxisValue(value="1.9.1")),
)
XGBOOST = Axis(name="xgboost", values=(AxisValue(value="pinned"), AxisValue(value="3.4.1", words=("newest",))))


def column(beyond: int = 0, differing: int = 2, size: float = 1e-9) -> ColumnDelta:
    """The numbers of one column."""
    return ColumnDelta(
        column=f"rings {HOSTILE}",
        compared=3,
        differing=differing,
        beyond=beyond,
        absolute=size if differing else 0.0,
        relative=size / 10 if differing else 0.0,
        ulps=4.0,
        baseline=10.0,
        candidate=10.0 + size,
        deltas=(0.0, size, -size / 2) if differing else (0.0, 0.0, 0.0),
    )


def comparison(verdict: Verdict, **told: Any) -> Comparison:
    """What was found."""
    stage = Stage(name="one", image="x", size_bytes=173_000_000)
    given: dict[str, Any] = {"tolerance": Tolerance(), "exchanges": 1, **told}
    return Comparison(
        baseline=Party(name="a", stages=(stage,)), candidate=Party(name="b", stages=(stage,)), verdict=verdict, **given
    )


CELLS: tuple[dict[str, Any], ...] = (
    {"verdict": "same", "baseline": True, "versions": {"scikit-learn": "1.9.1"}},
    {
        "verdict": "within tolerance",
        "comparison": comparison(
            "within tolerance", columns=(column(),), latency=Ratio(median=1.0, low=0.9, high=1.1, pairs=40)
        ),
        "cached": True,
        "seconds": 4.0,
    },
    {
        "verdict": "changed",
        "comparison": comparison(
            "changed",
            columns=(column(beyond=2, size=1.5), column(differing=0)),
            new_warnings=(("one", HOSTILE),),
            differences=(
                Difference(aspect="number", where="row 1", baseline="10", candidate="11.5", exchange=0),
            ),
        ),
        "evidence": "evidence/0a b.html",
    },
    {"verdict": "fails to load", "reason": f"stopped by itself\n{HOSTILE}", "comparison": comparison("fails to load")},
    {"verdict": "cannot be installed", "reason": "No matching distribution found for x==9"},
    {"verdict": None, "reason": "The engine went away"},
)  # fmt: skip


@pytest.fixture
def report() -> MatrixReport:
    """Three by two."""
    places = product(SKLEARN.values, XGBOOST.values)
    return MatrixReport(
        subject=("featurizer", HOSTILE),
        axes=(PYTHON, SKLEARN, XGBOOST),
        baseline={"scikit-learn": "pinned", "xgboost": "pinned"},
        cells=tuple(
            Cell(at={"python": "3.11", "scikit-learn": row.value, "xgboost": each.value}, **told)
            for (row, each), told in zip(places, CELLS, strict=True)
        ),
        samples=("rows.csv",),
        folder=".byoc-matrix",
        seconds=61.0,
        date="2026-11-23T19:00:00+00:00",
        version="0.1.0",
        command="byoc matrix",
    )


def text(report: MatrixReport) -> str:
    """The matrix in a terminal."""
    drawn = StringIO()
    show(report, Console(file=drawn, width=200))
    return drawn.getvalue()


def test_json_is_read_back_whole(report: MatrixReport, tmp_path: Path) -> None:
    """What was written is read again, and says the same."""
    (tmp_path / "m.json").write_text(matrix_json.render(report))

    assert report == matrix_json.read(tmp_path / "m.json")
    assert "byoc-emulator/matrix/1" == json.loads(matrix_json.render(report))["schema"]
    assert matrix_json.render(report).isascii()


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("", "cannot be read"),
        ("[]", "is no matrix."),
        ('{"schema": "byoc-emulator/matrix/2"}', 'it lacks "schema": "byoc-emulator/matrix/1"'),
        ('{"schema": "byoc-emulator/matrix/1", "axes": 1}', "is no matrix that this version can read"),
    ],
)
def test_other_file_is_refused(tmp_path: Path, content: str, what: str) -> None:
    """What is no matrix of this schema is told."""
    (tmp_path / "m.json").write_text(content)

    with pytest.raises(UsageError) as caught:
        matrix_json.read(tmp_path / "m.json")

    assert what in str(caught.value)


def test_state_is_the_worst(report: MatrixReport) -> None:
    """A cell of which nothing is known makes it undecided, a verdict of the policy makes it fail."""
    sound = tuple(each for each in report.cells if each.verdict)
    good = tuple(each for each in sound if each.end in ("same", "within tolerance"))

    assert ["unsure", "fail", "pass"] == [state(replace(report, cells=cells)) for cells in (report.cells, sound, good)]
    assert "Undecided: 1 cell could not be judged." == sentence(report)
    assert "2 of 4 candidates differ or fail." == sentence(replace(report, cells=sound))
    assert "Nothing fails in 1 candidate." == sentence(replace(report, cells=good))


def test_grid_names_versions_and_words(report: MatrixReport) -> None:
    """A heading has the word that was given, and what pinned is; a cell that was not asked for is blank."""
    (grid,) = grids(replace(report, cells=report.cells[:-1]))

    assert ["pinned", "3.4.1 (newest)"] == [str(each) for each in grid.headings]
    assert ["pinned (1.9.1)", "1.8.0 (previous minor)", "1.9.1"] == [str(heading) for heading, _ in grid.lines]
    assert [2, 2, 1] == [sum(each is not None for each in cells) for _, cells in grid.lines]


def test_each_value_of_a_third_axis_has_a_grid(report: MatrixReport) -> None:
    """Two axes lie on a page; the others are in the captions."""
    python = Axis(name="python", values=(AxisValue(value="3.11"), AxisValue(value="3.12")))
    more = tuple(replace(each, at={**each.at, "python": "3.12"}) for each in report.cells)
    whole = replace(report, axes=(python, SKLEARN, XGBOOST), cells=(*report.cells, *more))

    assert ["python 3.11", "python 3.12"] == [each.fixed for each in grids(whole)]
    assert 6 == sum(line.startswith(" 3.12 ") for line in text(whole).splitlines())


def test_lone_axis_is_one_column(report: MatrixReport) -> None:
    """A matrix of one axis is a list in a grid."""
    lone = replace(report, axes=(PYTHON, SKLEARN), cells=tuple(
        replace(each, at={"python": "3.11", "scikit-learn": value.value})
        for each, value in zip(report.cells[:3], SKLEARN.values, strict=True)
    ))  # fmt: skip

    (grid,) = grids(lone)

    assert ("scikit-learn", "") == (grid.rows, grid.columns)
    assert ["same", "within tolerance", "changed"] == [cells[0].end for _, cells in grid.lines if cells[0]]


def test_finding_is_one_line(report: MatrixReport) -> None:
    """What is said of a cell is its worst column, its reason, or nothing."""
    said = [finding(each) for each in report.cells]

    assert ["", "No matching distribution found for x==9", "The engine went away"] == [said[0], *said[4:]]
    assert "2 of 3 numbers differ, as 10 → 11.5; 1 new log warning" == said[2].partition(": ")[2]
    assert "by 1e-09 at most" in said[1]


def test_text_has_words_for_every_cell(report: MatrixReport) -> None:
    """Colour is not all that tells: each end is in words, and hostile text is spelled out."""
    drawn = text(report)

    assert all(
        each in drawn
        for each in ("baseline", "≈ within tolerance", "≠ changed", "✕ fails to load", "– cannot be", "! err")
    )
    assert "python 3.11" in drawn
    assert "1 cell known from an earlier run" in drawn
    assert "\x1b" not in drawn
    assert "\u202e" not in drawn


def test_markdown_is_a_table_whatever_images_say(report: MatrixReport) -> None:
    """Rows have as many cells as the head, and hostile text is text."""
    lines = matrix_markdown.render(report).splitlines()
    table = [line for line in lines if line.startswith("|")]

    assert "| scikit-learn ↓ xgboost → | pinned | 3.4.1 (newest) |" == table[0]
    assert "| 1.8.0 (previous minor) | ⚠️ changed | ❌ fails to load |" == table[3]
    assert r"\<script\>" in "\n".join(lines)
    assert r"\|\`\*\_x\_\*\[a\](b)" in "\n".join(lines)


def test_junit_has_a_case_for_each_cell(report: MatrixReport) -> None:
    """The policy decides what is a failure; what cannot be installed is skipped, what is not known is an error."""
    root = ET.fromstring(matrix_junit.render(report))
    by_name = {str(case.get("name")): [child.tag for child in case] for case in root.iter("testcase")}

    assert ["6", "2", "1", "1"] == [root.get(each) for each in ("tests", "failures", "errors", "skipped")]
    assert [[], ["system-out"], ["failure"], ["failure"], ["skipped"], ["error"]] == list(by_name.values())
    assert "scikit-learn 1.8.0, xgboost pinned" in by_name
    policy = replace(report, fail_on=("cannot be installed",))
    assert "1" == ET.fromstring(matrix_junit.render(policy)).get("failures")


class Page(HTMLParser):
    """What is in a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [str(value) for name, value in attrs if name == "href" and tag == "a"]


@pytest.fixture
def page(report: MatrixReport) -> Callable[..., str]:
    """The matrix as a page."""
    return lambda: matrix_html.render(report, evidence="../.byoc-matrix")


def test_page_runs_nothing_and_escapes_everything(page: Callable[..., str]) -> None:
    """No script is in it, wherever the text came from."""
    drawn = page()

    assert "script" not in Page(drawn).tags
    assert "\u202e" not in drawn
    assert "default-src 'none'" in drawn


def test_page_links_to_the_evidence(page: Callable[..., str]) -> None:
    """From where the page is to where the evidence is, spaces and all."""
    assert {"../.byoc-matrix/evidence/0a%20b.html"} == set(Page(page()).links)


def test_page_shows_the_deltas_of_each_column(page: Callable[..., str]) -> None:
    """A picture for each candidate that changes numbers, named after it; who changes none is counted."""
    drawn = page()

    assert 2 == Page(drawn).tags.count("svg")
    assert "scikit-learn pinned, xgboost 3.4.1: candidate minus baseline" in drawn
    assert "no number differs in 1 more" in drawn
