"""``newest`` and ``previous minor`` as the versions they are today."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from packaging.version import Version

from emulator.errors import UsageError
from emulator.model.grid import Axis, AxisValue
from emulator.ports.scheduler import PackageIndex

PINNED: Final = "pinned"
"""Whatever the image's own files say: build arguments that name the axis are left out."""

NEWEST: Final = "newest"
"""The highest final release on the package index."""

PREVIOUS_MINOR: Final = "previous minor"
"""The last release of the minor version before that."""


def axes_of(told: Mapping[str, tuple[str, ...]], index: PackageIndex) -> tuple[Axis, ...]:
    """The axes with versions in place of words; values that turn out to be equal are one.

    Raises:
        UsageError: a word is used for what is no package of the index, or the index does not answer.
    """
    return tuple(Axis(name=name, values=_values(name, words, index)) for name, words in told.items())


def value_at(axis: Axis, word: str, where: str) -> str:
    """The value that a word of the file stands for.

    Raises:
        UsageError: the axis has no such value.
    """
    for each in axis.values:
        if word == each.value or word in each.words:
            return each.value
    known = ", ".join(word for each in axis.values for word in (each.value, *each.words))
    raise UsageError(f"{where}: {axis.name} cannot be {word!r}.", fix=f"give one of: {known}")


def _values(name: str, told: tuple[str, ...], index: PackageIndex) -> tuple[AxisValue, ...]:
    versions = index.versions(name) if {NEWEST, PREVIOUS_MINOR} & set(told) else ()
    words: dict[str, list[str]] = {}
    for word in told:
        value = _version(name, word, versions)
        words.setdefault(value, []).extend([word] if word != value else [])
    return tuple(AxisValue(value=value, words=tuple(said)) for value, said in words.items())


def _version(name: str, word: str, versions: tuple[str, ...]) -> str:
    if word == NEWEST:
        return versions[0]
    if word != PREVIOUS_MINOR:
        return word
    newest = _minor(versions[0])
    before = next((each for each in versions if _minor(each) < newest), None)
    if before is None:
        raise UsageError(f"{name} has no minor version before {versions[0]}.", fix=f'leave "{PREVIOUS_MINOR}" out')
    return before


def _minor(version: str) -> tuple[int, int, int]:
    parsed = Version(version)
    return parsed.epoch, parsed.major, parsed.minor
