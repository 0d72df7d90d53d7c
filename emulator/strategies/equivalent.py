"""Other bytes that mean the same records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from emulator.model.record import Form, RecordSchema, Row
from emulator.strategies.encode import encoded, numbers
from emulator.strategies.npy import npy
from emulator.strategies.payload import Payload

WRITINGS: Final[dict[Form, dict[str, dict[str, Any]]]] = {
    "csv": {
        "CRLF line ends": {"newline": "\r\n"},
        "no newline at the end": {"trailing": False},
        "all fields quoted": {"quoting": "all"},
    },
    "json": {"blanks in the JSON": {"gap": "\n  "}},
    "jsonlines": {
        "CRLF line ends": {"newline": "\r\n"},
        "no newline at the end": {"trailing": False},
        "blanks in the JSON": {"gap": " "},
    },
    "npy": {},
}


def equivalent_encodings(rows: Sequence[Row], schema: RecordSchema) -> list[Payload]:
    """The same records under another spelling of their media type, and in other bytes; not as ``encoded`` has them.

    Raises:
        UsageError: the rows do not fit the schema, or the format cannot hold them.
    """
    plain = encoded(rows, schema)
    return [
        Payload(label="upper-case media type", body=plain, content_type=_upper(schema.media_type)),
        *(
            Payload(label="charset parameter", body=plain, content_type=content_type)
            for content_type in [f"{schema.media_type}; charset=utf-8"]
            if "charset" not in schema.media_type.lower() and schema.form != "npy"
        ),
        *(
            Payload(label=label, body=body, content_type=schema.media_type)
            for label, body in _bodies(rows, schema)
            if body != plain
        ),
    ]


def _upper(media_type: str) -> str:
    bare, semicolon, parameters = media_type.partition(";")
    return bare.upper() + semicolon + parameters


def _bodies(rows: Sequence[Row], schema: RecordSchema) -> Iterator[tuple[str, bytes]]:
    for label, how in WRITINGS[schema.form].items():
        yield label, encoded(rows, schema, **how)
    if schema.keyed and schema.form in ("json", "jsonlines"):
        turned = replace(schema, columns=schema.columns[::-1])
        yield "members in another order", encoded([row[::-1] for row in rows], turned)
    if schema.form == "npy":
        yield from _arrays(rows, schema)


def _arrays(rows: Sequence[Row], schema: RecordSchema) -> Iterator[tuple[str, bytes]]:
    shape = (len(rows[0]),) if schema.single else (len(rows), len(rows[0]))
    yield "format version 2.0", npy(numbers(rows), shape, version=2)
    yield "big-endian numbers", npy(numbers(rows), shape, descr=">f8")
    if not schema.single:
        columns = list(zip(*rows, strict=True))
        yield "column after column", npy(numbers(columns), shape, fortran=True)
