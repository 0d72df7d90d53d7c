"""AWS's own service models, from botocore: requests are held against their shapes, in AWS's words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from botocore.loaders import Loader
from botocore.model import ServiceModel

from emulator.model.constraint import absence, at_most, failure, map_failure, matching, refusal

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
}


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
    failures = list(_failures(shape, request, ""))
    if failures:
        raise refusal(*failures)


def _failures(shape: Any, value: Any, member: str) -> Iterator[str]:
    kind = shape.type_name
    expected = PYTHON_TYPES.get(kind)
    if expected and (not isinstance(value, expected) or (isinstance(value, bool) and kind != "boolean")):
        yield failure(member or "request", f"be a {kind}", value=str(value))
        return
    if kind == "structure":
        yield from _structure_failures(shape, value, member)
    elif kind == "list":
        yield from _size_failures(shape, value, member, None)
        for number, item in enumerate(value, start=1):
            yield from _failures(shape.member, item, f"{member}.{number}.member")
    elif kind == "map":
        yield from _size_failures(shape, value, member, None)
        for key, item in value.items():
            yield from _entry_failures(shape, key, item, member)
    elif kind == "string":
        yield from _string_failures(shape, value, member)
    elif expected and kind != "boolean":
        yield from _range_failures(shape, value, member)


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


def _entry_failures(shape: Any, key: str, value: Any, member: str) -> Iterator[str]:
    for side, inner, content in (("keys", shape.key, key), ("values", shape.value, value)):
        if not isinstance(content, str):
            yield map_failure(member, side, "be a string")
            continue
        most, pattern = inner.metadata.get("max"), inner.metadata.get("pattern")
        if most is not None and len(content) > most:
            yield map_failure(member, side, at_most(most))
        if pattern and not re.fullmatch(pattern, content):
            yield map_failure(member, side, matching(pattern))


def _string_failures(shape: Any, value: str, member: str) -> Iterator[str]:
    if shape.enum and value not in shape.enum:
        yield failure(member, f"satisfy enum value set: [{', '.join(shape.enum)}]", value=value)
    pattern = shape.metadata.get("pattern")
    if pattern and not re.fullmatch(pattern, value):
        yield failure(member, matching(pattern), value=value)
    yield from _size_failures(shape, value, member, value)


def _size_failures(shape: Any, value: Any, member: str, shown: str | None) -> Iterator[str]:
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


def _lower_first(name: str) -> str:
    return name[:1].lower() + name[1:]
