"""The doors of a matrix run: where its tasks are done, and which versions of a package there are."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias

Tell: TypeAlias = Callable[[str], None]
"""Hears, in a few words, what a task is doing."""

Work: TypeAlias = Callable[[str, Tell], str]
"""A task as text to its result as text; a function of a module, so that it can be named to another process."""

Heard: TypeAlias = Callable[[str, str], None]
"""Hears the key of a task, and what that task tells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The end of one task.

    Attributes:
        key: the task's.
        result: None where none came.
        problem: why none came: whoever did it was lost again and again, or cannot do it at all.
    """

    key: str
    result: str | None
    problem: str = ""


class Scheduler(Protocol):
    """Does tasks somewhere, several at once."""

    def each(self, work: Work, tasks: Mapping[str, str], *, heard: Heard) -> Generator[Done, None, None]:
        """Do all tasks, and tell of each once, as they end; whoever stops asking stops the rest.

        A task whose worker is lost is done again by another.

        Args:
            work: does one.
            tasks: by their key.
            heard: hears what tasks tell; from any thread.

        Raises:
            EmulatorError: the scheduler itself is lost.
        """


class PackageIndex(Protocol):
    """Knows the versions of packages."""

    def versions(self, package: str) -> tuple[str, ...]:
        """Its final releases, the highest first, whichever Python they are for.

        Raises:
            UsageError: there is no such package, or no index answers.
        """
