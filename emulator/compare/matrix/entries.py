"""A table of TOML, taken apart key by key; whatever is not as it has to be is named."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from emulator.errors import UsageError

SIZE: Final = re.compile(r"(\d+(?:\.\d+)?)\s*([kmgt]?)i?b?", re.IGNORECASE)

DURATION: Final = re.compile(r"(\d+(?:\.\d+)?)\s*(s|m|h)?")

_POWERS: Final = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}
_SECONDS: Final = {None: 1, "s": 1, "m": 60, "h": 3600}


class Entries:
    """What a table says; each key that is asked for counts as known.

    Args:
        read: the table.
        where: its name, for messages.
    """

    def __init__(self, read: Mapping[str, Any], where: str) -> None:
        self._read, self.where = read, where
        self._known: list[str] = []

    @property
    def names(self) -> tuple[str, ...]:
        """Its keys."""
        return tuple(self._read)

    def done(self) -> None:
        """Refuse keys that nobody asked for.

        Raises:
            UsageError: there is one; names the nearest that there is.
        """
        self.only(self._known)

    def only(self, known: Iterable[str]) -> None:
        """Refuse keys that are none of these; raises UsageError."""
        names = sorted(known)
        for name in self._read:
            if name not in names:
                near = difflib.get_close_matches(name, names, n=1)
                fix = f"did you mean {near[0]}?" if near else f"there are: {', '.join(names)}"
                raise UsageError(f"{self.where} has the unknown key {name}.", fix=fix)

    def text(self, name: str) -> str | None:
        """A text; None where it is not there."""
        value = self._taken(name)
        if value is None or isinstance(value, str):
            return value
        raise self._wrong(name, value, "a text")

    def required(self, name: str) -> str:
        """A text that has to be there."""
        if text := self.text(name):
            return text
        raise UsageError(f"{self.where} has no {name}.", fix=f'write {name} = "…"')

    def texts(self, name: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """A list of texts."""
        value = self._taken(name)
        if value is None:
            return default
        if not isinstance(value, list) or not all(isinstance(each, str) and each for each in value):
            raise self._wrong(name, value, 'a list of texts, such as ["1.8.0", "newest"]')
        return tuple(value)

    def texts_by_name(self, name: str) -> dict[str, str]:
        """A table of texts."""
        return self.inner(name).all_texts()

    def all_texts(self) -> dict[str, str]:
        """The whole table, where it holds texts only."""
        return {name: self.text(name) or "" for name in self.names}

    def path(self, name: str, folder: Path) -> Path | None:
        """A path relative to ``folder``."""
        text = self.text(name)
        return folder / Path(text).expanduser() if text else None

    def paths(self, name: str, folder: Path) -> tuple[Path, ...]:
        """Such paths."""
        return tuple(folder / Path(each).expanduser() for each in self.texts(name))

    def number(self, name: str, default: float) -> float:
        """A number from 0 on."""
        value = self._taken(name)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
            raise self._wrong(name, value, "a number from 0 on")
        return value

    def whole(self, name: str, *, least: int) -> int | None:
        """A whole number; None where it is not there."""
        value = self._taken(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise self._wrong(name, value, f"a whole number from {least} on")
        return value

    def seconds(self, name: str, default: float) -> float:
        """A duration, in seconds."""
        value = self._taken(name)
        found = DURATION.fullmatch(str(value).strip())
        if value is None:
            return default
        if found is None or isinstance(value, bool):
            raise self._wrong(name, value, 'a duration, such as "5s" or "1m"')
        return float(found[1]) * _SECONDS[found[2]]

    def size(self, name: str) -> int | None:
        """Bytes; None where it is not there."""
        value = self._taken(name)
        if value is None:
            return None
        found = SIZE.fullmatch(str(value).strip())
        if (
            found is None
            or isinstance(value, bool)
            or not (size := int(float(found[1]) * 1024 ** _POWERS[found[2].lower()]))
        ):
            raise self._wrong(name, value, 'a size, such as "512m" or "8g"')
        return size

    def inner(self, name: str) -> Entries:
        """A table in it; empty where it is not there."""
        value = self._taken(name)
        if value is not None and not isinstance(value, dict):
            raise self._wrong(name, value, "a table")
        return Entries(value or {}, f"{self.where} {name}")

    def each(self, name: str) -> Iterator[Entries]:
        """A list of tables."""
        value = self._taken(name)
        if value is None:
            return
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            raise self._wrong(name, value, f"tables, each under [[…{name}]]")
        for number, one in enumerate(value, start=1):
            yield Entries(one, f"{self.where} {name} {number}")

    def _taken(self, name: str) -> Any:
        self._known.append(name)
        return self._read.get(name)

    def _wrong(self, name: str, value: object, wanted: str) -> UsageError:
        return UsageError(f"{self.where}: {name} cannot be {value!r}.", fix=f"give {wanted}")
