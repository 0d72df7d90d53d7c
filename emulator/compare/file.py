"""Recordings as files that people review: JSON in a stable order, with a line for each line of a body."""

from __future__ import annotations

import base64
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from secrets import token_hex
from typing import Any, Final

from emulator.compare.reading import recording_from
from emulator.errors import UsageError
from emulator.model.recording import Exchange, Recording, Stage

SCHEMA: Final = "byoc-emulator/recording/1"

MEND: Final = "restore it from version control, or record again into another file"

WIDTH: Final = 100
"""A line of JSON that is longer is cut behind its records, or its values."""

BASE64_WIDTH: Final = 76

CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
"""What no text has in it; other characters that cannot be seen are spelled out, as JSON can."""

RECORD_END: Final = re.compile(r"(?<=[\]}],)(?=.)", re.DOTALL)
VALUE_END: Final = re.compile(r"(?<=,)(?=.)", re.DOTALL)


def read_recording(path: Path) -> Recording:
    """The recording in a file.

    Raises:
        UsageError: it cannot be read, is none, or is one of another schema.
    """
    try:
        read: Any = json.loads(path.read_text("utf-8"))
    except OSError as unreadable:
        why = unreadable.strerror or str(unreadable)
        raise UsageError(f"{path} cannot be read.", why=why, fix="give a file of byoc record") from unreadable
    except (ValueError, RecursionError) as broken:
        raise UsageError(f"{path} is no recording.", why=f"it is no JSON: {broken}", fix=MEND) from broken
    schema = read.get("schema") if isinstance(read, dict) else None
    if not isinstance(schema, str) or not schema.startswith(SCHEMA.rpartition("/")[0]):
        raise UsageError(f"{path} is no recording.", why=f'its "schema" is not {SCHEMA}', fix=MEND)
    if schema != SCHEMA:
        fix = "record again, or read it with the version of byoc-emulator that wrote it"
        raise UsageError(f"{path} is of another schema.", why=f"{schema}, not {SCHEMA}", fix=fix)
    try:
        return recording_from(read)
    except (KeyError, TypeError, ValueError, OverflowError) as wrong:
        raise UsageError(f"{path} is no recording.", why=f"{type(wrong).__name__}: {wrong}", fix=MEND) from wrong


def replaced_by(path: Path, *, update: bool) -> Recording | None:
    """The recording that writing to ``path`` would replace; None where there is none. To be asked before any work.

    Raises:
        UsageError: there is a file and ``update`` is not given, it is no recording, or the folder is missing.
    """
    if not path.absolute().parent.is_dir():
        raise UsageError(f"{path} cannot be written.", why="its folder does not exist", fix="make it first")
    if not os.path.lexists(path):
        return None
    if not update:
        raise _exists(path)
    return read_recording(path)


def write_recording(recording: Recording, path: Path, *, update: bool) -> None:
    """Write a file whole, or not at all.

    Args:
        recording: what.
        path: where; its folder exists.
        update: replace the recording that is there.

    Raises:
        UsageError: as :func:`replaced_by`, or the file cannot be written.
    """
    replaced_by(path, update=update)
    text, target = text_of(recording), path.resolve() if update else path
    try:
        with _draft_of(target, text) as draft:
            if update:
                draft.replace(target)
            else:
                os.link(draft, target)  # unlike a rename, it does not take the place of what came meanwhile
    except FileExistsError as meanwhile:
        raise _exists(path) from meanwhile
    except OSError as refused:
        raise UsageError(f"{path} cannot be written.", why=str(refused), fix="choose another place") from refused


def text_of(recording: Recording) -> str:
    """A recording as the file has it; equal recordings give equal texts."""
    whole = {
        "schema": SCHEMA,
        "origin": recording.origin,
        "subject": recording.subject,
        "date": recording.date,
        "version": recording.version,
        "startup_seconds": recording.startup_seconds,
        "stages": [_stage(each) for each in recording.stages],
        "exchanges": [_exchange(each) for each in recording.exchanges],
    }
    text = json.dumps(whole, indent=1, ensure_ascii=False, allow_nan=False)
    return "".join(each if each.isprintable() or each == "\n" else json.dumps(each)[1:-1] for each in text) + "\n"


def _stage(stage: Stage) -> dict[str, Any]:
    plain = {each.name: getattr(stage, each.name) for each in fields(Stage)}
    return {**plain, "versions": dict(sorted(stage.versions.items())), "warnings": list(stage.warnings)}


def _exchange(exchange: Exchange) -> dict[str, Any]:
    request = exchange.request
    return {
        "request": {
            "content_type": request.content_type,
            "accept": request.accept,
            "body": _body(request.body),
        },
        "status": exchange.status,
        "content_type": exchange.content_type,
        "body": _body(exchange.body),
        "failure": exchange.failure,
    }


def _body(body: bytes) -> list[str] | dict[str, list[str]]:
    """Text in pieces that put together are the body, each a line; what is no text in base64."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        text = "\0"
    if CONTROL.search(text):
        coded = base64.b64encode(body).decode()
        return {"base64": [coded[start : start + BASE64_WIDTH] for start in range(0, len(coded), BASE64_WIDTH)]}
    return [piece for line in re.findall(r"[^\n]*\n|[^\n]+", text) for piece in _pieces(line)]


def _pieces(line: str) -> list[str]:
    if len(line) <= WIDTH or not line.lstrip().startswith(("{", "[")):
        return [line]
    records = RECORD_END.split(line)
    return records if len(records) > 1 else VALUE_END.split(line)


def _exists(path: Path) -> UsageError:
    return UsageError(
        f"{path} is there already.", why="a recording is what others are held against", fix="replace it with --update"
    )


@contextmanager
def _draft_of(path: Path, text: str) -> Iterator[Path]:
    draft = path.with_name(f".{path.name}.{token_hex(4)}")
    try:
        draft.write_text(text, "utf-8", newline="\n")
        yield draft
    finally:
        draft.unlink(missing_ok=True)
