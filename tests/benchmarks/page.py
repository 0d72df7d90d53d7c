"""``page.html``: what is kept, as one page for a person: no script, nothing fetched, readable on a phone."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from tests.benchmarks import words
from tests.benchmarks.drawing import Chart, drawn
from tests.benchmarks.measure import Figure, Spread
from tests.benchmarks.outcome import Kept

TEMPLATES = Path(__file__).with_name("templates")


def write(kept: Mapping[str, Kept], path: Path) -> None:
    """Write the page, whole or not at all."""
    draft = path.with_suffix(".draft")
    try:
        draft.write_text(render(kept), "utf-8")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def render(kept: Mapping[str, Kept]) -> str:
    """The page."""
    promised = [figure for each in kept.values() for figure in each.outcome.figures if figure.goal is not None]
    return _page().render(
        kept=list(kept.values()),
        promised=promised,
        shown=[figure for figure in promised if figure.headline or not figure.held],
        held=sum(figure.held is True for figure in promised),
        quick=[each.name for each in kept.values() if each.quick],
        dates=sorted(each.date[:10] for each in kept.values()),
    )


@cache
def _page() -> Template:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "drawn": drawn,
        "goal": lambda figure: words.goal(figure.goal, figure.unit) if figure.goal else "–",
        "judged": words.judged,
        "ours": lambda figure: words.spread(figure.value, figure.unit),
        "ratio": lambda figure: words.ratio(figure.ratio),
        "reference": _reference,
        "state": words.state,
    }
    environment.tests["chart"] = lambda picture: isinstance(picture, Chart)
    return environment.get_template("page.html")


def _reference(figure: Figure) -> str:
    if figure.reference is None:
        return "–"
    return f"{figure.reference.name}: {words.spread(Spread.of(figure.reference.samples), figure.unit)}"
