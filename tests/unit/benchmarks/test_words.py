"""Figures in words, in the README and in the terminal."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.benchmarks import readme, results, words
from tests.benchmarks.measure import Figure, Goal, Spread
from tests.benchmarks.outcome import Kept

README = Path(__file__).parents[3] / "README.md"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.0, "0"),
        (0.1234, "0.123"),
        (1.234, "1.23"),
        (12.34, "12.3"),
        (123.4, "123"),
        (1234.5, "1,234"),
        (-2.5, "-2.50"),
    ],
)
def test_numbers_have_three_digits(value: float, expected: str) -> None:
    """Neither more, nor an exponent."""
    assert expected == words.number(value)


def test_spread_of_one_sample_is_only_a_number() -> None:
    """There are no quartiles to speak of."""
    assert "1.00 s" == words.spread(Spread(low=1.0, median=1.0, high=1.0), "s")
    assert "2.00/s (1.00 to 3.00)" == words.spread(Spread(low=1.0, median=2.0, high=3.0), "1/s")


@pytest.mark.parametrize(
    ("goal", "expected"),
    [
        (Goal(of="ratio", most=1.05), "at most ×\u00a01.05"),
        (Goal(of="ratio", least=0.9), "at least ×\u00a00.9"),
        (Goal(of="value", most=150), "at most 150 ms"),
        (Goal(of="difference", most=0.5), "at most 0.5 ms more"),
    ],
)
def test_goals_are_told_as_promised(goal: Goal, expected: str) -> None:
    """With the border as it was set."""
    assert expected == words.goal(goal, "ms")


def test_line_of_the_terminal_shouts_when_a_goal_is_missed(figure: Figure) -> None:
    """With value, reference and ratio."""
    expected = "launch: 1.10 s (1.10 to 1.65); docker run 1.00 s, ×\u00a01.10; at most ×\u00a01.05: ×\u00a01.10, MISSED"

    assert expected == words.figure_line(figure)


def test_table_has_headlines_and_whatever_was_missed(kept: dict[str, Kept]) -> None:
    """Other figures are on the page."""
    rows = readme.table(kept.values()).splitlines()[2:]

    assert [
        "| launch | 1.10 s | docker run: 1.00 s | ×\u00a01.10 | at most ×\u00a01.05 | **missed** |",
        "| memory | 1.50 MB |  |  | at most 2 MB | held |",
    ] == rows


def test_readme_quotes_the_committed_results() -> None:
    """Its table is the output of `python -m tests.benchmarks --markdown`, to the letter."""
    found = re.search(r"<!-- speed: [^\n]* -->\n(.*?)<!-- end of speed -->", README.read_text("utf-8"), re.DOTALL)

    assert found is not None
    assert readme.table(results.read().values()).strip() == found.group(1).strip()
