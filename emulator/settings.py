"""Settings: a flag wins over the environment, that over the project's file, that over the default.

The only reader of the environment; everything below takes plain arguments.
"""

from __future__ import annotations

import difflib
import math
import os
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from emulator.errors import UsageError
from emulator.model.hosting import Account
from emulator.model.rules import HostingRules

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PREFIX = "BYOC_"
FALSE = frozenset({"false", "0", "no", "off", ""})
TABLES = frozenset({"check", "matrix"})
"""Commands that have a table of their own in the project's file."""
FILES: Mapping[str, tuple[str, ...]] = {"byoc.toml": (), "pyproject.toml": ("tool", "byoc")}
"""The project's files, the one that counts first, and in which of their tables we are spoken of."""
TRUE = frozenset({"true", "1", "yes", "on"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything a run can be told.

    Attributes:
        rules: how hosting behaves where AWS leaves it open.
        account: region and account id in ARNs and messages.
        endpoint_url: the S3 to read model data from; None is AWS.
        aws_url: where endpoints are that this run did not start; None is AWS. As ``endpoint_url``, but for an
            ``AWS_ENDPOINT_URL_S3``, which is of S3 alone.
        cache: folder for what runs share, and for their temporary files.
        environ: the environment, for finding the engine.
        tables: what the project's file says of a command, by its name (``[tool.byoc.check]``), as it was read.
    """

    rules: HostingRules = field(default_factory=HostingRules)
    account: Account = field(default_factory=Account)
    endpoint_url: str | None = None
    aws_url: str | None = None
    cache: Path
    environ: Mapping[str, str]
    tables: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @classmethod
    def load(
        cls,
        *,
        flags: Mapping[str, object] | None = None,
        environ: Mapping[str, str] | None = None,
        project: Path | None = None,
    ) -> Settings:
        """Settings from all four sources.

        Args:
            flags: values given on the command line or by a caller; None values are not given.
            environ: default is this process's environment.
            project: folder with ``byoc.toml`` or ``pyproject.toml``; default is the current one.

        Raises:
            UsageError: an unknown key, or a value of another type; names the place and the nearest key.
            ValidationException: a value that AWS would refuse.
        """
        environ = dict(os.environ if environ is None else environ)
        read, tables = _from_file(Path.cwd() if project is None else project)
        given = {**read, **_from_environment(environ)}
        for name, value in (flags or {}).items():
            if value is not None:
                given[name] = _parsed(name, value, f"option {name}")
        url = given.get("endpoint_url") or environ.get("AWS_ENDPOINT_URL_S3") or environ.get("AWS_ENDPOINT_URL")
        return cls(
            rules=HostingRules(**{name: given[name] for name in _RULES if name in given}),
            account=Account(
                region=given.get("region") or environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION") or _REGION,
                account_id=given.get("account_id") or _ACCOUNT_ID,
            ),
            endpoint_url=url or None,
            aws_url=given.get("endpoint_url") or environ.get("AWS_ENDPOINT_URL") or None,
            cache=Path(given["cache"]).expanduser() if given.get("cache") else _cache(environ),
            environ=environ,
            tables=tables,
        )

    @property
    def s3_credentials(self) -> Mapping[str, str]:
        """Stand-in credentials for a stand-in S3, unless the environment has some; empty for AWS itself."""
        return {} if self.endpoint_url is None else self.stand_in_credentials

    @property
    def stand_in_credentials(self) -> Mapping[str, str]:
        """Credentials for a stand-in, which takes any; empty where the environment has some."""
        if {"AWS_ACCESS_KEY_ID", "AWS_PROFILE"} & self.environ.keys():
            return {}
        return {"aws_access_key_id": "byoc", "aws_secret_access_key": "byoc"}


_RULES = get_type_hints(HostingRules)
_TYPES: dict[str, Any] = {**_RULES, "region": str, "account_id": str, "endpoint_url": str, "cache": str}
_DEFAULTS = {each.name: each.default for each in fields(Account) if each.default is not MISSING}
_REGION, _ACCOUNT_ID = str(_DEFAULTS["region"]), str(_DEFAULTS["account_id"])


def table_in(command: str, file: Path | None = None) -> tuple[Path, Mapping[str, Any]]:
    """The table of a command, and the file that has it.

    Args:
        command: such as ``matrix``.
        file: a TOML file with that table; default is the one of ``byoc.toml`` and ``pyproject.toml`` here that has it.

    Raises:
        UsageError: no file has such a table, or the file cannot be read.
    """
    paths = [file] if file is not None else [Path(name) for name in FILES if Path(name).is_file()]
    for path in paths:
        section = _section(path, FILES.get(path.name, ()))
        if isinstance(section.get(command), dict):
            return path, section[command]
    where = file or " or ".join(FILES)
    raise UsageError(f"{where} has no table [{command}].", fix=f"write one; see byoc {command} --help")


def _from_file(project: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """The settings, and the tables of commands."""
    for name, table in FILES.items():
        if not (project / name).is_file():
            continue
        section = _section(project / name, table)
        if section:
            tables = {key: value for key, value in section.items() if key in TABLES and isinstance(value, dict)}
            return {key: _parsed(key, value, name) for key, value in section.items() if key not in tables}, tables
    return {}, {}


def _section(path: Path, table: tuple[str, ...]) -> dict[str, Any]:
    """What a file says to us."""
    try:
        section: Any = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as broken:
        raise UsageError(f"{path.name} cannot be read.", why=str(broken), fix="mend its TOML") from broken
    for key in table:
        section = section.get(key, {}) if isinstance(section, dict) else {}
    if not isinstance(section, dict):
        raise UsageError(f"{path.name}: {'.'.join(table)} cannot be {section!r}.", fix="make it a table of settings")
    return section


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    given = {}
    for variable, value in environ.items():
        name = variable.removeprefix(PREFIX).lower()
        if not variable.startswith(PREFIX):
            continue
        if name in _TYPES:
            given[name] = _parsed(name, value, f"environment variable {variable}")
        elif near := difflib.get_close_matches(name, _TYPES, cutoff=0.8):
            raise UsageError(
                f"Nothing is called {variable}.",
                why="it looks like a setting",
                fix=f"did you mean {PREFIX}{near[0].upper()}?",
            )
    return given


def _parsed(name: str, value: object, where: str) -> Any:
    if name not in _TYPES:
        near = difflib.get_close_matches(name, _TYPES, n=1)
        hint = f"did you mean {near[0]}?" if near else f"settings are: {', '.join(sorted(_TYPES))}"
        raise UsageError(f"{where} has the unknown setting {name}.", fix=hint)
    kind = _TYPES[name]
    try:
        return _as(kind, value)
    except (ValueError, TypeError) as wrong:
        raise UsageError(f"{where}: {name} cannot be {value!r}.", fix=f"give {_described(kind)}") from wrong


def _as(kind: Any, value: object) -> Any:
    if get_origin(kind) is Literal:
        if value not in get_args(kind):
            raise ValueError(value)
        return value
    if get_origin(kind) is UnionType:
        return _as(next(each for each in get_args(kind) if each is not NoneType), value)
    if kind is bool:
        return _as_flag(str(value).strip().lower())
    if kind in (int, float):
        return _as_number(kind, value)
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _as_flag(text: str) -> bool:
    if text not in TRUE | FALSE:
        raise ValueError(text)
    return text in TRUE


def _as_number(kind: type[int | float], value: Any) -> float:
    if isinstance(value, bool):
        raise TypeError(value)
    number = kind(value)
    if not math.isfinite(number) or (isinstance(value, float) and number != value):
        raise ValueError(value)
    return number


def _described(kind: Any) -> str:
    if get_origin(kind) is Literal:
        return "one of " + ", ".join(map(str, get_args(kind)))
    if get_origin(kind) is UnionType:
        return _described(next(each for each in get_args(kind) if each is not NoneType))
    return {bool: "true or false", int: "a whole number", float: "a number"}.get(kind, "text")


def _cache(environ: Mapping[str, str]) -> Path:
    base = environ.get("XDG_CACHE_HOME") or (f"{environ['HOME']}/.cache" if environ.get("HOME") else "")
    if base and os.access(Path(base) if Path(base).is_dir() else Path(base).parent, os.W_OK):
        return Path(base) / "byoc-emulator"
    return Path(tempfile.gettempdir()) / f"byoc-emulator-{os.getuid()}"
