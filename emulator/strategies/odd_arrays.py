"""Arrays that are not quite NumPy's, or not quite these records."""

from __future__ import annotations

import math
import pickle
from collections.abc import Callable, Iterator, Sequence

from emulator.model.record import Column, RecordSchema
from emulator.strategies.draft import Draft, Oddity
from emulator.strategies.encode import encoded, numbers
from emulator.strategies.npy import npy


def odd_arrays() -> Iterator[Oddity]:
    """Oddities of NumPy's format."""
    yield Oddity(label="missing column", fits=lambda schema, _: len(schema.columns) > 1, make=_reshaped(-1))
    yield Oddity(label="extra column", make=_reshaped(1))
    yield Oddity(label="NaN", fits=_never_missing, make=_with(math.nan))
    yield Oddity(label="infinity", make=_with(math.inf))
    yield Oddity(label="minus infinity", make=_with(-math.inf))
    yield Oddity(label="denormal number", fits=lambda _, column: not column.denormal, make=_with(5e-324))
    yield Oddity(label="huge number", make=_with(1.7976931348623157e308))
    yield Oddity(label="cut short", make=lambda draft: _whole(draft)[:-1], malformed=True)
    yield Oddity(label="header only", make=lambda draft: npy([], _shape(draft)), malformed=True)
    yield Oddity(label="cut in the header", make=lambda draft: _whole(draft)[:20], malformed=True)
    yield Oddity(label="magic only", make=lambda draft: _whole(draft)[:6], malformed=True)
    yield Oddity(label="bytes after the end", make=lambda draft: _whole(draft) + b"\x00" * 8)
    yield Oddity(label="no records", make=lambda draft: npy([], (0, len(draft.schema.columns))))
    yield Oddity(label="no dimension", make=lambda draft: npy([1.0], ()))
    yield Oddity(label="three dimensions", make=lambda draft: npy(numbers(draft.rows), (1, *_shape(draft))))
    yield Oddity(label="shape far beyond the data", make=lambda draft: npy([1.0], (2**40, 2**20)), malformed=True)
    yield Oddity(label="negative shape", make=lambda draft: npy([1.0], (-1, -1)), malformed=True)
    yield Oddity(label="32-bit numbers", make=lambda draft: npy(_small(draft), _shape(draft), descr="<f4"))
    yield Oddity(label="booleans", make=lambda draft: npy([True] * len(_small(draft)), _shape(draft), descr="|b1"))
    yield Oddity(label="pickled objects", make=_pickled, malformed=True)
    yield Oddity(label="unknown version", make=lambda draft: b"\x93NUMPY\x09\x00" + _whole(draft)[8:], malformed=True)
    yield Oddity(
        label="CSV", make=lambda draft: encoded(draft.rows, draft.schema, media_type="text/csv"), malformed=True
    )
    yield Oddity(label="empty body", make=lambda draft: b"", malformed=True)


def _whole(draft: Draft) -> bytes:
    return encoded(draft.rows, draft.schema)


def _shape(draft: Draft) -> tuple[int, ...]:
    width = len(draft.schema.columns)
    return (width,) if draft.schema.single else (len(draft.rows), width)


def _small(draft: Draft) -> Sequence[float]:
    """The values, as far as 32 bits hold them."""
    return [max(-1e38, min(1e38, number)) for number in numbers(draft.rows)]


def _never_missing(_schema: RecordSchema, column: Column) -> bool:
    return not column.missing


def _with(value: float) -> Callable[[Draft], bytes]:
    """Puts a number in the one place."""

    def make(draft: Draft) -> bytes:
        values = numbers(draft.rows)
        values[draft.row * len(draft.schema.columns) + draft.place] = value
        return npy(values, _shape(draft))

    return make


def _reshaped(more: int) -> Callable[[Draft], bytes]:
    """Adds a column of ones to every record, or takes the last one."""

    def make(draft: Draft) -> bytes:
        rows = [(*row, 1.0) if more > 0 else row[:more] for row in draft.rows]
        shape = _shape(draft)
        return npy(numbers(rows), (*shape[:-1], shape[-1] + more))

    return make


def _pickled(draft: Draft) -> bytes:
    header = npy([], _shape(draft)).replace(b"'<f8'", b"'|O' ")
    return header + pickle.dumps([list(row) for row in draft.rows], protocol=2)
