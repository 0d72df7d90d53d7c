"""Hypothesis strategies for payloads: valid records, other spellings of them, near misses, and worse.

::

    learnt_from, schema_records   a sample file, or a JSON Schema, to a RecordSchema
    records, batches              valid rows of it
    encoded, decoded              rows to bytes and back
    equivalent_encodings          the same rows in other bytes
    neighbours                    payloads with one oddity
    media_types                   spellings of a media type
    hostile_bodies                what has nothing to do with records

All of them shrink to the smallest record. Beside this room, only `fuzz` names hypothesis.
"""

from __future__ import annotations

from emulator.strategies.decode import decoded
from emulator.strategies.encode import encoded
from emulator.strategies.equivalent import equivalent_encodings
from emulator.strategies.from_json_schema import schema_records
from emulator.strategies.hostile import hostile_bodies
from emulator.strategies.learnt import learnt_from
from emulator.strategies.media_types import MediaType, media_types
from emulator.strategies.neighbours import neighbours
from emulator.strategies.payload import Payload
from emulator.strategies.records import batches, records

__all__ = [
    "MediaType",
    "Payload",
    "batches",
    "decoded",
    "encoded",
    "equivalent_encodings",
    "hostile_bodies",
    "learnt_from",
    "media_types",
    "neighbours",
    "records",
    "schema_records",
]
