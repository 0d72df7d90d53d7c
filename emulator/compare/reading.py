"""A recording from the JSON of its file, with every value of the kind that it must be."""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping
from typing import Any, Final, TypeVar, get_args

from emulator.model.recording import Exchange, Origin, Recording, Request, Stage

Value = TypeVar("Value")

NOTHING: Final = type(None)


def recording_from(read: Mapping[str, Any]) -> Recording:
    """The recording.

    Raises:
        KeyError, TypeError, ValueError: something is missing, of another kind, or impossible; the text says where.
    """
    origin: Origin = _of(read, "origin", str)
    if origin not in get_args(Origin):
        raise ValueError(f"origin is {origin!r}")
    seconds = _of(read, "startup_seconds", int, float, NOTHING)
    if seconds is not None and not math.isfinite(seconds):
        raise ValueError(f"startup_seconds is {seconds!r}")
    return Recording(
        origin=origin,
        subject=_of(read, "subject", str),
        stages=tuple(_stage(each) for each in _of(read, "stages", list)),
        exchanges=tuple(_exchange(each) for each in _of(read, "exchanges", list)),
        date=_of(read, "date", str),
        version=_of(read, "version", str),
        startup_seconds=None if seconds is None else float(seconds),
    )


def _stage(read: Any) -> Stage:
    versions = _of(read, "versions", dict)
    return Stage(
        name=_of(read, "name", str),
        image=_of(read, "image", str),
        image_id=_of(read, "image_id", str),
        size_bytes=_of(read, "size_bytes", int),
        model_data=_of(read, "model_data", str),
        versions={name: _of(versions, name, str) for name in versions},
        warnings=_texts(_of(read, "warnings", list), "warnings"),
    )


def _exchange(read: Any) -> Exchange:
    request = _of(read, "request", dict)
    return Exchange(
        request=Request(
            body=_body(request["body"]),
            content_type=_of(request, "content_type", str, NOTHING),
            accept=_of(request, "accept", str, NOTHING),
        ),
        status=_of(read, "status", int),
        content_type=_of(read, "content_type", str, NOTHING),
        body=_body(read["body"]),
        failure=_of(read, "failure", str),
    )


def _body(read: Any) -> bytes:
    if isinstance(read, dict):
        return base64.b64decode("".join(_texts(read["base64"], "base64")), validate=True)
    return "".join(_texts(read, "body")).encode()


def _texts(read: Any, name: str) -> tuple[str, ...]:
    if not isinstance(read, list) or not all(isinstance(each, str) for each in read):
        raise TypeError(f"{name} is no list of texts")
    return tuple(read)


def _of(read: Any, name: str, *kinds: type) -> Any:
    """A member, of one of these kinds; true and false are no numbers."""
    if not isinstance(read, dict):
        raise TypeError(f"what should have {name} is {type(read).__name__}")
    value = read[name]
    if not isinstance(value, kinds) or isinstance(value, bool):
        raise TypeError(f"{name} is {value!r}"[:200])
    return value
