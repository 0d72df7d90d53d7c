"""Texts that are not quite JSON, or not quite these records."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace

from emulator.model.record import ABSENT, Column, RecordSchema
from emulator.strategies.draft import Draft, Oddity
from emulator.strategies.encode import BOM


def odd_records() -> Iterator[Oddity]:
    """Oddities of one record of JSON or JSON Lines."""
    yield Oddity(label="missing member", fits=_required, make=lambda draft: draft.with_tokens(_left_out))
    yield Oddity(
        label="missing value", fits=_wide_array, make=lambda draft: draft.with_tokens(_without), malformed=True
    )
    yield Oddity(label="extra member", fits=_keyed, make=_member('"byoc unknown":1'))
    yield Oddity(label="extra value", fits=_is_array, make=lambda draft: draft.with_tokens(_longer))
    yield Oddity(label="duplicate key", fits=_keyed, make=_duplicate)
    yield Oddity(label="member in another case", fits=_named, make=_renamed(str.swapcase))
    yield Oddity(
        label="empty record", make=lambda draft: draft.with_line(lambda _: "{}" if draft.schema.keyed else "[]")
    )
    yield Oddity(label="null for a record", make=lambda draft: draft.with_line(lambda _: "null"), malformed=True)
    yield Oddity(label="text for a record", make=lambda draft: draft.with_line(lambda _: '"record"'), malformed=True)
    yield Oddity(label="object for an array, or the reverse", make=_turned)
    yield Oddity(label="record in single quotes", make=_single_quotes, malformed=True)
    yield Oddity(label="comma at the end", make=lambda draft: draft.with_line(lambda line: f"{line[:-1]},{line[-1]}"))


def odd_json() -> Iterator[Oddity]:
    """Oddities of JSON as a whole."""
    yield Oddity(label="cut short", make=lambda draft: _whole(draft)[:-1], malformed=True)
    yield Oddity(label="cut in half", make=lambda draft: _whole(draft)[: len(_whole(draft)) // 2], malformed=True)
    yield Oddity(label="no records", fits=_batched, make=lambda draft: draft.text([]).encode())
    yield Oddity(label="record without its list", fits=_batched, make=_lone)
    yield Oddity(label="list in a list", make=lambda draft: b"[" + _whole(draft) + b"]")
    yield Oddity(label="without the wrapper", fits=_wrapped, make=_wrapper(""))
    yield Oddity(label="another wrapper", fits=_wrapped, make=_wrapper("byoc_unknown"))
    yield Oddity(label="wrapper added", fits=lambda schema, _: not schema.wrapper, make=_wrapper("byoc_unknown"))
    yield Oddity(label="JSON in a JSON text", make=lambda draft: json.dumps(_whole(draft).decode()).encode())
    yield Oddity(label="comment", make=lambda draft: b"// comment\n" + _whole(draft), malformed=True)
    yield Oddity(label="two documents", make=lambda draft: _whole(draft) + b"\n" + _whole(draft), malformed=True)
    yield Oddity(label="nested 100,000 deep", make=lambda draft: b"[" * 100_000, malformed=True)
    yield Oddity(label="text after the end", make=lambda draft: _whole(draft) + b"x", malformed=True)
    yield Oddity(label="zero byte at the end", make=lambda draft: _whole(draft) + b"\x00", malformed=True)
    yield Oddity(label="byte order mark", make=lambda draft: BOM + _whole(draft))
    yield Oddity(label="UTF-16", make=lambda draft: _whole(draft).decode().encode("utf-16"))
    yield Oddity(label="empty body", make=lambda draft: b"", malformed=True)
    for document in ("null", "{}", "[]", '""', "0", "true", "NaN"):
        yield Oddity(label=f"{document} for all", make=_constant(document.encode()))


def _whole(draft: Draft) -> bytes:
    return draft.text(draft.lines()).encode()


def _keyed(schema: RecordSchema, _column: Column) -> bool:
    return schema.keyed


def _is_array(schema: RecordSchema, _column: Column) -> bool:
    return not schema.keyed


def _wide_array(schema: RecordSchema, _column: Column) -> bool:
    return not schema.keyed and len(schema.columns) > 1


def _required(schema: RecordSchema, column: Column) -> bool:
    return schema.keyed and not (column.missing and column.marker == ABSENT)


def _named(schema: RecordSchema, column: Column) -> bool:
    return schema.keyed and column.name.swapcase() not in schema.names


def _batched(schema: RecordSchema, _column: Column) -> bool:
    return not schema.single


def _wrapped(schema: RecordSchema, _column: Column) -> bool:
    return bool(schema.wrapper)


def _constant(body: bytes) -> Callable[[Draft], bytes]:
    return lambda draft: body


def _left_out(tokens: list[str | None], place: int) -> list[str | None]:
    return [*tokens[:place], None, *tokens[place + 1 :]]


def _without(tokens: list[str | None], place: int) -> list[str | None]:
    return tokens[:place] + tokens[place + 1 :]


def _longer(tokens: list[str | None], _place: int) -> list[str | None]:
    return [*tokens, "1"]


def _member(member: str) -> Callable[[Draft], bytes]:
    """Puts a member in front of those of the record."""

    def make(draft: Draft) -> bytes:
        opening = f"{{{json.dumps(draft.schema.row_key)}:{{" if draft.schema.row_key else "{"
        return draft.with_line(lambda line: opening + member + line[len(opening) - 1 :].replace("{", ",", 1))

    return make


def _duplicate(draft: Draft) -> bytes:
    name = draft.schema.names[draft.place]
    return _member(f"{json.dumps(name, ensure_ascii=False)}:null")(draft)


def _renamed(change: Callable[[str], str]) -> Callable[[Draft], bytes]:
    def make(draft: Draft) -> bytes:
        columns = list(draft.schema.columns)
        columns[draft.place] = replace(draft.column, name=change(draft.column.name), marker="")
        return _whole(replace(draft, schema=replace(draft.schema, columns=tuple(columns))))

    return make


def _turned(draft: Draft) -> bytes:
    return _whole(replace(draft, schema=replace(draft.schema, keyed=not draft.schema.keyed)))


def _single_quotes(draft: Draft) -> bytes:
    return draft.with_line(lambda line: line.replace('"', "'") if '"' in line else f"'{line}'")


def _lone(draft: Draft) -> bytes:
    return draft.lines()[draft.row].encode()


def _wrapper(name: str) -> Callable[[Draft], bytes]:
    return lambda draft: _whole(replace(draft, schema=replace(draft.schema, wrapper=name)))
