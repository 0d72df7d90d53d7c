"""Near misses, spellings and hostile bodies: named, never valid, and small."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator import limits
from emulator.errors import UsageError
from emulator.model.record import RecordSchema, Row
from emulator.strategies import (
    MediaType,
    Payload,
    batches,
    decoded,
    encoded,
    equivalent_encodings,
    hostile_bodies,
    media_types,
    neighbours,
)
from emulator.strategies.draft import Draft, Oddity
from emulator.strategies.neighbours import oddities
from tests.unit.strategies.samples import SCHEMAS, smallest


def read(body: bytes, schema: RecordSchema) -> list[Row]:
    """The records of a body if they are plausible, else none."""
    try:
        rows = decoded(body, schema)
    except ValueError:
        return []
    return rows if all(map(schema.admits, rows)) else []


def drafts(row: Row, schema: RecordSchema, oddity: Oddity) -> list[Draft]:
    """The smallest records, once for each value that an oddity fits."""
    if schema.single and oddity.rows > 1:
        return []
    places = [place for place, column in enumerate(schema.columns) if oddity.fits(schema, column)]
    return [Draft(schema=schema, rows=(row,) * oddity.rows, place=place) for place in places]


@pytest.mark.parametrize("name", SCHEMAS)
def test_no_oddity_is_a_valid_payload(name: str) -> None:
    """Done to the smallest record, none gives what a valid batch is written as, and what is malformed is not read."""
    schema = SCHEMAS[name]
    row = smallest(batches(schema))[0]
    for oddity in oddities(schema):
        for draft in drafts(row, schema, oddity):
            body = oddity.make(draft)
            rows = read(body, schema)
            assert not (rows and oddity.malformed), (oddity.label, body[:80])
            assert not rows or body not in valid(rows, schema), (oddity.label, body[:80])


def valid(rows: list[Row], schema: RecordSchema) -> list[bytes]:
    """All that we write for records."""
    return [encoded(rows, schema), *(payload.body for payload in equivalent_encodings(rows, schema))]


@pytest.mark.parametrize("name", SCHEMAS)
@settings(max_examples=25)
@given(data=st.data())
def test_neighbours_are_drawn(name: str, data: st.DataObject) -> None:
    """Each is a body with a name, of the type of the sample, and is no valid one."""
    schema = SCHEMAS[name]
    payload = data.draw(neighbours(schema))
    rows = read(payload.body, schema)

    assert payload.label
    assert schema.media_type == payload.content_type
    assert not rows or payload.body not in valid(rows, schema)


@pytest.mark.parametrize("name", SCHEMAS)
def test_labels_tell_oddities_apart(name: str) -> None:
    """No two oddities of a format share a name."""
    labels = [oddity.label for oddity in oddities(SCHEMAS[name])]

    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize(
    ("name", "label", "body"),
    [
        ("csv", "missing field", b"0.4,7\n"),
        ("csv", "extra column", b"F,0.4,7,1\n"),
        ("csv", "unknown category", b"unFknown,0.4,7\n"),
        ("csv", "category in another case", b"f,0.4,7\n"),
        ("csv", "infinity", b"F,inf,7\n"),
        ("csv", "newline after a word", b'F,"one\ntwo",7\n'),
        ("csv", "empty field", b",0.4,7\n"),
        ("csv", "quote that does not end", b'"F,0.4,7\n'),
        ("csv", "another delimiter", b"F;0.4;7\n"),
        ("csv", "header added", b"column_1,column_2,column_3\nF,0.4,7\n"),
        ("csv with a header", "header removed", b"F;0.4\n"),
        ("csv", "ragged records", b"F,0.4,7,1\nF,0.4,7\n"),
        ("csv", "both CRLF and LF", b"F,0.4,7\r\nF,0.4,7\n"),
        ("csv", "record cut short", b"F,0.4"),
        ("json objects", "missing member", b'[{"b":"x"}]'),
        ("json objects", "extra member", b'[{"byoc unknown":1,"a":1,"b":"x"}]'),
        ("json objects", "duplicate key", b'[{"a":null,"a":1,"b":"x"}]'),
        ("json objects", "empty field", b'[{"a":null,"b":"x"}]'),
        ("json objects", "number in quotes", b'[{"a":"1","b":"x"}]'),
        ("json instances", "extra value", b'{"instances":[{"features":[1,3.0,1]}]}'),
        ("json instances", "without the wrapper", b'[{"features":[1,3.0]}]'),
        ("json lines of features", "infinity", b'{"features":[Infinity,0]}\n'),
    ],
)
def test_neighbour_shrinks_to_the_smallest_record(name: str, label: str, body: bytes) -> None:
    """Of each oddity the least is left: one record, or two where it takes two."""
    assert body == smallest(neighbours(SCHEMAS[name], labels=[label])).body


def test_neighbour_shrinks_to_the_first_oddity() -> None:
    """Of all oddities the first is left."""
    assert "missing field" == smallest(neighbours(SCHEMAS["csv"])).label


def test_unknown_oddity_is_refused() -> None:
    """A label that nothing has leaves nothing to draw."""
    with pytest.raises(UsageError):
        neighbours(SCHEMAS["csv"], labels=["missing fields"])


@pytest.mark.parametrize("known", ["text/csv", "application/json; charset=utf-8", "application/x-npy"])
@settings(max_examples=30)
@given(data=st.data())
def test_media_types_are_other_spellings(known: str, data: st.DataObject) -> None:
    """None is the known one, all fit in a header, and the equivalent ones name its type."""
    found = data.draw(media_types(known))

    assert found.value != known
    assert len(found.value) <= limits.HEADER_LENGTH
    assert "\n" not in found.value
    assert not found.equivalent or found.value.lower().startswith(known.partition(";")[0])


def test_media_type_shrinks_to_the_plainest() -> None:
    """The first spelling is the one that is most alike; of the others it is none at all."""
    assert smallest(media_types("text/csv")) == MediaType(label="upper-case type", value="TEXT/CSV", equivalent=True)
    assert smallest(media_types("text/csv"), lambda found: not found.equivalent).value == ""


@pytest.mark.parametrize("known", ["", "text", "text/", "/csv", " ; a=b"])
def test_no_media_type_is_refused(known: str) -> None:
    """There are no variations of nothing."""
    with pytest.raises(UsageError):
        media_types(known)


@settings(max_examples=40)
@given(hostile_bodies("text/csv"))
def test_hostile_bodies_are_bounded(payload: Payload) -> None:
    """Each has a name, a body, the type that it claims, and an end."""
    assert payload.label
    assert payload.content_type == "text/csv"
    assert 0 < len(payload.body) <= 200_000


@pytest.mark.parametrize(
    ("label", "body"),
    [("zero bytes", b"\x00"), ("random bytes", b"\x00"), ("invalid UTF-8", b"\xff"), ("zip magic", b"PK\x03\x04")],
)
def test_hostile_body_shrinks(label: str, body: bytes) -> None:
    """Of each kind the shortest is left."""
    assert body == smallest(hostile_bodies("text/csv"), lambda payload: payload.label == label).body


def test_hostile_body_needs_a_type() -> None:
    """A body that claims nothing is another test."""
    with pytest.raises(UsageError):
        hostile_bodies(" ")
