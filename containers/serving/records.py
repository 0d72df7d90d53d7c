"""CSV bodies: bytes in, rows of text and numbers out, or the first fault with its row and column.

Pure text work, so that it can be tested without a server. What is let pass, because clients differ: a byte
order mark, CRLF or CR line ends, a missing or repeated final newline, quoted fields, blanks around a number.
What is not: a blank line between records (dropping it would shift every later answer by one), and anything
that Python would call a number but a spreadsheet would not (`nan`, `inf`, `1_000`).
"""

import csv
import io
import itertools
import math
import re
from collections.abc import Iterable, Iterator, Sequence

# The predictor computes in 32 bits, where anything larger turns into infinity.
LARGEST = 3.4028234663852886e38

PART = 10_000

Row = tuple[int, list[str]]

_NUMBER = re.compile(r"\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*", re.ASCII)
_QUOTABLE = 40


class RecordError(ValueError):
    """A body the caller has to mend; its text is what the caller gets to read."""

    def __init__(self, fault: str, *, row: int | None = None, column: str | None = None) -> None:
        place = ", ".join(part for part in (row and f"row {row}", column and f"column {column!r}") if part)
        super().__init__(f"{place}: {fault}" if place else fault)


def rows(body: bytes) -> Iterator[list[str]]:
    """Split a body into records of text, in order, none of them blank; there is at least one.

    One at a time, here and in the functions below: a list of a large body's records is a Python object so big
    that building, copying or collecting it stops every other thread for longer than a ping may take.
    """
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        fault = f"byte 0x{error.object[error.start]:02x} is not UTF-8"
        raise RecordError(fault, row=error.object.count(b"\n", 0, error.start) + 1) from None
    row = blank = 0
    try:
        for row, record in enumerate(csv.reader(io.StringIO(text, newline=""), strict=True), start=1):
            if not record or (len(record) == 1 and not record[0].strip()):
                blank = blank or row
            elif blank:
                raise RecordError("a blank line between records", row=blank)
            else:
                yield record
    except csv.Error as error:
        raise RecordError(f"not CSV, {error}", row=row + 1) from None
    if row == 0 or blank == 1:
        raise RecordError("the body holds no records")


def numbered(records: Iterable[list[str]], allowed: Sequence[int]) -> Iterator[Row]:
    """Count records from 1, all of which have the same number of fields, one of those allowed."""
    first = 0
    for row, record in enumerate(records, start=1):
        width = len(record)
        if not first and width not in allowed:
            raise RecordError(f"{width} fields, wanted {' or '.join(map(str, allowed))}", row=row)
        first = first or width
        if width != first:
            raise RecordError(f"{width} fields, but row 1 has {first}", row=row)
        yield row, record


def parts(whole: Iterator[Row]) -> Iterator[list[Row]]:
    """Cut rows into lists small enough for the numeric libraries, which hold Python's lock while they work."""
    while part := list(itertools.islice(whole, PART)):
        yield part


def numbers(fields: Sequence[str], columns: Sequence[str], *, row: int) -> list[float]:
    """Read the fields of one row, one for every column name; an empty field is missing, a NaN."""
    try:
        return [_number(field) for field in fields]
    except ValueError:
        raise _first_fault(fields, columns, row) from None


def _number(field: str) -> float:
    if _NUMBER.fullmatch(field) is None:
        if not field or field.isspace():
            return math.nan
        raise ValueError("not a number")
    value = float(field)
    if abs(value) > LARGEST:
        raise ValueError("too large for a 32-bit float")
    return value


def _first_fault(fields: Sequence[str], columns: Sequence[str], row: int) -> RecordError:
    faults: list[RecordError] = []
    for column, field in zip(columns, fields, strict=True):
        try:
            _number(field)
        except ValueError as error:
            shown = field if len(field) <= _QUOTABLE else field[:_QUOTABLE] + "…"
            faults.append(RecordError(f"{shown!r} is {error}", row=row, column=column))
    if row == 1 and not any(field == "" or _NUMBER.fullmatch(field) for field in fields):
        return RecordError(f"{faults[0]}; this looks like a header, send records only")
    return faults[0]
