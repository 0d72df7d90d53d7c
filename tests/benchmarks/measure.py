"""What a figure is, and how it is taken: in turns with its reference, as medians with their spread.

A sample is what one round says: the seconds of one launch, or the median latency of one second of load. The nth
sample of ours and the nth of the reference were taken next to each other, so ratios and differences are formed
round by round, and the median of those is what is judged.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Literal, TypeAlias, TypeVar

Of: TypeAlias = Literal["value", "ratio", "difference"]

T = TypeVar("T")

PERCENTILES = (5, 25, 50, 75, 95, 99)
"""Of latencies, in pictures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """A median between the quartiles.

    Attributes:
        low, high: the first and the third quartile.
    """

    low: float
    median: float
    high: float

    @classmethod
    def of(cls, samples: Sequence[float]) -> Spread:
        """Of some samples, at least one."""
        if len(samples) == 1:
            return cls(low=samples[0], median=samples[0], high=samples[0])
        low, middle, high = quantiles(samples, n=4, method="inclusive")
        return cls(low=low, median=middle, high=high)


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """What was promised.

    Attributes:
        of: our value itself, its ratio to the reference, or what it is more than the reference.
        most, least: the border; one of them is None.
    """

    of: Of
    most: float | None = None
    least: float | None = None

    def __post_init__(self) -> None:
        if (self.most is None) == (self.least is None):
            raise ValueError("a goal has one border")

    def held(self, value: float) -> bool:
        """Whether a value keeps the promise."""
        return value <= self.most if self.most is not None else value >= (self.least or 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """What ours is held against, measured in the same run."""

    name: str
    samples: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured quantity.

    Attributes:
        name: what it is.
        unit: of the samples: ``s``, ``ms``, ``1/s``, ``MB``, or empty for a count.
        samples: ours, one a round.
        reference: None where there is nothing to compare with.
        goal: None where nothing was promised.
        headline: whether it belongs into the README.
    """

    name: str
    unit: str
    samples: tuple[float, ...]
    reference: Reference | None = None
    goal: Goal | None = None
    headline: bool = False

    def __post_init__(self) -> None:
        if not self.samples:
            raise ValueError(f"{self.name} has no samples")
        if self.reference is not None and len(self.reference.samples) != len(self.samples):
            raise ValueError(f"{self.name}: both sides need as many samples")
        if self.reference is None and self.goal is not None and self.goal.of != "value":
            raise ValueError(f"{self.name}: a {self.goal.of} needs a reference")

    @property
    def value(self) -> Spread:
        """Ours."""
        return Spread.of(self.samples)

    @property
    def ratio(self) -> Spread | None:
        """Ours by the reference, round by round; None without one, or where it is zero."""
        if self.reference is None or not all(self.reference.samples):
            return None
        return Spread.of([ours / theirs for ours, theirs in zip(self.samples, self.reference.samples, strict=True)])

    @property
    def difference(self) -> Spread | None:
        """Ours less the reference, round by round; None without one."""
        if self.reference is None:
            return None
        return Spread.of([ours - theirs for ours, theirs in zip(self.samples, self.reference.samples, strict=True)])

    @property
    def judged(self) -> Spread | None:
        """What the goal is about; None without a goal."""
        if self.goal is None:
            return None
        return {"value": self.value, "ratio": self.ratio, "difference": self.difference}[self.goal.of]

    @property
    def held(self) -> bool | None:
        """Whether the goal is held, by the median; None without a goal."""
        if self.goal is None or self.judged is None:
            return None
        return self.goal.held(self.judged.median)


def in_turns(
    ways: Mapping[str, Callable[[], T]], *, rounds: int, say: Callable[[str], None] = lambda text: None
) -> dict[str, list[T]]:
    """What each way gives in each round: A B C, then C B A, and so on, so that no way always comes first.

    Args:
        ways: by name, each called once a round.
        rounds: how many.
        say: hears each round.
    """
    found: dict[str, list[T]] = {name: [] for name in ways}
    for nth in range(rounds):
        say(f"round {nth + 1} of {rounds}")
        for name in list(ways) if nth % 2 == 0 else reversed(list(ways)):
            found[name].append(ways[name]())
    return found


def percentile(samples: Sequence[float], percent: int) -> float:
    """Of samples in any order, at least one."""
    if len(samples) == 1:
        return samples[0]
    return quantiles(samples, n=100, method="inclusive")[percent - 1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What one round of load says of one way.

    Attributes:
        latencies: of all exchanges, in ms.
        rate: exchanges a second.
        cpu: milliseconds of CPU time that the server spent on each; 0 where nobody asked.
    """

    latencies: tuple[float, ...]
    rate: float
    cpu: float = 0.0

    def at(self, percent: int) -> float:
        """A percentile of the latencies, in ms."""
        return percentile(self.latencies, percent)


def pooled(loads: Sequence[Load]) -> tuple[float, ...]:
    """The percentiles of all rounds together, in ms."""
    every = [each for load in loads for each in load.latencies]
    return tuple(percentile(every, each) for each in PERCENTILES)


def growth_per_step(points: Sequence[tuple[float, float]]) -> float:
    """The slope of the straight line through points, by least squares."""
    across, up = [x for x, _ in points], [y for _, y in points]
    middle = sum(across) / len(across)
    level = sum(up) / len(up)
    return sum((x - middle) * (y - level) for x, y in points) / sum((x - middle) ** 2 for x in across)


def middle(samples: Sequence[float]) -> float:
    """The median."""
    return median(samples)
