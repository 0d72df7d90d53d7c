"""Values that no sample had: not quite numbers, unknown words, nothing at all."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Final

from emulator.model.record import ABSENT, NAN, Column, RecordSchema
from emulator.strategies.draft import Draft, Oddity
from emulator.strategies.encode import quoted

NUMBERS: Final = {
    "infinity": ("inf", "Infinity"),
    "minus infinity": ("-inf", "-Infinity"),
    "number too large for a double": ("1e400", "1e400"),
    "number too small for a double": ("-1e400", "-1e400"),
    "number of 400 digits": ("7" * 400, "7" * 400),
    "number of 5,000 digits": ("7" * 5000, "7" * 5000),
    "number of 400 decimals": ("0." + "3" * 400, "0." + "3" * 400),
}
"""What can be read as a number, in CSV and in JSON."""

NO_NUMBERS: Final = {
    "number as a word": "one",
    "thousands separator": "1,000",
    "decimal comma": "1,5",
    "hexadecimal number": "0x1F",
    "unit after a number": "1.5 cm",
    "two signs": "--1",
    "formula": "=1+1",
    "date for a number": "2024-02-30",
    "newline after a word": "one\ntwo",
}

DOUBTFUL: Final = {"full-width digits": "１２", "underscore in a number": "1_000", "NULL for a number": "NULL"}
"""What some languages read as a number, or as none."""

TEXTS: Final = {
    "Unicode category": "日本語 ☃ 🐚",
    "combining characters": "e\u0301\u200d",
    "right-to-left text": "\u202eשלום",
    "zero byte in a text": "a\x00b",
    "newline in quotes": "a\nb",
    "carriage return in quotes": "a\r\nb",
    "quotes in a text": 'a"b',
    "delimiter in a text": "a,b;c\td",
    "backslashes in a text": "a\\n\\b",
    "long text": "x" * 10_000,
    "blank for a text": " ",
}


def odd_cells() -> Iterator[Oddity]:
    """Oddities of one value of CSV, JSON or JSON Lines."""
    yield Oddity(label="unknown category", fits=_has_categories, make=_category(lambda word: f"un{word}known"))
    yield Oddity(label="category in another case", fits=_has_case, make=_category(str.swapcase))
    yield Oddity(label="blanks around a category", fits=_has_categories, make=_category(lambda word: f" {word} "))
    for label, text in TEXTS.items():
        yield Oddity(label=label, fits=_lacks(text), make=_written(text))
    yield Oddity(label="NaN", fits=_lacks_marker(NAN), make=lambda draft: draft.with_token("NaN"))
    yield Oddity(label="denormal number", fits=_never_denormal, make=lambda draft: draft.with_token("5e-324"))
    for label, (field, token) in NUMBERS.items():
        yield Oddity(label=label, fits=_is_numeric, make=_either(field, token))
    for label, text in NO_NUMBERS.items():
        yield Oddity(label=label, fits=_is_numeric, make=_written(text), malformed=True)
    for label, text in DOUBTFUL.items():
        yield Oddity(label=label, fits=_lacks_marker(text), make=_written(text))
    yield Oddity(label="empty field", fits=_never_missing, make=_either("", "null"))
    yield Oddity(label="quoted empty field", fits=_never_missing, make=_either('""', '""'))
    yield from _odd_values()


def _odd_values() -> Iterator[Oddity]:
    """Those of JSON alone."""
    for label, token, malformed in (
        ("list for a value", "[1]", True),
        ("empty list for a value", "[]", True),
        ("object for a value", '{"value":1}', True),
        ("nested 3,000 deep", "[" * 3000 + "]" * 3000, True),
        ("nothing for a value", "", True),
        ("lone surrogate", '"\\ud800"', False),
        ("undefined", "undefined", True),
    ):
        yield Oddity(label=label, fits=_is_json, make=_either(token, token), malformed=malformed)
    yield Oddity(
        label="number in quotes",
        fits=lambda schema, column: column.numeric and _is_json(schema, column),
        make=_in_quotes,
    )
    yield Oddity(
        label="number for another value",
        fits=lambda schema, column: not column.numeric and _is_json(schema, column),
        make=lambda draft: draft.with_token("12345.5"),
    )
    yield Oddity(
        label="boolean for another value",
        fits=lambda schema, column: column.kind != "boolean" and _is_json(schema, column),
        make=lambda draft: draft.with_token("true"),
    )


def _either(field: str, token: str) -> Callable[[Draft], bytes]:
    return lambda draft: draft.with_token(field if draft.csv else token)


def _written(text: str) -> Callable[[Draft], bytes]:
    """Puts a text in, in the quotes it needs."""
    return lambda draft: draft.with_token(_token(text, draft))


def _token(text: str, draft: Draft) -> str:
    return quoted(text, draft.schema.delimiter) if draft.csv else json.dumps(text, ensure_ascii=False)


def _category(change: Callable[[str], str]) -> Callable[[Draft], bytes]:
    """Puts in what a known category becomes, as often as it takes to be unknown."""

    def make(draft: Draft) -> bytes:
        column = draft.column
        words = [changed for word in column.categories if not column.admits(changed := change(word))]
        unknown = words[0] if words else "".join(column.categories) + "?"
        return draft.with_token(_token(unknown, draft))

    return make


def _in_quotes(draft: Draft) -> bytes:
    token = draft.tokens()[draft.row][draft.place]
    return draft.with_token(f'"{"0" if token in (None, "null", NAN) else token}"')


def _is_json(schema: RecordSchema, _column: Column) -> bool:
    return schema.form in ("json", "jsonlines")


def _is_numeric(_schema: RecordSchema, column: Column) -> bool:
    return column.numeric


def _never_denormal(_schema: RecordSchema, column: Column) -> bool:
    return column.numeric and not column.denormal


def _has_categories(_schema: RecordSchema, column: Column) -> bool:
    return column.kind == "category" and bool(column.categories)


def _has_case(schema: RecordSchema, column: Column) -> bool:
    return _has_categories(schema, column) and any(not column.admits(word.swapcase()) for word in column.categories)


def _lacks(text: str) -> Callable[[RecordSchema, Column], bool]:
    """Fits columns of text that this is none of."""
    return lambda schema, column: (
        column.kind in ("category", "text") and not column.admits(text) and column.marker != text
    )


def _lacks_marker(text: str) -> Callable[[RecordSchema, Column], bool]:
    """Fits numbers whose gaps are not written like that."""
    return lambda schema, column: column.numeric and column.marker != text


def _never_missing(_schema: RecordSchema, column: Column) -> bool:
    return not column.missing and column.marker in ("", ABSENT) and not column.admits("")
