"""A matrix as JUnit XML: a case for each cell, ``failure`` where its verdict fails, ``error`` where there is none.

A version that cannot be installed, and is not among the verdicts that fail, is ``skipped``.
"""

from __future__ import annotations

from xml.etree import ElementTree as ET

from emulator.model.grid import Cell, MatrixReport
from emulator.render.matrix_summary import finding, label, words
from emulator.render.words import one_line, printable


def render(report: MatrixReport) -> str:
    """The matrix as JUnit XML; characters that XML has no place for are spelled out."""
    subject = one_line(" → ".join(report.subject))
    cases = [_case(cell, report, subject) for cell in report.cells]
    root = ET.Element("testsuites", name="byoc matrix", time=f"{report.seconds:.3f}")
    suite = ET.SubElement(
        root,
        "testsuite",
        name=f"byoc.matrix.{subject}",
        time=f"{sum(each.seconds for each in report.cells):.3f}",
        timestamp=one_line(report.date),
    )
    for count, tag in (("tests", "."), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        number = sum(case.find(tag) is not None for case in cases)
        root.set(count, str(number))
        suite.set(count, str(number))
    properties = ET.SubElement(suite, "properties")
    for name, value in {"byoc-emulator": report.version, "command": report.command}.items():
        if value:
            ET.SubElement(properties, "property", name=name, value=one_line(value))
    suite.extend(cases)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _case(cell: Cell, report: MatrixReport, subject: str) -> ET.Element:
    case = ET.Element(
        "testcase", classname=f"byoc.matrix.{subject}", name=label(cell, report), time=f"{cell.seconds:.3f}"
    )
    said = finding(cell)
    message = one_line(f"{words(cell)}: {said}" if said else words(cell))
    if cell.verdict is None:
        broke = ET.SubElement(case, "error", type="errored", message=message)
        broke.text = f"It could not be judged, which says nothing about the candidate.\n{printable(cell.reason)}"
    elif cell.verdict in report.fail_on:
        failure = ET.SubElement(case, "failure", type=cell.verdict, message=message)
        failure.text = "\n".join(filter(None, (printable(cell.reason) or said, _evidence(cell, report))))
    elif cell.verdict == "cannot be installed":
        ET.SubElement(case, "skipped", message=message)
    elif said:
        ET.SubElement(case, "system-out").text = message
    return case


def _evidence(cell: Cell, report: MatrixReport) -> str:
    return f"evidence: {one_line(f'{report.folder}/{cell.evidence}')}" if cell.evidence else ""
