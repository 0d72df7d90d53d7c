"""A finding in plain lines, for the formats that have room for text only."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from typing import Final

from emulator.model.finding import Finding
from emulator.render.words import counted, one_line, printable

WIDTH: Final = 80

_LINES = 40
_LENGTH = 400


def evidence(finding: Finding, *, log: int = _LINES) -> Iterator[str]:
    """The facts, probes and last ``log`` log lines of a finding, a line each; what is left out is said."""
    for fact in finding.facts:
        yield _cut(one_line(fact))
    for probe in finding.probes:
        yield _cut(one_line(str(probe)))
    if len(finding.log) > log:
        yield f"log: … {counted(len(finding.log) - log, 'line')} before"
    for line in finding.log[-log:]:
        yield _cut(f"log: {' '.join(printable(line).splitlines())}".rstrip())


def _cut(line: str) -> str:
    return line if len(line) <= _LENGTH else f"{line[:_LENGTH]}… {len(line) - _LENGTH:,} more characters"


def reproduce(finding: Finding) -> Iterator[str]:
    """The lines to paste, whole."""
    for command in finding.reproduce:
        yield from printable(command).splitlines()


def described(finding: Finding) -> str:
    """All of a finding as plain text."""
    manual = finding.rule.manual
    parts = [printable(finding.what), f"why: {one_line(manual.why)}", f"fix: {one_line(manual.fix)}"]
    if seen := list(evidence(finding)):
        parts.append("\n".join(["evidence:", *(f"  {line}" for line in seen)]))
    if commands := list(reproduce(finding)):
        parts.append("\n".join(["reproduce:", *(f"  {line}" for line in commands)]))
    parts.append(f"source: {one_line(manual.source)}")
    return "\n".join(parts)


def paragraphs(text: str) -> list[str]:
    """A manual's paragraphs: each on one line, or as it stands where it is set in, as examples and lists are."""
    return [
        chunk if re.search(r"^(\s|[-*] |\d+\. )", chunk, re.MULTILINE) else " ".join(chunk.split())
        for chunk in re.split(r"\n\s*\n", textwrap.dedent(printable(text)).strip("\n"))
        if chunk.strip()
    ]


def wrapped(text: str, *, indent: str = "") -> str:
    """A manual's text at 80 columns; words and what is set in stay whole."""
    return "\n\n".join(
        textwrap.indent(chunk, indent)
        if "\n" in chunk
        else textwrap.fill(
            chunk,
            WIDTH,
            initial_indent=indent,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
        for chunk in paragraphs(text)
    )
