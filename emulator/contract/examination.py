"""What is to be checked, and how: from a table of a TOML file and from options, with an answer to every slip."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Final, get_args

from emulator.contract.catalogue import Catalogue, catalogue
from emulator.contract.check import Check
from emulator.contract.subject import INSTANCE_TYPE
from emulator.errors import UsageError
from emulator.model.finding import SEVERITIES, Profile, Severity
from emulator.model.report import Report

BASELINE_SCHEMA: Final = "byoc-emulator/baseline/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """What is to be checked, and how.

    Attributes:
        profile: where the image is to be hosted.
        select: codes, beginnings of codes, names or families; empty for all.
        ignore: the same.
        options: of checks by code or name, in place of their defaults.
        instance_type: on which kind of instance it is to run.
        fail_on: the least severity that makes the verdict bad.
        baseline: fingerprints of findings that are known.
        settle_seconds: a start that has not changed for so long will not.
    """

    profile: Profile = "realtime"
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    options: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    instance_type: str = INSTANCE_TYPE
    fail_on: Severity = "warning"
    baseline: frozenset[str] = frozenset()
    settle_seconds: float = 5.0

    @classmethod
    def of(cls, table: Mapping[str, object], *, where: str = "the check table") -> Examination:
        """What a table says: members by their names, and a table of options for each check by code or name.

        Args:
            table: as it was read; ``baseline`` is not one of its keys, see :func:`read_baseline`.
            where: it came from, for messages.

        Raises:
            UsageError: an unknown key or check, or a value of another kind; suggests the nearest.
        """
        members: dict[str, Any] = {}
        options: dict[str, Mapping[str, object]] = {}
        for key, value in table.items():
            name = key.replace("-", "_")
            if isinstance(value, Mapping):
                options[catalogue().find(key).rule.code] = value
            elif name not in _KINDS:
                near = difflib.get_close_matches(name, _KINDS, n=1)
                hint = f"did you mean {near[0]}?" if near else f"it may have {', '.join(_KINDS)} and tables of options"
                raise UsageError(f"{where} has the unknown key {key}.", fix=hint)
            else:
                members[name] = _fitting(name, value, where)
        catalogue().options(options)
        return cls(**members, options=options)

    def changed(self, **given: Any) -> Examination:
        """The same with what is given and not None in place; options are added to those that are there."""
        options = {code: dict(values) for code, values in self.options.items()}
        for word, values in (given.pop("options", None) or {}).items():
            options.setdefault(catalogue().find(word).rule.code, {}).update(values)
        members = {name: value for name, value in given.items() if value is not None}
        return replace(self, options=options, **members)

    def checks(self, known: Catalogue | None = None) -> tuple[Check, ...]:
        """Those that it asks for.

        Raises:
            UsageError: a word fits no check.
        """
        known = catalogue() if known is None else known
        return known.chosen(self.profile, select=self.select, ignore=self.ignore)


def read_baseline(path: Path) -> frozenset[str]:
    """The fingerprints of a baseline.

    Raises:
        UsageError: it is missing, or none of ours.
    """
    try:
        read: Any = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as broken:
        fix = "write one: byoc check … --baseline FILE --update-baseline"
        raise UsageError(f"The baseline {path} cannot be read.", why=str(broken), fix=fix) from broken
    if (
        not isinstance(read, dict)
        or read.get("schema") != BASELINE_SCHEMA
        or not isinstance(read.get("findings"), list)
    ):
        raise UsageError(
            f"{path} is no baseline.", why=f'it lacks "schema": "{BASELINE_SCHEMA}"', fix="write a new one"
        )
    return frozenset(map(str, read["findings"]))


def baseline_text(report: Report) -> str:
    """A baseline that knows all findings of a report."""
    found: Iterable[str] = {each.fingerprint for each in (*report.findings, *report.known)}
    return json.dumps({"schema": BASELINE_SCHEMA, "findings": sorted(found)}, indent=2) + "\n"


_KINDS: Final = {each.name: each for each in fields(Examination) if each.name not in ("options", "baseline")}

_CHOICES: Final = {"profile": get_args(Profile), "fail_on": SEVERITIES}


def _fitting(name: str, value: object, where: str) -> object:
    if name in ("select", "ignore"):
        if isinstance(value, str) or not isinstance(value, Iterable):
            raise UsageError(f"{where}: {name} cannot be {value!r}.", fix='give a list, such as ["IMG", "ping-status"]')
        return tuple(map(str, value))
    if name in _CHOICES and value not in _CHOICES[name]:
        raise UsageError(f"{where}: {name} cannot be {value!r}.", fix=f"give one of {', '.join(_CHOICES[name])}")
    if name == "settle_seconds":
        if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
            raise UsageError(f"{where}: {name} cannot be {value!r}.", fix="give a number of seconds")
        return float(value)
    return str(value)
