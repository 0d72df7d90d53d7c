"""What one subject found: figures, and what is drawn of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.benchmarks.measure import Figure, Spread


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A place on a line, with the quartiles where there are some."""

    x: float
    y: float
    low: float | None = None
    high: float | None = None

    @classmethod
    def of(cls, x: float, spread: Spread) -> Point:
        """The median of a spread."""
        return cls(x=x, y=spread.median, low=spread.low, high=spread.high)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One series of a picture of lines."""

    name: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Quantities over another one.

    Attributes:
        x, y: what the axes are, with the unit.
        log_x, log_y: whether an axis has powers of ten.
        marks: places on the x axis where something happened.
        mark: what that was.
    """

    title: str
    x: str
    y: str
    lines: tuple[Line, ...]
    log_x: bool = False
    log_y: bool = False
    marks: tuple[float, ...] = ()
    mark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """The percentiles 5, 25, 50, 75, 95 and 99 of one way."""

    name: str
    percentiles: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranges:
    """Latency distributions beside each other, on an axis of powers of ten."""

    title: str
    unit: str
    rows: tuple[Range, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One quantity with its quartiles."""

    name: str
    low: float
    median: float
    high: float

    @classmethod
    def of(cls, name: str, spread: Spread) -> Bar:
        """Of a spread."""
        return cls(name=name, low=spread.low, median=spread.median, high=spread.high)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """Quantities beside each other, from zero."""

    title: str
    unit: str
    rows: tuple[Bar, ...]


Picture = Lines | Ranges | Bars


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a subject measured.

    Attributes:
        figures: with their goals.
        pictures: for the page.
        notes: what a reader must know, such as what could not be measured.
        versions: of what was measured against, beside those of the machine.
    """

    figures: tuple[Figure, ...]
    pictures: tuple[Picture, ...] = ()
    notes: tuple[str, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An outcome with its circumstances, as it stands in ``results.json``.

    Attributes:
        name: of the subject.
        title, about: what it is, for a reader.
        date: of the end, UTC, to the second.
        seconds: that it took.
        rounds: of each comparison.
        quick: whether it was only a try.
        machine: cores, memory, kernel, engine, Python.
    """

    name: str
    title: str
    about: str
    date: str
    seconds: float
    rounds: int
    quick: bool
    machine: Mapping[str, str]
    outcome: Outcome
