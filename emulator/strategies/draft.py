"""A payload in the making, to be spoilt in one place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from emulator.model.record import Column, RecordSchema, Row
from emulator.strategies.encode import csv_field, csv_text, json_record, json_text, json_tokens, quoted


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Valid records, and the place in them that is looked at.

    Attributes:
        row: which record.
        place: which of its values.
    """

    schema: RecordSchema
    rows: tuple[Row, ...]
    row: int = 0
    place: int = 0

    @property
    def column(self) -> Column:
        """That of the value."""
        return self.schema.columns[self.place]

    @property
    def csv(self) -> bool:
        """Whether it is CSV, else JSON or JSON Lines."""
        return self.schema.form == "csv"

    def tokens(self) -> list[list[str | None]]:
        """Every value as it is written, the quotes of CSV included."""
        if not self.csv:
            return [json_tokens(row, self.schema) for row in self.rows]
        delimiter = self.schema.delimiter
        return [
            [quoted(csv_field(cell, column), delimiter) for cell, column in zip(row, self.schema.columns, strict=True)]
            for row in self.rows
        ]

    def lines(self) -> list[str]:
        """Every record as it is written."""
        return [self.line(tokens) for tokens in self.tokens()]

    def line(self, tokens: list[str | None]) -> str:
        """A record of values that are written already."""
        if self.csv:
            return self.schema.delimiter.join(token or "" for token in tokens)
        return json_record(tokens, self.schema)

    def text(self, lines: list[str]) -> str:
        """The payload of records that are written already."""
        if self.csv:
            return csv_text([[line] for line in lines], self.schema, raw=True)
        return json_text(lines, self.schema)

    def with_tokens(self, change: Callable[[list[str | None], int], list[str | None]]) -> bytes:
        """The payload with the values of the one record changed, given them and the place."""
        table = self.tokens()
        table[self.row] = change(table[self.row], self.place)
        return self.text([self.line(tokens) for tokens in table]).encode("utf-8", "surrogatepass")

    def with_token(self, token: str) -> bytes:
        """The payload with that in the one place."""
        return self.with_tokens(lambda tokens, place: [*tokens[:place], token, *tokens[place + 1 :]])

    def with_line(self, change: Callable[[str], str]) -> bytes:
        """The payload with the one record changed as it is written."""
        lines = self.lines()
        lines[self.row] = change(lines[self.row])
        return self.text(lines).encode()


Fits: TypeAlias = Callable[[RecordSchema, Column], bool]
Make: TypeAlias = Callable[[Draft], bytes]


def anywhere(_schema: RecordSchema, _column: Column) -> bool:
    """Fits every place."""
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Oddity:
    """One way to leave what is valid.

    Attributes:
        label: in words.
        make: the payload, given one that is valid.
        fits: whether it can be done at a column of a schema, and leaves what is valid there.
        malformed: see ``Payload``.
        rows: fewest records that it takes.
    """

    label: str
    make: Make
    fits: Fits = anywhere
    malformed: bool = False
    rows: int = 1
