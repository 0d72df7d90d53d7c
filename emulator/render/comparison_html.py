"""A comparison as one page for a person: no script, nothing fetched, readable on a phone and in the dark.

Everything in it may come from an image, and is escaped as :mod:`emulator.render.html` says.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from jinja2 import Template

from emulator.model.comparison import Comparison
from emulator.render import words
from emulator.render.comparison_words import (
    FailOn,
    blamed,
    change,
    changed_columns,
    curl,
    facts,
    fails,
    latency,
    notes,
    sentence,
    short,
    spread,
    tolerance,
)
from emulator.render.deltas import plots, ratio_plot
from emulator.render.page import page

MOST_DIFFERENCES: Final = 500
"""The rest is in the JSON."""

MOST_PLOTS: Final = 24


def render(comparison: Comparison, *, at: FailOn = "changed") -> str:
    """The comparison as an HTML page."""
    columns = changed_columns(comparison)
    return _page().render(
        comparison=comparison,
        state="fail" if fails(comparison, at=at) else "pass",
        says=sentence(comparison),
        notes=notes(comparison),
        tolerance=tolerance(comparison),
        differences=comparison.differences[:MOST_DIFFERENCES],
        columns=columns,
        plots=plots(columns)[:MOST_PLOTS],
        facts=tuple(facts(comparison)),
        example=comparison.counterexample,
        ratio=None if comparison.latency is None else ratio_plot(comparison.latency),
    )


@cache
def _page() -> Template:
    return page(
        "comparison.html",
        blamed=blamed,
        body=words.body,
        change=change,
        curl=curl,
        duration=words.duration,
        latency=latency,
        short=short,
        spread=spread,
    )
