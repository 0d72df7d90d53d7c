"""Payloads near to valid ones: one thing about them is odd, and has a name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from itertools import chain
from typing import Any, Final

from hypothesis import strategies as st

from emulator.errors import UsageError
from emulator.model.record import Form, RecordSchema
from emulator.strategies.draft import Draft, Oddity
from emulator.strategies.odd_arrays import odd_arrays
from emulator.strategies.odd_cells import odd_cells
from emulator.strategies.odd_json import odd_json, odd_records
from emulator.strategies.odd_lines import odd_csv, odd_json_lines
from emulator.strategies.payload import Payload
from emulator.strategies.records import batches

MOST_ROWS: Final = 3

ODDITIES: Final[dict[Form, tuple[Callable[[], Iterator[Oddity]], ...]]] = {
    "csv": (odd_csv, odd_cells),
    "json": (odd_records, odd_cells, odd_json),
    "jsonlines": (odd_records, odd_cells, odd_json_lines),
    "npy": (odd_arrays,),
}


def neighbours(schema: RecordSchema, *, labels: Collection[str] = ()) -> st.SearchStrategy[Payload]:
    """Payloads with one oddity: in a value, in a record, in the text around them. None of them is a valid one.

    Args:
        schema: of the valid ones.
        labels: of the oddities that are wanted; empty for all.

    Raises:
        UsageError: payloads of its media type cannot be generated, or no oddity of those labels fits.

    Shrinks to the first oddity that fits, in the first value of the smallest record.
    """
    wanted = [oddity for oddity in oddities(schema) if not labels or oddity.label in labels]
    fitting = [(oddity, places) for oddity in wanted if (places := _places(oddity, schema))]
    if not fitting:
        raise UsageError(f"no oddity fits this schema that is called {', '.join(labels)}")
    return _payloads(schema, fitting)


def oddities(schema: RecordSchema) -> list[Oddity]:
    """Every way to leave what is valid in the format of a schema; not each fits each schema."""
    return list(chain.from_iterable(source() for source in ODDITIES[schema.form]))


def _places(oddity: Oddity, schema: RecordSchema) -> list[int]:
    """The columns at which an oddity can be had."""
    if schema.single and oddity.rows > 1:
        return []
    return [place for place, column in enumerate(schema.columns) if oddity.fits(schema, column)]


@st.composite
def _payloads(draw: Any, schema: RecordSchema, fitting: list[tuple[Oddity, list[int]]]) -> Payload:
    oddity, places = draw(st.sampled_from(fitting))
    most = 1 if schema.single else max(MOST_ROWS, oddity.rows)
    rows = draw(batches(schema, min_size=oddity.rows, max_size=most))
    row = draw(st.integers(0, len(rows) - 1))
    draft = Draft(schema=schema, rows=tuple(rows), row=row, place=draw(st.sampled_from(places)))
    return Payload(
        label=oddity.label,
        body=oddity.make(draft),
        content_type=schema.media_type,
        malformed=oddity.malformed,
    )
