"""All checks there are, ours and those that other packages bring, and the choice of some."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from pkgutil import walk_packages
from types import ModuleType
from typing import Final

from emulator.contract import checks
from emulator.contract.check import Check
from emulator.errors import UsageError
from emulator.model.finding import Option, Profile

ENTRY_POINTS: Final = "byoc_emulator.checks"
"""The entry point group of other packages' checks: each names a :class:`Check`, or a module or package of them."""


class Catalogue:
    """Checks by code, in the order of their codes within their families."""

    def __init__(self, found: Iterable[Check]) -> None:
        self._checks: dict[str, Check] = {}
        for each in found:
            self.add(each)

    def __iter__(self) -> Iterator[Check]:
        return iter(self._checks.values())

    def __len__(self) -> int:
        return len(self._checks)

    def add(self, added: Check, *, by: str = "byoc-emulator") -> None:
        """One more.

        Raises:
            UsageError: the code or the name is taken.
        """
        for taken in self._checks.values():
            if added.rule.code == taken.rule.code or added.rule.name == taken.rule.name:
                raise UsageError(
                    f"Check {added.rule.code} {added.rule.name} of {by} cannot be added.",
                    why=f"there is {taken.rule.code} {taken.rule.name} ({taken.look.__module__}) already",
                    fix="give it a code and a name of its own",
                )
        self._checks[added.rule.code] = added

    def find(self, word: str) -> Check:
        """The check of a code or name, in any case.

        Raises:
            UsageError: there is none; suggests the nearest.
        """
        for each in self:
            if word.upper() == each.rule.code or word.lower() == each.rule.name:
                return each
        names = [name for each in self for name in (each.rule.code, each.rule.name)]
        near = difflib.get_close_matches(word, names, n=1, cutoff=0.5)
        raise UsageError(f"There is no check {word}.", fix=f"did you mean {near[0]}?" if near else "see byoc checks")

    def chosen(self, profile: Profile, *, select: Iterable[str] = (), ignore: Iterable[str] = ()) -> tuple[Check, ...]:
        """The checks of a profile, of them those selected (default all), without those ignored.

        Args:
            profile: where the image is to be hosted.
            select: codes, beginnings of codes, names or families.
            ignore: the same.

        Raises:
            UsageError: one of the words fits no check.
        """
        wanted = {check.rule.code for word in select for check in self._fitting(word)}
        unwanted = {check.rule.code for word in ignore for check in self._fitting(word)}
        return tuple(
            each
            for each in self
            if profile in each.profiles and (not wanted or each.rule.code in wanted) and each.rule.code not in unwanted
        )

    def options(self, given: Mapping[str, Mapping[str, object]]) -> Mapping[str, Mapping[str, Option]]:
        """The options of each check by code, with what is given in place of the defaults.

        Raises:
            UsageError: there is no such check or option, or the value is of another kind.
        """
        options = {each.rule.code: dict(each.rule.options) for each in self}
        for word, values in given.items():
            rule = self.find(word).rule
            for name, value in values.items():
                options[rule.code][name] = _fitting_option(rule.code, rule.options, name, value)
        return options

    def _fitting(self, word: str) -> list[Check]:
        fitting = [
            each
            for each in self
            if each.rule.code.startswith(word.upper()) or word.lower() in (each.rule.name, each.rule.family)
        ]
        return fitting or [self.find(word)]


@cache
def catalogue() -> Catalogue:
    """Ours, and those of the packages that are installed.

    Raises:
        UsageError: a package's check is not complete, or its code is taken.
    """
    found = Catalogue(sorted(checks_in(checks), key=_order))
    for point in entry_points(group=ENTRY_POINTS):
        for each in _brought(point):
            found.add(each, by=point.value)
    return found


def checks_in(module: ModuleType) -> Iterator[Check]:
    """The checks of a module, or of all modules of a package."""
    names = [found.name for found in walk_packages(getattr(module, "__path__", []), f"{module.__name__}.")]
    for each in (module, *map(import_module, names)):
        yield from (value for value in vars(each).values() if isinstance(value, Check))


FAMILIES: Final = ("image", "artifact", "startup", "ping", "invocations", "concurrency", "shutdown", "pipeline")


def _order(check: Check) -> tuple[int, str]:
    return FAMILIES.index(check.rule.family), check.rule.code


def _brought(point: EntryPoint) -> Iterable[Check]:
    try:
        loaded = point.load()
    except UsageError:
        raise
    except Exception as broken:
        raise UsageError(
            f"The checks of {point.value} cannot be loaded.", why=repr(broken), fix="mend or uninstall that package"
        ) from broken
    return (loaded,) if isinstance(loaded, Check) else tuple(checks_in(loaded))


def _fitting_option(code: str, options: Mapping[str, Option], name: str, value: object) -> Option:
    if name not in options:
        fix = f"its options are {', '.join(options)}" if options else "it has none"
        raise UsageError(f"Check {code} has no option {name}.", fix=fix)
    default = options[name]
    try:
        if isinstance(default, bool):
            return {"true": True, "false": False}[str(value).lower()]
        return type(default)(str(value))
    except (KeyError, ValueError) as wrong:
        kind = "true or false" if isinstance(default, bool) else f"a value such as {default!r}"
        raise UsageError(f"Option {name} of check {code} cannot be {value!r}.", fix=f"give {kind}") from wrong
