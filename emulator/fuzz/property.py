"""A property: what holds for every image that is sound, with a manual, cases that might break it, and a judge.

A module of its own for each, as for a check (:mod:`emulator.contract.check`)::

    @holds("FUZ002", severity="error", cases=batches_of_rows)
    def rows_lost(target: Target, case: Case) -> Iterator[Violation]: ...

The judge looks at nothing but the target and the case, so that a saved case can be judged again.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any, TypeAlias

from emulator.contract.check import manual_of, require_code
from emulator.errors import UsageError
from emulator.fuzz.case import Case
from emulator.fuzz.target import Target
from emulator.model.finding import Rule, Severity, Violation
from emulator.model.record import RecordSchema

if TYPE_CHECKING:
    from hypothesis.stateful import RuleBasedStateMachine
    from hypothesis.strategies import SearchStrategy

Judge: TypeAlias = Callable[[Target, Case], Iterable[Violation]]

Cases: TypeAlias = "Callable[[RecordSchema], SearchStrategy[Case]]"


Machine: TypeAlias = "Callable[[RecordSchema, Callable[[Case], None]], type[RuleBasedStateMachine]]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """A registered property.

    Attributes:
        rule: what readers know of it.
        cases: what might break it, for records of a schema; None for a machine's.
        machine: makes a Hypothesis state machine whose every run is a case, instead of ``cases``.
        judge: yields how a case breaks it.
        share: of the time there is, beside 1.0 of most others.
        apart: each question of a case is judged on its own, so that one that breaks it can do without the others.
    """

    rule: Rule
    cases: Cases | None
    judge: Judge
    machine: Machine | None = None
    share: float = 1.0
    apart: bool = False


def holds(
    code: str,
    *,
    severity: Severity,
    cases: Cases | None = None,
    machine: Machine | None = None,
    share: float = 1.0,
    apart: bool = False,
) -> Callable[[Judge], Property]:
    """Make a property of a judge; its name is the function's.

    Raises:
        UsageError: the code is none, or the manual of its module is not complete.
    """

    def registered(judge: Judge) -> Property:
        where = f"property {code} ({judge.__module__})"
        if (cases is None) == (machine is None):
            raise UsageError(f"{where} needs cases, or a machine.", fix="give one of them")
        require_code(code, where=where)
        rule = Rule(
            code=code,
            name=judge.__name__.replace("_", "-"),
            family="fuzz",
            severity=severity,
            manual=manual_of(sys.modules[judge.__module__].__doc__ or "", where=where),
        )
        return Property(rule=rule, cases=cases, judge=judge, machine=machine, share=share, apart=apart)

    return registered


def properties() -> tuple[Property, ...]:
    """All of them, in the order of their codes."""
    from emulator.fuzz import properties as package

    return tuple(sorted(_in(package), key=lambda each: each.rule.code))


def _in(package: Any) -> Iterator[Property]:
    for found in iter_modules(package.__path__, f"{package.__name__}."):
        yield from (value for value in vars(import_module(found.name)).values() if isinstance(value, Property))
