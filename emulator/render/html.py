"""A report as one page for a person: no script, nothing fetched, readable on a phone and in the dark.

The page is ``templates/report.html``. Everything in it may come from an image, so everything is escaped: Jinja's
autoescape for markup, ``printable`` for characters that reorder or hide text, and a policy in the page that forbids
scripts and fetches, should both fail.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest
from textwrap import dedent

from jinja2 import Template

from emulator.model.finding import SEVERITIES, Finding, Rule, Severity
from emulator.model.report import Outcome, Portrait, Report, Status
from emulator.render import words
from emulator.render.page import page
from emulator.render.pictures import Plot, Timeline, latency_plot, timeline
from emulator.render.prose import paragraphs, reproduce
from emulator.render.summary import (
    STATUSES,
    families,
    findings_of,
    health,
    outcomes_of,
    reasons,
    severities,
    subjects,
    timing,
    verdict,
)

_CODE = re.compile(r"(`+)(.+?)\1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A piece of a line, in backticks or not."""

    code: bool
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A paragraph of a manual.

    Attributes:
        verbatim: its lines, where they are to stay as they are; else empty.
        spans: the pieces of a flowing one.
    """

    verbatim: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """A finding with its place on the page.

    Attributes:
        anchor: what links point to.
        commands: the lines to paste.
    """

    anchor: str
    finding: Finding
    commands: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One container on the page, or the chain as a whole.

    Attributes:
        portrait: None for what is no container.
    """

    name: str
    portrait: Portrait | None
    timeline: Timeline | None
    plot: Plot | None
    exhibits: tuple[Exhibit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The checks of one family, in the table of all checks.

    Attributes:
        counts: how many ended how, without zeros.
        names: of the containers they looked at.
    """

    family: str
    counts: Mapping[Status, int]
    rules: tuple[Rule, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """How one check ended for one container, in the table of all checks."""

    outcome: Outcome
    anchor: str


def render(report: Report, *, at: Severity = "warning") -> str:
    """The report as an HTML page."""
    sections = tuple(_sections(report))
    return _page().render(
        report=report,
        verdict=verdict(report, at=at),
        timing=timing(report),
        found=severities(report.findings),
        severities=SEVERITIES,
        sections=sections,
        groups=tuple(_groups(report)),
        names=[each.name for each in sections],
        cells=_cells(report, sections),
        left_out={status: reasons(report, status) for status in ("errored", "skipped")},
    )


@cache
def _page() -> Template:
    return page(
        "report.html",
        body=words.body,
        duration=words.duration,
        health=health,
        prose=_prose,
        size=words.size,
        spans=_spans,
    )


def _prose(text: str) -> list[Paragraph]:
    return [
        Paragraph(verbatim=dedent(chunk), spans=()) if "\n" in chunk else Paragraph(verbatim="", spans=_spans(chunk))
        for chunk in paragraphs(text)
    ]


def _spans(text: str) -> tuple[Span, ...]:
    # Every third piece, from the second on, is the backticks around the next one.
    pieces = _CODE.split(words.one_line(text))
    plain = [Span(code=False, text=piece) for piece in pieces[::3]]
    code = [Span(code=True, text=piece) for piece in pieces[2::3]]
    return tuple(span for pair in zip_longest(plain, code) for span in pair if span and span.text)


def _sections(report: Report) -> Iterator[Section]:
    number = 0
    for name, portrait in subjects(report).items():
        exhibits = []
        for finding in findings_of(report, name):
            number += 1
            exhibits.append(Exhibit(anchor=f"finding-{number}", finding=finding, commands=tuple(reproduce(finding))))
        yield Section(
            name=name,
            portrait=portrait,
            timeline=timeline(portrait) if portrait else None,
            plot=latency_plot(portrait.latencies) if portrait else None,
            exhibits=tuple(exhibits),
        )


def _groups(report: Report) -> Iterator[Group]:
    for family, counts in families(report).items():
        members = [each for each in report.outcomes if each.rule.family == family]
        yield Group(
            family=family,
            counts={status: counts[status] for status in STATUSES if counts[status]},
            rules=tuple({each.rule.code: each.rule for each in members}.values()),
            names=tuple(dict.fromkeys(each.container for each in members)),
        )


def _cells(report: Report, sections: tuple[Section, ...]) -> dict[tuple[str, str], Cell]:
    anchors: dict[tuple[str, str], str] = {}
    for section in sections:
        for exhibit in section.exhibits:
            anchors.setdefault((exhibit.finding.rule.code, section.name), exhibit.anchor)
    return {
        (each.rule.code, section.name): Cell(outcome=each, anchor=anchors.get((each.rule.code, section.name), ""))
        for section in sections
        for each in outcomes_of(report, section.name)
    }
