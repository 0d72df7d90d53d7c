"""What the records of a payload look like: columns with their ranges and categories, and how they are laid out."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, TypeAlias, get_args

from emulator.errors import UsageError
from emulator.model.message import media_type

Cell: TypeAlias = "bool | int | float | str | None"
"""A value; None is a missing one."""

Row: TypeAlias = "tuple[Cell, ...]"
"""One record."""

Kind: TypeAlias = Literal["number", "integer", "category", "text", "boolean"]

Form: TypeAlias = Literal["csv", "json", "jsonlines", "npy"]
"""How records are written."""

FORMS: Final[Mapping[str, Form]] = {
    "text/csv": "csv",
    "application/csv": "csv",
    "text/tab-separated-values": "csv",
    "application/json": "json",
    "application/jsonlines": "jsonlines",
    "application/x-jsonlines": "jsonlines",
    "application/json-lines": "jsonlines",
    "application/x-ndjson": "jsonlines",
    "application/x-npy": "npy",
}

ABSENT: Final = "absent"
"""The marker of a JSON member that is left out where its value is missing."""

NAN: Final = "NaN"
"""The marker of a missing number that is written as such in JSON too."""


def form_of(content_type: str) -> Form:
    """How the records of a media type are written.

    Raises:
        UsageError: the type is none of those whose records we can write.
    """
    bare = media_type(content_type)
    form = FORMS.get(bare, "json" if bare.endswith("+json") else None)
    if form is None:
        known = "text/csv, application/json, application/jsonlines or application/x-npy"
        raise UsageError(f"records of type {content_type!r} cannot be generated.", fix=f"give a sample of {known}")
    return form


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One field of every record.

    Attributes:
        name: empty where it has none.
        kind: ``text`` is prose; words that recur, and all that has a form of its own, such as a date, is ``category``.
        low, high: the range of a number; of a text, its length.
        categories: the values of a category, the simplest first.
        missing: share of the records that lack it, 0 to 1.
        decimals: most digits after the point.
        alphabet: the characters of a text.
        marker: what stands for a missing value: empty for the format's own (an empty field, null, NaN), else that
            text in CSV, and ``NaN`` or ``absent`` in JSON.
    """

    name: str = ""
    kind: Kind = "number"
    low: float = 0
    high: float = 0
    categories: tuple[str, ...] = ()
    missing: float = 0.0
    decimals: int = 0
    alphabet: str = ""
    marker: str = ""

    def __post_init__(self) -> None:
        if self.kind not in get_args(Kind):
            raise UsageError(f"column {self.name!r} is {self.kind!r}", fix=f"one of {', '.join(get_args(Kind))}")
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low <= self.high):
            raise UsageError(f"column {self.name!r} reaches from {self.low} to {self.high}, which is no range")
        if not 0 <= self.missing <= 1:
            raise UsageError(f"column {self.name!r} has a share of missing values of {self.missing}, not 0 to 1")

    @property
    def numeric(self) -> bool:
        """Whether its values are numbers."""
        return self.kind in ("number", "integer")

    @property
    def denormal(self) -> bool:
        """Whether numbers as small as that are among its values."""
        return _denormal(self.low) or _denormal(self.high)

    def admits(self, cell: Cell) -> bool:
        """Whether a value is one of those that the sample makes plausible."""
        if cell is None:
            return self.missing > 0
        if self.kind == "boolean" or isinstance(cell, bool):
            return self.kind == "boolean" and isinstance(cell, bool)
        if isinstance(cell, str):
            return self._admits_text(cell)
        whole = isinstance(cell, int) or self.kind == "number"
        return self.numeric and whole and self.low <= cell <= self.high and (self.denormal or not _denormal(cell))

    def _admits_text(self, text: str) -> bool:
        if self.kind == "category":
            return text in self.categories
        return self.kind == "text" and self.low <= len(text) <= self.high and set(text) <= set(self.alphabet)


def _denormal(number: float) -> bool:
    return 0 < abs(number) < sys.float_info.min


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSchema:
    """Records, and the payload that carries them.

    Attributes:
        columns: in their order.
        media_type: the content type of a payload, verbatim.
        header: CSV begins with the names of the columns.
        delimiter: of CSV.
        keyed: JSON records are objects, else arrays.
        wrapper: the JSON key whose value is the list of records, such as ``instances``; empty for none.
        row_key: the JSON key whose value is one record, such as ``features``; empty for none.
        single: a payload is one record, without a list around it.
    """

    columns: tuple[Column, ...]
    media_type: str = "text/csv"
    header: bool = False
    delimiter: str = ","
    keyed: bool = False
    wrapper: str = ""
    row_key: str = ""
    single: bool = False

    def __post_init__(self) -> None:
        if not self.columns:
            raise UsageError("records have at least one column")
        if len(self.delimiter) != 1:
            raise UsageError(f"the delimiter is {self.delimiter!r}", fix="give one character")

    @property
    def form(self) -> Form:
        """How the records are written."""
        return form_of(self.media_type)

    @property
    def names(self) -> tuple[str, ...]:
        """What the columns are called; those without a name by their place."""
        return tuple(column.name or f"column_{place}" for place, column in enumerate(self.columns, start=1))

    def admits(self, row: Row) -> bool:
        """Whether a record is one of those that the sample makes plausible."""
        return len(row) == len(self.columns) and all(
            column.admits(cell) for column, cell in zip(self.columns, row, strict=True)
        )

    def to_json(self) -> dict[str, Any]:
        """The schema as values that JSON knows."""
        values = asdict(self)
        values["columns"] = [{**column, "categories": list(column["categories"])} for column in values["columns"]]
        return values

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> RecordSchema:
        """The schema that ``to_json`` made these values of.

        Raises:
            UsageError: they are not.
        """
        try:
            columns = tuple(
                Column(**{**column, "categories": tuple(column.get("categories", ()))}) for column in values["columns"]
            )
            return cls(**{**values, "columns": columns})
        except (AttributeError, KeyError, TypeError) as wrong:
            raise UsageError("a saved record schema cannot be read.", why=str(wrong)) from wrong
