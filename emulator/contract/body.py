"""A reply's body, read as what it is declared to be."""

from __future__ import annotations

import ast
import csv
import io
import json
from collections.abc import Callable
from email.message import Message
from itertools import pairwise
from typing import Any, Final, NoReturn

from emulator.contract.sample import LINES
from emulator.model.message import HttpReply, media_type

CSV: Final = "text/csv"

MAGIC: Final = {
    "application/x-npy": b"\x93NUMPY",
    "application/x-npz": b"PK",
    "application/zip": b"PK",
    "application/gzip": b"\x1f\x8b",
    "application/x-parquet": b"PAR1",
    "application/x-recordio-protobuf": b"\x0a\x23\xd7\xce",
    "image/png": b"\x89PNG",
    "image/jpeg": b"\xff\xd8\xff",
}
"""What a body of these types begins with."""


def textual(media: str) -> bool:
    """Whether bodies of a media type are text."""
    return media.startswith("text/") or is_json(media) or media in LINES


def is_json(media: str) -> bool:
    """Whether bodies of a media type are one JSON text."""
    return media == "application/json" or media.endswith("+json")


def flaw(reply: HttpReply) -> str:
    """Why a body is not what its headers say; empty where it is, and where nothing is known of its type."""
    coding = reply.headers.get("content-encoding", "identity").strip().lower()
    if coding not in ("", "identity"):
        return f"it is compressed ({coding}), and SageMaker does not pass Content-Encoding on"
    media = media_type(reply.content_type)
    if media in MAGIC and not reply.body.startswith(MAGIC[media]):
        return f"it begins with {reply.body[:8]!r}, not {MAGIC[media]!r}"
    if not textual(media) or reply.status == 204:
        return ""
    charset = _charset(reply)
    try:
        text = reply.body.decode(charset)
    except LookupError:
        return f"there is no charset {charset}"
    except UnicodeDecodeError as stray:
        return f"byte {stray.start} is not {charset}"
    return _text_flaw(text, media)


def records(reply: HttpReply) -> int | None:
    """How many a reply has; None where its type does not tell."""
    media = media_type(reply.content_type)
    try:
        if media == "application/x-npy":
            return _first_dimension(reply.body)
        if media in LINES:
            return len(_parsed(reply))
        return _listed(_parsed(reply)) if is_json(media) else None
    except (ValueError, SyntaxError, LookupError, RecursionError, csv.Error):
        return None


def _charset(reply: HttpReply) -> str:
    header = Message()
    header["Content-Type"] = reply.content_type or ""
    return str(header.get_param("charset", "utf-8"))


def _text_flaw(text: str, media: str) -> str:
    looks: dict[str, Callable[[str], str]] = {CSV: _csv_flaw, "text/html": _html_flaw}
    if media in looks:
        return looks[media](text)
    lines = [text] if is_json(media) else []
    if media in LINES:
        lines = [line for line in text.split("\n") if line.strip()]
    for number, line in enumerate(lines, start=1):
        try:
            json.loads(line, parse_constant=_no_constant)
        except (ValueError, RecursionError) as wrong:
            return f"{'it' if is_json(media) else f'line {number}'} is no JSON ({wrong})"
    return ""


def _csv_flaw(text: str) -> str:
    if _structured(text):
        return "it is JSON"
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), strict=True) if row]
    except csv.Error as wrong:  # that a field is too long for this reader says nothing of the reply
        return "" if "limit" in str(wrong) else f"it is no CSV ({wrong})"
    for number, (above, row) in enumerate(pairwise(rows), start=2):
        if len(above) != len(row):
            return f"row {number} has {len(row)} fields and the one above it {len(above)}"
    return ""


def _html_flaw(text: str) -> str:
    if _structured(text):
        return "it is JSON"
    return "" if not text.strip() or ("<" in text and ">" in text) else "it has no tag"


def _structured(text: str) -> bool:
    """Whether it is a JSON object or array; a lone number is CSV just as well."""
    if not text.lstrip().startswith(("{", "[")):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not in its grammar")


def _parsed(reply: HttpReply) -> Any:
    """As lists, dictionaries, texts and numbers; the bytes themselves where the type is another."""
    media = media_type(reply.content_type)
    if not textual(media):
        return reply.body
    text = reply.body.decode(_charset(reply))
    if media == CSV:
        return [row for row in csv.reader(io.StringIO(text, newline="")) if row]
    if media in LINES:
        return [json.loads(line) for line in text.split("\n") if line.strip()]
    return json.loads(text) if is_json(media) else text.split()


def _listed(value: Any) -> int | None:
    """The length of a list, or of the lists in an object if they have all the same."""
    if isinstance(value, list):
        return len(value)
    lengths = {len(each) for each in value.values() if isinstance(each, list)} if isinstance(value, dict) else set()
    return lengths.pop() if len(lengths) == 1 else None


def _first_dimension(body: bytes) -> int | None:
    """Of an array in NumPy's own format, whose header is a Python dictionary."""
    if not body.startswith(MAGIC["application/x-npy"]) or len(body) < 12:
        return None
    wide = 2 if body[6] == 1 else 4
    end = 8 + wide + int.from_bytes(body[8 : 8 + wide], "little")
    shape = ast.literal_eval(body[8 + wide : end].decode("latin-1").strip())["shape"]
    return int(shape[0]) if shape else None
