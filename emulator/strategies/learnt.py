"""What the records of a sample file look like."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from typing import Any, Final, NoReturn

from emulator.errors import UsageError
from emulator.model.record import Column, Form, RecordSchema, form_of
from emulator.strategies.columns import numeric, text_column, value_column
from emulator.strategies.npy import read_npy

DELIMITERS: Final = ",;\t|"


def learnt_from(body: bytes, content_type: str) -> RecordSchema:
    """The schema of the records in a sample: types, ranges, categories, and what may be missing.

    Args:
        body: of CSV, JSON, JSON Lines or NumPy's format.
        content_type: says which.

    Raises:
        UsageError: it cannot be read, or has no records.
    """
    learn = LEARNERS[form_of(content_type)]
    if not body.strip():
        _refuse("it is empty", "give at least one record")
    return learn(body, content_type)


def _refuse(why: str, fix: str = "give a sample that the image answers") -> NoReturn:
    raise UsageError("the sample cannot be read.", why=why, fix=fix)


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        _refuse(f"byte {wrong.start} is not UTF-8")


def _from_csv(body: bytes, content_type: str) -> RecordSchema:
    text = _text(body)
    delimiter = _delimiter(text)
    rows = _fields(text, delimiter)
    width = len(rows[0])
    for number, row in enumerate(rows, start=1):
        if len(row) != width:
            _refuse(f"record {number} has {len(row)} fields, and the first one has {width}")
    header = _has_header(rows)
    names = rows[0] if header else [""] * width
    fields = zip(*rows[header:], strict=True)
    return RecordSchema(
        columns=tuple(text_column(name, column) for name, column in zip(names, fields, strict=True)),
        media_type=content_type,
        header=header,
        delimiter=delimiter,
    )


def _fields(text: str, delimiter: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True, strict=True)
    try:
        rows = [[field.strip() for field in row] for row in reader if row]
    except csv.Error as wrong:
        _refuse(f"it is no CSV, {wrong}")
    return rows or _refuse("it has no records")


def _delimiter(text: str) -> str:
    """The one that cuts the first line into most fields; the comma where none does."""
    first = text.lstrip().partition("\n")[0]
    return max(DELIMITERS, key=lambda delimiter: len(_fields_of(first, delimiter)))


def _fields_of(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])


def _has_header(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row is names: never a number, and above numbers, or unlike all words that recur below."""
    first, below = rows[0], list(zip(*rows[1:], strict=True))
    if not below or any(numeric(field) or not field for field in first):
        return False
    if any(numeric(field) for column in below for field in column):
        return True
    recurring = len(rows) > 3 and all(len(set(column)) < len(column) for column in below)
    return recurring and all(name not in column for name, column in zip(first, below, strict=True))


def _from_json(body: bytes, content_type: str) -> RecordSchema:
    whole = _value(_text(body))
    wrapper = ""
    if isinstance(whole, dict) and len(whole) == 1 and _records_of(next(iter(whole.values()))):
        ((wrapper, whole),) = whole.items()
    batch = _records_of(whole)
    records = whole if batch else [whole]
    return _of_values(records, media_type=content_type, wrapper=wrapper, single=not batch)


def _records_of(value: Any) -> bool:
    """Whether it is a list of records."""
    return isinstance(value, list) and bool(value) and all(isinstance(each, list | dict) for each in value)


def _from_json_lines(body: bytes, content_type: str) -> RecordSchema:
    lines = [line for line in _text(body).splitlines() if line.strip()]
    return _of_values([_value(line) for line in lines], media_type=content_type)


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as wrong:
        _refuse(f"it is no JSON, {wrong}")
    except RecursionError:
        _refuse("it is nested too deeply")


def _of_values(records: list[Any], **layout: Any) -> RecordSchema:
    row_key = _row_key(records)
    if row_key:
        records = [record[row_key] for record in records]
    keyed = isinstance(records[0], dict)
    if not all(isinstance(record, dict if keyed else list) and record for record in records):
        _refuse("its records are not all objects, or all arrays, of at least one value")
    columns = _of_objects(records) if keyed else _of_arrays(records)
    return RecordSchema(columns=columns, keyed=keyed, row_key=row_key, **layout)


def _row_key(records: list[Any]) -> str:
    """The lone key of all records, if its values are lists or objects, such as ``features``."""
    first = records[0]
    if not isinstance(first, dict) or len(first) != 1:
        return ""
    key = str(next(iter(first)))
    wrapped = (isinstance(each, dict) and set(each) == {key} and isinstance(each[key], list | dict) for each in records)
    return key if all(wrapped) else ""


def _of_arrays(records: list[list[Any]]) -> tuple[Column, ...]:
    if len(set(map(len, records))) != 1:
        _refuse("its records are of several lengths")
    return tuple(value_column("", values) for values in zip(*records, strict=True))


def _of_objects(records: list[dict[str, Any]]) -> tuple[Column, ...]:
    names = list(dict.fromkeys(name for record in records for name in record))
    return tuple(
        value_column(name, values, absent=len(records) - len(values))
        for name in names
        for values in [[record[name] for record in records if name in record]]
    )


def _from_npy(body: bytes, content_type: str) -> RecordSchema:
    try:
        shape, values = read_npy(body)
    except ValueError as wrong:
        _refuse(f"it is no array of records, {wrong}", "give one of numbers in one or two dimensions")
    if not values:
        _refuse("its array is empty", "give at least one record")
    width = shape[-1]
    columns = tuple(value_column("", values[place::width]) for place in range(width))
    return RecordSchema(columns=columns, media_type=content_type, single=len(shape) == 1)


LEARNERS: Final[dict[Form, Callable[[bytes, str], RecordSchema]]] = {
    "csv": _from_csv,
    "json": _from_json,
    "jsonlines": _from_json_lines,
    "npy": _from_npy,
}
