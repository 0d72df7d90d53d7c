"""What a log warns of, each once, and told the same way in every run."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

PYTHON: Final = re.compile(r"(?P<category>\b[A-Za-z_][\w.]*Warning): ?(?P<text>.*)")
"""As Python's ``warnings`` writes it: ``PATH:LINE: CATEGORY: TEXT``, then the line of source; the place is left out, as
it moves from release to release."""

LEVEL: Final = re.compile(r"(?:^|[\s\[(|:])(?:WARNING|WARN)(?:$|[\s\])|:])")
"""A level of ``logging``, gunicorn, xgboost and most others, in capitals as they write it."""

VERBATIM: Final = frozenset({"InconsistentVersionWarning"})
"""Kept to the last number: it says which release of scikit-learn wrote the pickle, and which one reads it."""

CHANGING: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), instead)
    for pattern, instead in (
        (r"\[?\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?: ?(?:Z|[+-]\d\d:?\d\d))?\]?", ""),
        (r"\[?\b\d\d:\d\d:\d\d(?:[.,]\d+)?\b\]?", ""),
        (r"(?:\.\.)?(?:/[\w.+-]+)+:\d+:?", ""),
        (r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", "ID"),
        (r"\b0x[0-9a-f]+\b", "0x…"),
        (r"\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b", "ADDRESS"),
        (r"\b(?P<what>pid|process|thread|worker)(?P<mark>[ :=#-]+)\d+\b", r"\g<what>\g<mark>N"),
        (r"^\s*\[\d+\]\s*", ""),
        (r"(?<=\s)\[\d+\](?=\s)", ""),
        (r"(?<![\w.])\d+(?:\.\d+)?(?:e-?\d+)? ?(?P<unit>ns|µs|us|ms|s|sec|secs|seconds|minutes)\b", r"N \g<unit>"),
    )
)
"""Dates and times of day, lines of source, ids, addresses, process ids, durations; in this order."""

MOST: Final = 100
"""Warnings that are kept; a log that has more repeats itself in a way that is not known here."""

LENGTH: Final = 2000
"""Characters of one that are kept."""


def warnings_in(lines: Sequence[str]) -> tuple[str, ...]:
    """The warnings of a log, in order, each once, without what changes from run to run."""
    found = dict.fromkeys(filter(None, map(_warning, lines)))
    return tuple(found)[:MOST]


def _warning(line: str) -> str:
    """The line as it is kept; empty where it warns of nothing."""
    if found := PYTHON.search(line):
        category, text = found["category"].rpartition(".")[2], found["text"].strip()
        kept = text if category in VERBATIM else _constant(text)
        return f"{category}: {kept}"[:LENGTH].rstrip(": ")
    return _constant(line)[:LENGTH] if LEVEL.search(line) else ""


def _constant(text: str) -> str:
    for pattern, instead in CHANGING:
        text = pattern.sub(instead, text)
    return " ".join(text.split())
