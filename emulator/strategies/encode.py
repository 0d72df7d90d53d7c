"""Records as bytes: CSV, JSON, JSON Lines, and NumPy's format."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Literal, TypeAlias

from emulator.errors import UsageError
from emulator.model.record import ABSENT, NAN, Cell, Column, RecordSchema, Row
from emulator.strategies.npy import npy

Quoting: TypeAlias = Literal["minimal", "all"]
"""Which fields of CSV are quoted: those that have to be, or all."""

BOM: Final = b"\xef\xbb\xbf"


def encoded(
    rows: Sequence[Row],
    schema: RecordSchema,
    *,
    media_type: str | None = None,
    newline: str = "\n",
    trailing: bool = True,
    bom: bool = False,
    quoting: Quoting = "minimal",
    gap: str = "",
) -> bytes:
    """Records as the body of one request.

    Args:
        rows: at least one; exactly one where a payload of the schema is one record.
        schema: how they are laid out.
        media_type: another than the schema's.
        newline: what ends a line of CSV or JSON Lines.
        trailing: whether the last of these lines has it too.
        bom: whether a text begins with a byte order mark.
        quoting: of CSV.
        gap: blanks between the parts of a JSON record.

    Raises:
        UsageError: the rows do not fit the schema, or the format cannot hold them.
    """
    layout = schema if media_type is None else replace(schema, media_type=media_type)
    _require_rows(rows, layout)
    form = layout.form
    if form == "npy":
        return npy(numbers(rows), _shape(rows, layout))
    if form == "csv":
        lines = [[csv_field(cell, column) for cell, column in zip(row, layout.columns, strict=True)] for row in rows]
        text = csv_text(lines, layout, newline=newline, trailing=trailing, quoting=quoting)
    else:
        texts = [json_record(json_tokens(row, layout), layout, gap=gap) for row in rows]
        text = json_text(texts, layout, newline=newline, trailing=trailing)
    return (BOM if bom else b"") + text.encode()


def csv_field(cell: Cell, column: Column) -> str:
    """A value as the text of a field, not quoted."""
    if cell is None:
        return "" if column.marker == ABSENT else column.marker
    if isinstance(cell, bool):
        return str(cell).lower()
    return cell if isinstance(cell, str) else repr(cell)


def csv_text(
    lines: Sequence[Sequence[str]],
    schema: RecordSchema,
    *,
    newline: str = "\n",
    trailing: bool = True,
    quoting: Quoting = "minimal",
    raw: bool = False,
) -> str:
    """Fields as CSV, below their names where the schema has a header; ``raw`` fields are quoted already, or not."""
    head = [list(schema.names)] if schema.header else []
    written = [
        [quoted(field, schema.delimiter, quoting) for field in line] for line in (*head, *([] if raw else lines))
    ]
    texts = [schema.delimiter.join(line) or '""' for line in written]
    texts += [schema.delimiter.join(line) for line in lines] if raw else []
    return newline.join(texts) + (newline if trailing else "")


def quoted(field: str, delimiter: str, quoting: Quoting = "minimal") -> str:
    """A field of CSV in quotes, if it needs them or all get them."""
    if quoting == "minimal" and not any(sign in field for sign in (delimiter, '"', "\r", "\n")):
        return field
    return '"' + field.replace('"', '""') + '"'


def json_tokens(row: Row, schema: RecordSchema) -> list[str | None]:
    """The values of a record as JSON; None for a member that is left out."""
    return [_json_token(cell, column, schema.keyed) for cell, column in zip(row, schema.columns, strict=True)]


def _json_token(cell: Cell, column: Column, keyed: bool) -> str | None:
    if cell is not None:
        return json.dumps(cell, ensure_ascii=False)
    if keyed and column.marker == ABSENT:
        return None
    return NAN if column.marker == NAN else "null"


def json_record(tokens: Sequence[str | None], schema: RecordSchema, *, gap: str = "") -> str:
    """A record of values that are JSON already."""
    if schema.keyed:
        named = zip(schema.names, tokens, strict=False)  # more values than names: the rest has no place
        members = [f"{json.dumps(name, ensure_ascii=False)}:{gap}{token}" for name, token in named if token is not None]
        record = "{" + gap + f",{gap}".join(members) + gap + "}"
    else:
        record = "[" + gap + f",{gap}".join(token for token in tokens if token is not None) + gap + "]"
    return f"{{{gap}{json.dumps(schema.row_key)}:{gap}{record}{gap}}}" if schema.row_key else record


def json_text(records: Sequence[str], schema: RecordSchema, *, newline: str = "\n", trailing: bool = True) -> str:
    """Records that are JSON already, in a list with its wrapper, or as lines."""
    if schema.form == "jsonlines":
        return newline.join(records) + (newline if trailing else "")
    whole = ",".join(records) if schema.single else f"[{','.join(records)}]"
    return f"{{{json.dumps(schema.wrapper)}:{whole}}}" if schema.wrapper else whole


def numbers(rows: Sequence[Row]) -> list[float]:
    """All values in C order, NaN for the missing ones.

    Raises:
        UsageError: one is a text.
    """
    cells = [cell for row in rows for cell in row]
    if text := next((cell for cell in cells if isinstance(cell, str)), ""):
        raise UsageError(f"NumPy's format holds numbers only, not {text!r}")
    return [math.nan if cell is None or isinstance(cell, str) else float(cell) for cell in cells]


def _shape(rows: Sequence[Row], schema: RecordSchema) -> tuple[int, ...]:
    width = len(schema.columns)
    return (width,) if schema.single else (len(rows), width)


def _require_rows(rows: Sequence[Row], schema: RecordSchema) -> None:
    if not rows or (schema.single and len(rows) > 1):
        raise UsageError(f"{len(rows)} records cannot be one payload of this schema")
    for row in rows:
        if len(row) != len(schema.columns):
            raise UsageError(f"a record has {len(row)} values, and the schema has {len(schema.columns)} columns")
