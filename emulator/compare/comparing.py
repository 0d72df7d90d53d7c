"""How two sides are compared."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from emulator.compare.latency import FEWEST_PAIRS
from emulator.errors import UsageError
from emulator.model.comparison import Tolerance

SEARCH_SECONDS: Final = 10.0
LATENCY_PAIRS: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparing:
    """How to compare; plain values, so that a task can carry it anywhere.

    Attributes:
        tolerance: what counts as close.
        search_seconds: for the search of a smallest disagreement, and once more to make it small; 0 for no search.
        seed: to draw the same rows again; None draws others each time.
        latency_pairs: so many times both are asked the same in turns, 6 or more; 0 for no latency.

    Raises:
        UsageError: one of them is out of its range.
    """

    tolerance: Tolerance = field(default_factory=Tolerance)
    search_seconds: float = SEARCH_SECONDS
    seed: int | None = None
    latency_pairs: int = LATENCY_PAIRS

    def __post_init__(self) -> None:
        if not self.search_seconds >= 0:
            raise UsageError(f"A search cannot take {self.search_seconds:g} seconds.", fix="give 0 or more")
        if 0 < self.latency_pairs < FEWEST_PAIRS or self.latency_pairs < 0:
            raise UsageError(
                f"{self.latency_pairs} pairs of measurements tell nothing of the latency.",
                why=f"a median has a 95 % confidence interval from {FEWEST_PAIRS} measurements on",
                fix=f"give {FEWEST_PAIRS} or more, or 0 to measure none",
            )
