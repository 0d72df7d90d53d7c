"""Texts that are not quite CSV or JSON Lines, or not quite these records."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from emulator.model.record import Column, RecordSchema
from emulator.strategies.draft import Draft, Oddity
from emulator.strategies.encode import BOM, csv_text, json_record, json_tokens


def odd_csv() -> Iterator[Oddity]:
    """Oddities of CSV as a whole."""
    yield Oddity(label="missing field", fits=_wide, make=lambda draft: draft.with_tokens(_without), malformed=True)
    yield Oddity(label="missing column", fits=_wide, make=_missing_column)
    yield Oddity(label="extra column", make=lambda draft: _each(draft, lambda line: f"{line}{draft.schema.delimiter}1"))
    yield Oddity(label="ragged records", rows=2, make=_longer, malformed=True)
    yield Oddity(
        label="delimiter at the end", make=lambda draft: _each(draft, lambda line: line + draft.schema.delimiter)
    )
    yield Oddity(label="another delimiter", fits=_wide, make=_another_delimiter)
    yield Oddity(
        label="quote that does not end", make=lambda draft: draft.with_line(lambda line: '"' + line), malformed=True
    )
    yield Oddity(label="quote inside of a field", make=lambda draft: draft.with_line(lambda line: f'{line}"x'))
    yield Oddity(label="header added", fits=lambda schema, _: not schema.header, make=_header(True))
    yield Oddity(label="header removed", fits=lambda schema, _: schema.header, make=_header(False))
    yield Oddity(label="comment", make=lambda draft: b"# comment\n" + _whole(draft))
    yield Oddity(label="record cut short", fits=_wide, make=_cut, malformed=True)
    yield Oddity(label="CR line ends", rows=2, make=lambda draft: _whole(draft).replace(b"\n", b"\r"))
    yield from _odd_texts()


def odd_json_lines() -> Iterator[Oddity]:
    """Oddities of JSON Lines as a whole, beside those of a record."""
    yield Oddity(label="record cut short", make=lambda draft: _whole(draft)[:-2], malformed=True)
    yield Oddity(label="records in a list", make=lambda draft: f"[{','.join(draft.lines())}]".encode())
    yield Oddity(label="records on one line", rows=2, make=lambda draft: "".join(draft.lines()).encode())
    yield Oddity(label="record over several lines", make=_over_lines)
    yield Oddity(label="comma between records", rows=2, make=lambda draft: ",\n".join(draft.lines()).encode())
    yield from _odd_texts()


def _odd_texts() -> Iterator[Oddity]:
    """Those of all formats of lines."""
    yield Oddity(label="byte order mark", make=lambda draft: BOM + _whole(draft))
    yield Oddity(label="UTF-16", make=lambda draft: _whole(draft).decode().encode("utf-16"))
    yield Oddity(label="empty body", make=lambda draft: b"")
    yield Oddity(label="newline only", make=lambda draft: b"\n")
    yield Oddity(label="blank line first", make=lambda draft: b"\n" + _whole(draft))
    yield Oddity(label="blank line last", make=lambda draft: _whole(draft) + b"\n")
    yield Oddity(label="blank line between records", rows=2, make=lambda draft: "\n\n".join(draft.lines()).encode())
    yield Oddity(label="both CRLF and LF", rows=2, make=lambda draft: _whole(draft).replace(b"\n", b"\r\n", 1))
    yield Oddity(label="zero byte at the end", make=lambda draft: _whole(draft) + b"\x00")


def _wide(schema: RecordSchema, _column: Column) -> bool:
    return len(schema.columns) > 1


def _whole(draft: Draft) -> bytes:
    return draft.text(draft.lines()).encode()


def _each(draft: Draft, change: Callable[[str], str]) -> bytes:
    return draft.text([change(line) for line in draft.lines()]).encode()


def _without(tokens: list[str | None], place: int) -> list[str | None]:
    return tokens[:place] + tokens[place + 1 :]


def _missing_column(draft: Draft) -> bytes:
    place, columns = draft.place, draft.schema.columns
    lines = [[token or "" for token in _without(tokens, place)] for tokens in draft.tokens()]
    return csv_text(lines, replace(draft.schema, columns=columns[:place] + columns[place + 1 :]), raw=True).encode()


def _longer(draft: Draft) -> bytes:
    return draft.with_tokens(lambda tokens, _: [*tokens, "1"])


def _another_delimiter(draft: Draft) -> bytes:
    other = ";" if draft.schema.delimiter == "," else ","
    lines = [[token or "" for token in tokens] for tokens in draft.tokens()]
    return csv_text(lines, replace(draft.schema, delimiter=other), raw=True).encode()


def _header(wanted: bool) -> Callable[[Draft], bytes]:
    def make(draft: Draft) -> bytes:
        lines = [[token or "" for token in tokens] for tokens in draft.tokens()]
        return csv_text(lines, replace(draft.schema, header=wanted), raw=True).encode()

    return make


def _cut(draft: Draft) -> bytes:
    """Without the last field, the delimiter before it and the newline."""
    table = draft.tokens()
    table[-1] = table[-1][:-1]
    return draft.text([draft.line(tokens) for tokens in table]).encode().rstrip(b"\n")


def _over_lines(draft: Draft) -> bytes:
    records = [json_record(json_tokens(row, draft.schema), draft.schema, gap="\n") for row in draft.rows]
    return "\n".join(records).encode()
