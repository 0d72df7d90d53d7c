"""How two that were asked the same differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from emulator.model.recording import Request, Stage

Verdict: TypeAlias = Literal[
    "same", "within tolerance", "changed", "fails to load", "fails to build", "cannot be installed"
]
"""Of the candidate: equal replies; equal but for numbers within tolerance; others; no endpoint comes of it with this
artifact; no image comes of it; a version that the index does not have for the base's Python, which is no fault of the
image."""

VERDICTS: Final[tuple[Verdict, ...]] = (
    "same",
    "within tolerance",
    "changed",
    "fails to load",
    "fails to build",
    "cannot be installed",
)

Aspect: TypeAlias = Literal["status", "media type", "row count", "schema", "number", "text"]
"""What of a reply differs; ``schema`` is its members, columns and kinds of value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerance:
    """How far apart two numbers may be; close by any of the three is close.

    Attributes:
        absolute: so much.
        relative: such a share of the larger.
        ulps: so many representable float64 numbers between them.

    Source: an xgboost maintainer expects differences below 1e-5 between releases (dmlc/xgboost#7493).
    """

    absolute: float = 1e-8
    relative: float = 1e-5
    ulps: int = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Two replies to one request that differ beyond tolerance, in one aspect.

    Attributes:
        aspect: in what.
        where: ``reply``, a column, or a place such as ``row 3, result``.
        baseline, candidate: what each has there, as text, cut to what one reads.
        exchange: which of the requests, counted from 0.
    """

    aspect: Aspect
    where: str
    baseline: str
    candidate: str
    exchange: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnDelta:
    """What became of the numbers of one column of the replies.

    Attributes:
        column: its name or place.
        compared: so many pairs of numbers.
        differing: so many are not equal.
        beyond: so many are further apart than tolerated.
        absolute, relative, ulps: the largest of each; infinite where only one of the two is finite.
        baseline, candidate: the pair that is furthest apart.
        deltas: candidate minus baseline, of at most 1,000 pairs, in order, for a picture.
    """

    column: str
    compared: int
    differing: int
    beyond: int
    absolute: float
    relative: float
    ulps: float
    baseline: float
    candidate: float
    deltas: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """Candidate divided by baseline, with what it may as well be.

    Attributes:
        median: of the ratios of neighbouring measurements.
        low, high: the 95 % confidence interval of that median.
        pairs: so many measurements of each, taken in turns.
        ratios: of each pair, in the order in which they were measured: the distribution.
    """

    median: float
    low: float
    high: float
    pairs: int
    ratios: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Counterexample:
    """The smallest request found on which the two disagree beyond tolerance.

    Attributes:
        request: it.
        difference: the worst of what differs.
        absolute, relative: size of the change where it is one of a number; None otherwise.
        input_column: the column of the request whose value brings it about; empty where that cannot be told.
    """

    request: Request
    difference: Difference
    absolute: float | None = None
    relative: float | None = None
    input_column: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One of the two.

    Attributes:
        name: as it was given.
        stages: its containers; empty where they are not known.
        startup_seconds: None where it was not started for this.
    """

    name: str
    stages: tuple[Stage, ...] = ()
    startup_seconds: float | None = None

    @property
    def size_bytes(self) -> int:
        """Of all images together; 0 where they are not known."""
        return sum(each.size_bytes for each in self.stages)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """All that was found.

    Attributes:
        baseline, candidate: the two.
        verdict: of the candidate.
        reason: why it failed to load, build or install; or, where something was not looked at, what.
        tolerance: what counted as close.
        exchanges: so many requests were compared.
        differences: beyond tolerance, in the order of the requests.
        columns: of all replies that both gave as numbers.
        latency: None where one of the two is a recording.
        startup: None where each was started once or not at all; the seconds of that are told of the two themselves.
        new_warnings: of the candidate's logs and not of the baseline's, as (container, text).
        counterexample: of the search; None if it found none or was not made.
        searched: so many requests the search compared.
        seconds: the whole run.
        date: when it began, ISO 8601 in UTC.
        version: of byoc-emulator.
        command: what to type for the same again.
    """

    baseline: Party
    candidate: Party
    verdict: Verdict
    tolerance: Tolerance
    reason: str = ""
    exchanges: int = 0
    differences: tuple[Difference, ...] = ()
    columns: tuple[ColumnDelta, ...] = ()
    latency: Ratio | None = None
    startup: Ratio | None = None
    new_warnings: tuple[tuple[str, str], ...] = ()
    counterexample: Counterexample | None = None
    searched: int = 0
    seconds: float = 0.0
    date: str = ""
    version: str = ""
    command: str = ""
