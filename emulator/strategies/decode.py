"""Bytes as records again, read as strictly as can be."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from emulator.model.record import ABSENT, NAN, Cell, Column, Form, RecordSchema, Row
from emulator.strategies.columns import NUMBER
from emulator.strategies.encode import csv_field
from emulator.strategies.npy import read_npy


def decoded(body: bytes, schema: RecordSchema, *, media_type: str | None = None) -> list[Row]:
    """The records of a body; the inverse of ``encoded``, as strict as a reader can be.

    Raises:
        ValueError: it is not laid out as the schema says.
    """
    layout = schema if media_type is None else replace(schema, media_type=media_type)
    rows = READERS[layout.form](body, layout)
    if not rows or (layout.single and len(rows) != 1):
        raise ValueError(f"{len(rows)} records")
    return rows


def _read_csv(body: bytes, schema: RecordSchema) -> list[Row]:
    text = body.decode("utf-8-sig")
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=schema.delimiter, strict=True))
    except csv.Error as wrong:
        raise ValueError(str(wrong)) from wrong
    if schema.header:
        _require(bool(lines) and tuple(lines.pop(0)) == schema.names, "no header")
    return [
        tuple(_from_field(field, column) for field, column in zip(line, schema.columns, strict=True)) for line in lines
    ]


def _from_field(field: str, column: Column) -> Cell:
    if field == csv_field(None, column):
        return None
    if column.kind == "boolean":
        return {"true": True, "false": False}.get(field, field)
    if column.numeric:
        _require(NUMBER.fullmatch(field) is not None, "no number")
        return int(field) if column.kind == "integer" else float(field)
    return field


def _read_json(body: bytes, schema: RecordSchema) -> list[Row]:
    whole = _json(body.decode())
    if schema.wrapper:
        _require(isinstance(whole, dict) and list(whole) == [schema.wrapper], f"no {schema.wrapper}")
        whole = whole[schema.wrapper]
    if schema.single:
        whole = [whole]
    _require(isinstance(whole, list), "no list of records")
    return [_from_value(record, schema) for record in whole]


def _read_json_lines(body: bytes, schema: RecordSchema) -> list[Row]:
    return [_from_value(_json(line), schema) for line in body.decode().splitlines()]


def _require(true: bool, otherwise: str) -> None:
    if not true:
        raise ValueError(otherwise)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except RecursionError as wrong:
        raise ValueError("nested too deeply") from wrong


def _from_value(value: Any, schema: RecordSchema) -> Row:
    record: Any = value
    if schema.row_key:
        record = record.get(schema.row_key) if isinstance(record, dict) else None
    _require(isinstance(record, dict if schema.keyed else list), "no record")
    cells = record
    if schema.keyed:
        _require(set(record) <= set(schema.names), "other members than columns")
        cells = [_member(record, name, column) for name, column in zip(schema.names, schema.columns, strict=True)]
    return tuple(_missing_or(cell, column) for cell, column in zip(cells, schema.columns, strict=True))


def _member(record: Mapping[str, Any], name: str, column: Column) -> Any:
    _require(name in record or column.marker == ABSENT, f"no {name}")
    return record.get(name)


def _missing_or(cell: Any, column: Column) -> Any:
    _require(cell is None or isinstance(cell, bool | int | float | str), "a value within a value")
    return None if column.marker == NAN and isinstance(cell, float) and math.isnan(cell) else cell


def _read_npy(body: bytes, schema: RecordSchema) -> list[Row]:
    shape, values = read_npy(body)
    dimensions = 1 if schema.single else 2
    _require(len(shape) == dimensions and shape[-1] == len(schema.columns), f"a shape of {shape}")
    width = shape[-1]
    cells = [_from_number(value, schema.columns[place % width]) for place, value in enumerate(values)]
    return [tuple(cells[start : start + width]) for start in range(0, len(cells), width)]


def _from_number(value: float, column: Column) -> Cell:
    if math.isnan(value):
        return None
    if column.kind == "boolean" and value in (0, 1):
        return bool(value)
    return int(value) if column.kind == "integer" and float(value).is_integer() else value


READERS: Final[Mapping[Form, Callable[[bytes, RecordSchema], list[Row]]]] = {
    "csv": _read_csv,
    "json": _read_json,
    "jsonlines": _read_json_lines,
    "npy": _read_npy,
}
