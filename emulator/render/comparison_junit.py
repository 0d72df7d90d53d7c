"""A comparison as JUnit XML: a case for coming into service, one for each aspect of the replies, one for the search."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree as ET

from emulator.model.comparison import Aspect, Comparison
from emulator.render.comparison_words import (
    ASPECTS,
    FailOn,
    blamed,
    change,
    changed_columns,
    curl,
    facts,
    latency,
    loaded,
    notes,
    sentence,
    short,
)
from emulator.render.words import counted, one_line, printable


def render(comparison: Comparison, *, at: FailOn = "changed") -> str:
    """The comparison as JUnit XML; characters that XML has no place for are spelled out."""
    cases = list(_cases(comparison, at))
    counts = {
        "tests": str(len(cases)),
        "failures": _holding(cases, "failure"),
        "errors": "0",
        "skipped": _holding(cases, "skipped"),
        "time": f"{comparison.seconds:.3f}",
    }
    root = ET.Element("testsuites", {"name": "byoc diff", **counts})
    name = one_line(comparison.candidate.name)
    suite = ET.SubElement(root, "testsuite", {"name": name, "timestamp": one_line(comparison.date), **counts})
    properties = ET.SubElement(suite, "properties")
    for key, value in _facts(comparison):
        ET.SubElement(properties, "property", name=one_line(key), value=one_line(value))
    suite.extend(cases)
    said = [*notes(comparison), *(f"new warning of {where}: {text}" for where, text in comparison.new_warnings)]
    if said:
        ET.SubElement(suite, "system-out").text = "\n".join(map(printable, said))
    ET.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _holding(cases: list[ET.Element], tag: str) -> str:
    return str(sum(case.find(tag) is not None for case in cases))


def _facts(comparison: Comparison) -> Iterator[tuple[str, str]]:
    yield "verdict", comparison.verdict
    yield "baseline", comparison.baseline.name
    yield "byoc-emulator", comparison.version
    if comparison.command:
        yield "command", comparison.command
    if comparison.latency is not None:
        yield "latency", latency(comparison.latency)
    for each in facts(comparison):
        yield each.name, f"{each.baseline} -> {each.candidate}"


def _cases(comparison: Comparison, at: FailOn) -> Iterator[ET.Element]:
    loads = loaded(comparison)
    first = _case(comparison, "comes into service")
    if not loads:
        _failure(first, comparison.verdict, sentence(comparison), comparison.reason)
    yield first
    for aspect in ASPECTS:
        case = _case(comparison, aspect)
        if not loads:
            ET.SubElement(case, "skipped", message="nothing could be asked")
        else:
            _judge(case, comparison, aspect, at)
        yield case
    yield _search(_case(comparison, "search"), comparison)


def _judge(case: ET.Element, comparison: Comparison, aspect: Aspect, at: FailOn) -> None:
    lines = [
        f"request {each.exchange + 1}, {each.where}: {each.baseline} became {each.candidate}"
        for each in comparison.differences
        if each.aspect == aspect
    ]
    changed = changed_columns(comparison) if aspect == "number" else ()
    if lines or (changed and at == "within"):
        lines += [
            f"{each.column}: {each.differing:,} of {each.compared:,} differ, at most by {short(each.absolute)} "
            f"({short(each.relative)} relative, {short(each.ulps)} ULPs)"
            for each in changed
        ]
        _failure(case, "changed", lines[0], "\n".join(lines))


def _search(case: ET.Element, comparison: Comparison) -> ET.Element:
    example = comparison.counterexample
    if example is not None:
        _failure(case, "changed", change(example), "\n".join((change(example), blamed(example), curl(example.request))))
    elif not comparison.searched:
        ET.SubElement(case, "skipped", message="no search was made")
    else:
        ET.SubElement(case, "system-out").text = f"{counted(comparison.searched, 'request')} answered equally"
    return case


def _case(comparison: Comparison, name: str) -> ET.Element:
    return ET.Element("testcase", classname=one_line(f"byoc.diff.{comparison.candidate.name}"), name=name, time="0")


def _failure(case: ET.Element, kind: str, message: str, text: str) -> None:
    ET.SubElement(case, "failure", type=kind, message=one_line(message)).text = printable(text)
