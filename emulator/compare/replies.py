"""A reply's body as values: read as what it is declared to be, and as plain text or bytes where it is not that."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.message import Message
from typing import Any, Final, Literal, TypeAlias

from emulator.compare.masking import REFERENCE
from emulator.contract.body import CSV, is_json, textual
from emulator.contract.sample import LINES
from emulator.model.message import media_type
from emulator.strategies.npy import read_npy

Form: TypeAlias = Literal["CSV", "JSON", "JSON Lines", "npy", "text", "bytes"]
"""How a body was read; the first four have values."""

NPY: Final = "application/x-npy"

_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?", re.ASCII)
_ENDLESS = re.compile(r"[-+]?(?:nan|inf(?:inity)?)", re.IGNORECASE)
_NAME = re.compile(r"[^\W\d][\w .:/%\[\]-]*")
_NO_NAMES = frozenset({"na", "n/a", "none", "null"})
_BOOLEANS = {"true": True, "false": False}
_BARE_REFERENCE = re.compile(rf"(?<=[\[\s:,])({REFERENCE})(?=[\s,\]}}])")  # where a number was masked
_DTYPE = re.compile(rb"'descr':\s*'([^']{1,20})'")


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a body says.

    Attributes:
        form: how it was read.
        value: of JSON, its value; of CSV, JSON Lines and npy, a list of records; else the text, or the bytes.
        header: names of the columns of CSV, where it has them.
        dtype: of npy.
        flaw: why it could not be read as what it is declared to be; empty where it could.
    """

    form: Form
    value: Any
    header: tuple[str, ...] = ()
    dtype: str = ""
    flaw: str = ""


def content(content_type: str | None, body: bytes) -> Content:
    """A body read as the media type that it is declared to have; text exactly, where that has no values."""
    media = media_type(content_type)
    reader = _reader(media)
    if reader is None:
        return _as_text(content_type, body) if not media or textual(media) else Content(form="bytes", value=body)
    try:
        return reader(content_type, body)
    except (ValueError, LookupError, RecursionError, SyntaxError, csv.Error) as wrong:
        plain = _as_text(content_type, body)
        flaw = f"it is not what {media} is: {wrong}"
        return Content(form=plain.form, value=plain.value, flaw=flaw)


def _reader(media: str) -> Callable[[str | None, bytes], Content] | None:
    if media == CSV:
        return _csv
    if media == NPY:
        return _npy
    if media in LINES:
        return _json_lines
    return _json if is_json(media) else None


def _as_text(content_type: str | None, body: bytes) -> Content:
    try:
        return Content(form="text", value=_text(content_type, body))
    except (ValueError, LookupError):
        return Content(form="bytes", value=body)


def _text(content_type: str | None, body: bytes) -> str:
    header = Message()
    header["Content-Type"] = content_type or ""
    return body.decode(str(header.get_param("charset", "utf-8")))


def _csv(content_type: str | None, body: bytes) -> Content:
    text = _text(content_type, body)
    rows = [row for row in csv.reader(io.StringIO(text, newline=""), strict=True) if row]
    header = tuple(rows[0]) if _has_header(rows) else ()
    return Content(
        form="CSV", value=[[_cell(field.strip()) for field in row] for row in rows[bool(header) :]], header=header
    )


def _has_header(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first record is names, each another one, above records that have a number."""
    if len(rows) < 2 or len(set(rows[0])) < len(rows[0]):
        return False
    names = all(_NAME.fullmatch(name) and isinstance(_cell(name), str) for name in rows[0])
    return (
        names
        and not _NO_NAMES.intersection(map(str.lower, rows[0]))
        and any(isinstance(_cell(field), int | float) for row in rows[1:] for field in row)
    )


def _cell(field: str) -> bool | int | float | str | None:
    """What a field of CSV is: nothing, a number, true or false, or a text such as ``np.float64(1.0)``."""
    if not field:
        return None
    if _NUMBER.fullmatch(field) or _ENDLESS.fullmatch(field):
        try:
            return int(field)
        except ValueError:
            return float(field)
    return _BOOLEANS.get(field.lower(), field)


def _json(content_type: str | None, body: bytes) -> Content:
    return Content(form="JSON", value=_value(_text(content_type, body)))


def _json_lines(content_type: str | None, body: bytes) -> Content:
    lines = _text(content_type, body).split("\n")
    return Content(form="JSON Lines", value=[_value(line) for line in lines if line.strip()])


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        quoted = _BARE_REFERENCE.sub(r'"\1"', text)
        if quoted == text:
            raise
    return json.loads(quoted)


def _npy(_content_type: str | None, body: bytes) -> Content:
    shape, values = read_npy(body)
    dtype = _DTYPE.search(body[:512])
    records: list[Any] = list(values)
    if len(shape) == 2:
        records = [values[row * shape[1] : (row + 1) * shape[1]] for row in range(shape[0])]
    return Content(form="npy", value=records, dtype=dtype.group(1).decode("latin-1") if dtype else "")
