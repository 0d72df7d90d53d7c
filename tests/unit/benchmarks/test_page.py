"""The page of made-up results: whole, without scripts, and with all that a reader must see."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.benchmarks import page
from tests.benchmarks.drawing import Chart, Rows, drawn
from tests.benchmarks.outcome import Bar, Bars, Kept, Line, Lines, Point

VOID = {"meta", "link"}


class Tags(HTMLParser):
    """Every tag, and those that are open at the end."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.seen.add(tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        self.seen.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert tag == self.open.pop()


def test_page_is_whole_and_fetches_nothing(kept: dict[str, Kept]) -> None:
    """Every tag is closed; there is no script, and no address of anything."""
    text = page.render(kept)
    tags = Tags(text)

    assert [] == tags.open
    assert not {"script", "img", "iframe", "object"} & tags.seen
    assert [] == re.findall(r"https?://|@import|url\(", text)


def test_page_says_what_was_held_and_what_was_missed(kept: dict[str, Kept]) -> None:
    """A missed goal stands there as missed, and is counted."""
    text = page.render(kept)

    assert "1 of 2 goals held" in text
    assert 'class="badge missed"' in text
    assert "Not all of it was measured." in text


def test_page_escapes_what_it_is_told(kept: dict[str, Kept]) -> None:
    """Notes may quote a container."""
    assert "&lt;b&gt;Bold&lt;/b&gt;" in page.render(kept)


def test_page_warns_of_tries(kept: dict[str, Kept]) -> None:
    """Figures of --quick are not to be believed."""
    assert "--quick" not in page.render(kept)
    assert "--quick" in page.render({"launch": replace(kept["launch"], quick=True)})


def test_page_of_nothing_is_a_page() -> None:
    """Before the first run."""
    assert "0 of 0 goals held" in page.render({})


def test_page_is_written_whole(tmp_path: Path, kept: dict[str, Kept]) -> None:
    """One file, no draft."""
    page.write(kept, tmp_path / "page.html")

    assert ["page.html"] == [each.name for each in tmp_path.iterdir()]


def test_every_picture_has_its_words(kept: dict[str, Kept]) -> None:
    """For who cannot see it."""
    pictures = [drawn(each) for each in kept["launch"].outcome.pictures]

    assert [Chart, Rows, Rows] == [type(each) for each in pictures]
    assert pictures[0].alt == (
        "Latency by size, ms by kB: raw from 0.500 at 1 to 5.00 at 1000; byoc from 0.700 at 1 to 6.00 at 1000."
    )
    assert pictures[1].alt == "Latencies: raw, 1 3.00 · p99 9.00 ms."
    assert pictures[2].alt == "Throughput: raw, 1 100/s."


def test_places_stay_inside_the_picture(kept: dict[str, Kept]) -> None:
    """Across 0 to 100 percent, down inside its height."""
    chart = drawn(kept["launch"].outcome.pictures[0])
    assert isinstance(chart, Chart)
    places = [tuple(map(float, each.split(","))) for curve in chart.curves for each in curve.path.split()]

    assert all(0 <= x <= 100 and 0 <= y <= chart.height for x, y in places)
    assert all(0 <= each.at <= 100 for each in chart.across)


@pytest.mark.parametrize("values", [(0.0, 0.0), (5.0, 5.0), (0.0, 1e-9), (1e9, 2e9)])
def test_odd_values_are_drawn_too(values: tuple[float, float]) -> None:
    """Nothing but zeros, one value twice, very small and very large ones."""
    points = tuple(Point(x=float(nth), y=value) for nth, value in enumerate(values))
    lines = Lines(title="t", x="x", y="y", lines=(Line(name="a", points=points),))
    bars = Bars(
        title="t", unit="s", rows=tuple(Bar(name=str(each), low=each, median=each, high=each) for each in values)
    )

    assert isinstance(drawn(lines), Chart)
    assert isinstance(drawn(bars), Rows)


def test_one_colour_for_each_way() -> None:
    """The same way has it for any number of clients; where every row is another way, one colour does."""
    bar = {"low": 1.0, "median": 1.0, "high": 1.0}
    ways = drawn(Bars(title="", unit="", rows=tuple(Bar(name=each, **bar) for each in ("a, 1", "b, 1", "a, 8"))))
    alone = drawn(Bars(title="", unit="", rows=tuple(Bar(name=each, **bar) for each in ("a", "b"))))

    assert isinstance(ways, Rows)
    assert isinstance(alone, Rows)
    assert [0, 1, 0] == [each.colour for each in ways.strips]
    assert [0, 0] == [each.colour for each in alone.strips]


def test_figure_without_reference_is_shown_with_a_dash(kept: dict[str, Kept]) -> None:
    """As the memory of an endpoint."""
    assert "<span>–" in page.render({"endpoints": kept["endpoints"]})
