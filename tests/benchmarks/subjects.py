"""What can be measured, by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from tests.benchmarks.ground import Ground
from tests.benchmarks.outcome import Outcome

SUBJECTS = (
    *("launch", "invocation", "payload", "stages", "endpoints"),
    *("streaming", "verdict", "imports", "soak"),
)
"""Each is a module of this folder with TITLE, ABOUT and measure()."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A module that measures.

    Attributes:
        title, about: what, for a reader.
        measure: does it.
    """

    title: str
    about: str
    measure: Callable[[Ground], Outcome]


def subject(name: str) -> Subject:
    """The subject of that name."""
    module = import_module(f"tests.benchmarks.{name}")
    return Subject(title=module.TITLE, about=module.ABOUT, measure=module.measure)
