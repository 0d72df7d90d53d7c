"""Values as JSON and back, exactly, by their type hints: what is kept between runs, and sent from machine to machine.

A dataclass is an object with its members, bytes are ``{"base64": …}``, a tuple is an array, and a float that is not
finite is one of the texts ``nan``, ``inf``, ``-inf``.
"""

from __future__ import annotations

import json
import math
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

Value = TypeVar("Value")


def plain(value: object) -> Any:
    """A value in the words that JSON has."""
    if is_dataclass(value):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, tuple | list):
        return [plain(each) for each in value]
    if isinstance(value, bytes):
        return {"base64": b64encode(value).decode("ascii")}
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value


def whole(kind: type[Value], read: object) -> Value:
    """The value that :func:`plain` was given.

    Args:
        kind: its class, a dataclass of plain values and of other such classes.
        read: what ``plain`` made of it; members with a default may be missing, as a version before had fewer.

    Raises:
        ValueError: it is not of that class.
    """
    made: Value = _made(kind, read)
    return made


def written(value: object) -> str:
    """A value as JSON text, ASCII only, always the same for equal values."""
    return json.dumps(plain(value), sort_keys=True, allow_nan=False)


def read(kind: type[Value], text: str) -> Value:
    """The value in such a text.

    Raises:
        ValueError: the text is no JSON, or not of that class.
    """
    return whole(kind, json.loads(text))


def _made(kind: Any, read: Any) -> Any:
    origin, arguments = get_origin(kind), get_args(kind)
    if is_dataclass(kind):
        return _dataclass(kind, read)
    if origin in (Union, UnionType):
        return None if read is None else _made(next(each for each in arguments if each is not NoneType), read)
    if origin is Literal:
        return _checked(read in arguments, kind, read)
    if origin is tuple:
        return _tuple(kind, arguments, read)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        _checked(isinstance(read, dict), kind, read)
        return {key: _made(arguments[1], each) for key, each in read.items()}
    return _LONE.get(kind, _refused)(read)


def _dataclass(kind: Any, read: Any) -> Any:
    _checked(isinstance(read, dict), kind, read)
    hints = _hints(kind)
    try:
        return kind(**{name: _made(hints[name], each) for name, each in read.items()})
    except (KeyError, TypeError) as other:
        raise ValueError(f"this is no {kind.__name__}: {other}") from other


@cache
def _hints(kind: Any) -> Mapping[str, Any]:
    return get_type_hints(kind)


def _tuple(kind: Any, arguments: tuple[Any, ...], read: Any) -> tuple[Any, ...]:
    _checked(isinstance(read, list), kind, read)
    if arguments[-1:] == (Ellipsis,):
        return tuple(_made(arguments[0], each) for each in read)
    _checked(len(read) == len(arguments), kind, read)
    return tuple(_made(each, one) for each, one in zip(arguments, read, strict=True))


def _checked(fits: bool, kind: Any, read: Any) -> Any:
    if not fits:
        raise ValueError(f"{str(read)[:60]!r} is no {getattr(kind, '__name__', kind)}")
    return read


def _float(read: Any) -> float:
    _checked(isinstance(read, int | float | str) and not isinstance(read, bool), float, read)
    return float(read)


def _bytes(read: Any) -> bytes:
    _checked(isinstance(read, dict) and isinstance(read.get("base64"), str), bytes, read)
    return b64decode(read["base64"], validate=True)


def _refused(read: Any) -> Any:
    raise ValueError(f"{str(read)[:60]!r} is of a kind that is not kept")


_LONE: Mapping[Any, Callable[[Any], Any]] = {
    str: lambda read: _checked(isinstance(read, str), str, read),
    bool: lambda read: _checked(isinstance(read, bool), bool, read),
    int: lambda read: _checked(isinstance(read, int) and not isinstance(read, bool), int, read),
    float: _float,
    bytes: _bytes,
}
