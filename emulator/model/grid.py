"""What became of every cell of a matrix of versions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from emulator.model.comparison import VERDICTS, Comparison, Verdict

FAILING: Final[tuple[Verdict, ...]] = ("changed", "fails to load", "fails to build")
"""The verdicts that fail where nobody says which do."""

End: TypeAlias = Literal[
    "same", "within tolerance", "changed", "fails to load", "fails to build", "cannot be installed", "errored"
]
"""A verdict, or that none could be reached."""

ENDS: Final[tuple[End, ...]] = (*VERDICTS, "errored")


@dataclass(frozen=True, slots=True, kw_only=True)
class AxisValue:
    """One value of an axis.

    Attributes:
        value: a version, or ``pinned``: whatever the image's own files say.
        words: what the file said for it, such as ``newest``, where that is something else.
    """

    value: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """What is varied.

    Attributes:
        name: often a package's.
        values: in the order of the file, each once.
    """

    name: str
    values: tuple[AxisValue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One candidate.

    Attributes:
        at: its value on each axis.
        verdict: None where it could not be told, which is no fault of the candidate.
        reason: why it fails to build, load or install; or why it could not be told.
        baseline: it is what the others are compared with, and was not compared itself.
        comparison: None for the baseline, and where none was made.
        versions: of the packages that axes are named after, as found in the candidate's images.
        key: names the result: a hash of images, model data and requests; empty where there are no images.
        evidence: the page, else the file, with all that was found; a path relative to the report's folder.
        cached: the result is that of an earlier run.
        seconds: it took, in the run that made the result.
    """

    at: Mapping[str, str]
    verdict: Verdict | None
    reason: str = ""
    baseline: bool = False
    comparison: Comparison | None = None
    versions: Mapping[str, str] = field(default_factory=dict)
    key: str = ""
    evidence: str = ""
    cached: bool = False
    seconds: float = 0.0

    @property
    def end(self) -> End:
        """The verdict, or ``errored``."""
        return self.verdict or "errored"


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixReport:
    """All cells of a run.

    Attributes:
        subject: the images' names, in the order of the chain.
        axes: what was varied.
        baseline: the axes that have one value for the baseline of all cells; elsewhere it is the cell's own.
        cells: those that were asked for, the last axis varying fastest.
        samples: the files with the requests.
        fail_on: the verdicts that fail.
        folder: where the evidence is.
        seconds: the whole run.
        date: when it began, ISO 8601 in UTC.
        version: of byoc-emulator.
        command: what to type for the same again.
    """

    subject: tuple[str, ...]
    axes: tuple[Axis, ...]
    baseline: Mapping[str, str]
    cells: tuple[Cell, ...]
    samples: tuple[str, ...] = ()
    fail_on: tuple[Verdict, ...] = FAILING
    folder: str = ""
    seconds: float = 0.0
    date: str = ""
    version: str = ""
    command: str = ""

    @property
    def varied(self) -> tuple[Axis, ...]:
        """The axes with more than one value."""
        return tuple(each for each in self.axes if len(each.values) > 1)

    @property
    def ends(self) -> Counter[End]:
        """How many cells ended how."""
        return Counter(each.end for each in self.cells)

    @property
    def errored(self) -> bool:
        """Whether there is a cell of which nothing can be said."""
        return any(each.verdict is None for each in self.cells)

    @property
    def failing(self) -> tuple[Cell, ...]:
        """The cells whose verdict fails."""
        return tuple(each for each in self.cells if each.verdict in self.fail_on)
