"""AWS's own service models, from botocore: requests are held against their shapes, in AWS's words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence, Sized
from datetime import datetime, timezone
from functools import cache
from math import isfinite
from typing import Any

from botocore.loaders import Loader
from botocore.model import ServiceModel

from emulator.model.constraint import absence, at_most, failure, map_failure, matches, matching, refusal

PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    "structure": (dict,),
    "map": (dict,),
    "list": (list,),
    "string": (str,),
    "integer": (int,),
    "long": (int,),
    "float": (int, float),
    "double": (int, float),
    "boolean": (bool,),
    "timestamp": (int, float, str, datetime),
    "blob": (bytes, bytearray, str),
}

BITS = {"integer": 31, "long": 63}
"""Of a number, apart from its sign."""

SURROGATE = re.compile("[\ud800-\udfff]")
"""Half of a character: JSON can name it alone, and UTF-8 cannot."""


@cache
def service_model(service: str) -> ServiceModel:
    """botocore's model of a service, such as ``sagemaker``; read once per process."""
    return ServiceModel(Loader().load_service_model(service, "service-2"), service)


def require_input(service: str, operation: str, request: Mapping[str, Any]) -> None:
    """Hold a request against the input shape of its operation: required, type, enum, pattern, length, range.

    Raises:
        ValidationException: one or more constraints are broken; names each.
    """
    shape = service_model(service).operation_model(operation).input_shape
    failures = list(_failures(shape, request, "")) if shape else []
    if failures:
        raise refusal(*failures)


def without_nulls(value: Any) -> Any:
    """The same without members that are null: they count as left out, as skeletons leave them."""
    if isinstance(value, Mapping):
        return {name: without_nulls(item) for name, item in value.items() if item is not None}
    return [without_nulls(item) for item in value] if isinstance(value, list) else value


def moment(value: datetime | float | str) -> datetime:
    """A timestamp, however it was sent: seconds since 1970 (AWS's JSON), ISO 8601 (a person), or a datetime (Python).

    Raises:
        ValueError: a text of another form.
    """
    if isinstance(value, int | float):
        return datetime.fromtimestamp(value, timezone.utc)
    parsed = value if isinstance(value, datetime) else datetime.fromisoformat(value.replace("Z", "+00:00"))
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=timezone.utc)


def _failures(shape: Any, value: Any, member: str) -> Iterator[str]:
    kind = shape.type_name
    expected = PYTHON_TYPES.get(kind)
    if expected and (not isinstance(value, expected) or not _representable(kind, value)):
        yield failure(member or "request", f"be {'an' if kind[0] in 'aeiou' else 'a'} {kind}", value=str(value))
        return
    if kind in CHECKS:
        yield from CHECKS[kind](shape, value, member)


def _structure_failures(shape: Any, value: Mapping[str, Any], member: str) -> Iterator[str]:
    prefix = f"{member}." if member else ""
    for name in shape.required_members:
        if value.get(name) is None:
            yield absence(prefix + _lower_first(name))
    for name, item in value.items():
        if name not in shape.members:
            yield failure(prefix + _lower_first(name), f"be one of {', '.join(shape.members)}")
        elif item is not None:
            yield from _failures(shape.members[name], item, prefix + _lower_first(name))


def _list_failures(shape: Any, value: Sequence[Any], member: str) -> Iterator[str]:
    yield from _size_failures(shape, value, member)
    for number, item in enumerate(value, start=1):
        yield from _failures(shape.member, item, f"{member}.{number}.member")


def _map_failures(shape: Any, value: Mapping[Any, Any], member: str) -> Iterator[str]:
    yield from _size_failures(shape, value, member)
    for key, item in value.items():
        yield from _entry_failures(shape, key, item, member)


def _entry_failures(shape: Any, key: Any, value: Any, member: str) -> Iterator[str]:
    for side, inner, content in (("keys", shape.key, key), ("values", shape.value, value)):
        if inner.type_name != "string":
            yield from _failures(inner, content, f"{member}.{key}.member")
            continue
        if not isinstance(content, str) or not _representable("string", content):
            yield map_failure(member, side, "be a string")
            continue
        most, pattern = inner.metadata.get("max"), inner.metadata.get("pattern")
        if most is not None and len(content) > most:
            yield map_failure(member, side, at_most(most))
        if pattern is not None and not matches(pattern, content):
            yield map_failure(member, side, matching(pattern))


def _string_failures(shape: Any, value: str, member: str) -> Iterator[str]:
    if shape.enum and value not in shape.enum:
        yield failure(member, f"satisfy enum value set: [{', '.join(shape.enum)}]", value=value)
    pattern = shape.metadata.get("pattern")
    if pattern is not None and not matches(pattern, value):
        yield failure(member, matching(pattern), value=value)
    yield from _size_failures(shape, value, member, value)


def _size_failures(shape: Any, value: Sized, member: str, shown: str | None = None) -> Iterator[str]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if most is not None and len(value) > most:
        yield failure(member, at_most(most), value=shown)
    if least is not None and len(value) < least:
        yield failure(member, f"have length greater than or equal to {least}", value=shown)


def _range_failures(shape: Any, value: float, member: str) -> Iterator[str]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if most is not None and value > most:
        yield failure(member, f"have value less than or equal to {most}", value=str(value))
    if least is not None and value < least:
        yield failure(member, f"have value greater than or equal to {least}", value=str(value))


def _timestamp_failures(shape: Any, value: datetime | float | str, member: str) -> Iterator[str]:  # noqa: ARG001 - as in CHECKS
    try:
        moment(value)
    except (ValueError, OverflowError, OSError):
        yield failure(member, "be a timestamp", value=str(value))


CHECKS: dict[str, Callable[[Any, Any, str], Iterator[str]]] = {
    "structure": _structure_failures,
    "list": _list_failures,
    "map": _map_failures,
    "string": _string_failures,
    "blob": _size_failures,
    "timestamp": _timestamp_failures,
    **dict.fromkeys(("integer", "long", "float", "double"), _range_failures),
}
"""By the kind of shape; a boolean has nothing to check beyond being one."""


def _representable(kind: str, value: Any) -> bool:
    """Whether AWS could hold what Python's JSON lets pass: no infinity, no endless integer, no half of a character."""
    if isinstance(value, bool):
        return kind == "boolean"
    if kind in BITS:
        return bool(-(2 ** BITS[kind]) <= value < 2 ** BITS[kind])
    if isinstance(value, float):
        return isfinite(value)
    return not isinstance(value, str) or not SURROGATE.search(value)


def _lower_first(name: str) -> str:
    return name[:1].lower() + name[1:]
