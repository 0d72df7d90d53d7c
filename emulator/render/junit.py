"""A report as JUnit XML, in the dialect that CI servers agree on.

A suite is a container, a case is a check: ``classname`` is ``byoc.<container>.<family>``, ``name`` is ``CODE name``. A
case has one ``failure`` for all its findings that fail, one ``error`` where the check of ours broke, one ``skipped``;
whatever fails nothing is in ``system-out``.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from emulator.model.finding import Severity
from emulator.model.report import Outcome, Portrait, Report
from emulator.render.prose import described
from emulator.render.summary import is_failing, outcomes_of, subjects
from emulator.render.words import one_line, printable


def render(report: Report, *, at: Severity = "warning") -> str:
    """The report as JUnit XML; characters that XML has no place for are spelled out."""
    root = ET.Element("testsuites", name="byoc check", time=f"{report.seconds:.3f}")
    suites = [_suite(report, name, portrait, at) for name, portrait in subjects(report).items()]
    for count in ("tests", "failures", "errors", "skipped"):
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in suites)))
    root.extend(suites)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _suite(report: Report, name: str, portrait: Portrait | None, at: Severity) -> ET.Element:
    outcomes = outcomes_of(report, name)
    cases = [_case(outcome, at) for outcome in outcomes]
    suite = ET.Element(
        "testsuite",
        name=f"byoc.{one_line(name)}",
        tests=str(len(cases)),
        failures=_holding(cases, "failure"),
        errors=_holding(cases, "error"),
        skipped=_holding(cases, "skipped"),
        time=f"{sum(outcome.seconds for outcome in outcomes):.3f}",
        timestamp=one_line(report.date),
    )
    properties = ET.SubElement(suite, "properties")
    facts = {"profile": report.profile, "byoc-emulator": report.version, "command": report.command}
    if portrait is not None:
        facts |= {
            "image": portrait.image,
            "image_id": portrait.image_id,
            "architecture": portrait.architecture,
            "model_data": portrait.model_data,
        }
    for key, value in facts.items():
        if value:
            ET.SubElement(properties, "property", name=key, value=one_line(value))
    suite.extend(cases)
    return suite


def _holding(cases: Sequence[ET.Element], tag: str) -> str:
    return str(sum(case.find(tag) is not None for case in cases))


def _case(outcome: Outcome, at: Severity) -> ET.Element:
    rule = outcome.rule
    case = ET.Element(
        "testcase",
        classname=one_line(f"byoc.{outcome.container}.{rule.family}"),
        name=one_line(f"{rule.code} {rule.name}"),
        time=f"{outcome.seconds:.3f}",
    )
    failing = [each for each in outcome.findings if is_failing(each, at)]
    if outcome.status == "skipped":
        ET.SubElement(case, "skipped", message=one_line(outcome.reason))
    elif outcome.status == "errored":
        broke = ET.SubElement(case, "error", type="errored", message=one_line(outcome.reason))
        broke.text = f"This check broke; it says nothing about the image.\n{printable(outcome.reason)}"
    elif failing:
        failure = ET.SubElement(
            case, "failure", type=failing[0].severity, message=one_line("; ".join(each.what for each in failing))
        )
        failure.text = "\n\n".join(map(described, failing))
    harmless = [f"{each.severity}: {described(each)}" for each in outcome.findings if each not in failing]
    known = [f"{each.severity}, known to the baseline: {described(each)}" for each in outcome.known]
    if harmless or known:
        ET.SubElement(case, "system-out").text = "\n\n".join([*harmless, *known])
    return case
