"""The unit of work: one pair of images, and what they are to be asked; plain values, so that any machine can do it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256

from emulator.compare.comparing import Comparing
from emulator.model.comparison import Comparison, Verdict
from emulator.model.recording import Request
from emulator.render.values import read, written


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageOrder:
    """An image to build.

    Attributes:
        name: of the container that it is for.
        context: absolute path of the folder.
        dockerfile: inside of it.
        base: reference of the base image; empty for none.
        arguments: of the build.
    """

    name: str
    context: str
    dockerfile: str
    base: str
    arguments: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class StageOrder:
    """A container to bring into service.

    Attributes:
        image: what it is started from.
        environment: its variables.
        model: absolute path or ``s3://``; empty for none.
        train: channels to train the model from instead, absolute paths by name.
    """

    image: ImageOrder
    environment: Mapping[str, str]
    model: str
    train: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One cell.

    Attributes:
        label: the candidate's values, for people.
        reference: the baseline's.
        baseline, candidate: the two chains.
        requests: what both are asked.
        how: to compare them.
        run: names the run: images that it has built already are not built again.
        known: the results that the asker has; one of them is named, not made again.
        fresh: nothing that an earlier run found out counts.
    """

    label: str
    reference: str
    baseline: tuple[StageOrder, ...]
    candidate: tuple[StageOrder, ...]
    requests: tuple[Request, ...]
    how: Comparing
    run: str = ""
    known: tuple[str, ...] = ()
    fresh: bool = False

    @property
    def key(self) -> str:
        """The same for tasks that ask for the same."""
        asked = replace(self, label="", reference="", run="", known=(), fresh=False)
        return sha256(written(asked).encode()).hexdigest()

    @property
    def text(self) -> str:
        """As JSON."""
        return written(self)

    @classmethod
    def of(cls, text: str) -> Task:
        """The task that was written so; raises ValueError for any other text."""
        return read(cls, text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of a task.

    Attributes:
        verdict: None where none could be reached, or where the asker has it.
        reason: why it fails to build, load or install; or why there is no verdict.
        comparison: None where there is no verdict.
        content: hash of what it is the result of; empty where an image could not be built.
        blames_baseline: there is no verdict as the baseline does not come into service.
        known: the asker has the result, under ``content``.
        seconds: it took.
    """

    verdict: Verdict | None
    reason: str = ""
    comparison: Comparison | None = None
    content: str = ""
    blames_baseline: bool = False
    known: bool = False
    seconds: float = 0.0

    @property
    def text(self) -> str:
        """As JSON."""
        return written(self)

    @classmethod
    def of(cls, text: str) -> Result:
        """The result that was written so; raises ValueError for any other text."""
        return read(cls, text)
