r"""botocore's shapes, read on their own: sound requests, faults to put into them, and who is at fault.

What a shape says is taken in Java's words, as AWS checks it: `\d`, `\s` and `\w` are ASCII, `\p{L}` is Unicode's.
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from botocore.loaders import Loader
from botocore.model import ServiceModel

INTEGRAL = {"integer": 32, "long": 64}
"""With the bits that they have."""

FRACTIONAL = {"float", "double"}


@cache
def input_shape(operation: str) -> Any:
    """What an operation of SageMaker takes."""
    description = Loader().load_service_model("sagemaker", "service-2")
    return ServiceModel(description, "sagemaker").operation_model(operation).input_shape


CATEGORIES = {"L": ("a-zA-Z", "a"), "N": ("0-9", "0"), "Z": (" ", " ")}
"""Of Unicode: their ASCII characters, and one of these for all others."""


def in_python(pattern: str, classes: Mapping[str, str]) -> re.Pattern[str]:
    """A pattern of AWS with the characters that stand for Unicode's categories in it."""
    return re.compile(re.sub(r"\\p\{(\w)\}", lambda found: classes[found.group(1)], pattern), re.ASCII)


@cache
def _form(pattern: str) -> re.Pattern[str]:
    return in_python(pattern, {letter: ascii_ones for letter, (ascii_ones, _) in CATEGORIES.items()})


def matches(pattern: str, value: str) -> bool:
    """Whether the whole of a value has a form."""
    if r"\p{" in pattern:
        value = "".join(each if each.isascii() else _stand_in(each) for each in value)
    return _form(pattern).fullmatch(value) is not None


def _stand_in(character: str) -> str:
    return CATEGORIES.get(unicodedata.category(character)[0], ("", "\x00"))[1]


def offenders(shape: Any, value: Any, at: str = "") -> Iterator[str]:
    """The path of each member that breaks its shape, in AWS's spelling; a null one counts as left out."""
    match shape.type_name, value:
        case "structure", dict():
            yield from _of_structure(shape, value, f"{at}." if at else "")
        case "list", list():
            if not _fits(shape, len(value)):
                yield at
            for number, item in enumerate(value, start=1):
                yield from offenders(shape.member, item, f"{at}.{number}.member")
        case "map", dict():
            entries = [(shape.key, key) for key in value] + [(shape.value, item) for item in value.values()]
            if not _fits(shape, len(value)) or any(list(offenders(inner, item)) for inner, item in entries):
                yield at
        case _:
            if not sound(shape, value):
                yield at


def _of_structure(shape: Any, value: Mapping[str, Any], prefix: str) -> Iterator[str]:
    for name in {*shape.members, *value}:
        at, item = prefix + name[:1].lower() + name[1:], value.get(name)
        if item is None:
            if name in shape.required_members:
                yield at
        elif name in shape.members:
            yield from offenders(shape.members[name], item, at)
        else:
            yield at


def sound(shape: Any, value: Any) -> bool:
    """Whether a value without members keeps to its shape."""
    kind = shape.type_name
    if isinstance(value, bool):
        return bool(kind == "boolean")
    if isinstance(value, str):
        pattern = shape.metadata.get("pattern")
        return bool(
            kind == "string"
            and not any("\ud800" <= each <= "\udfff" for each in value)
            and (not shape.enum or value in shape.enum)
            and (pattern is None or matches(pattern, value))
            and _fits(shape, len(value))
        )
    if isinstance(value, int | float):
        if isinstance(value, int) and kind in INTEGRAL:
            return value.bit_length() < INTEGRAL[kind] and _fits(shape, value)
        return bool(kind in FRACTIONAL and math.isfinite(value) and _fits(shape, value))
    return False


def _fits(shape: Any, size: float) -> bool:
    return bool(shape.metadata.get("min", -math.inf) <= size <= shape.metadata.get("max", math.inf))


REFUSAL = re.compile(r"(\d+) validation errors? detected: (.*)", re.DOTALL)
FAILURE = re.compile(
    r"Value(?: null| '.*?')? at '([^']*)' failed to satisfy constraint: "
    r"(?:Map (?:keys|values) must satisfy constraint: \[)?Member must ",
    re.DOTALL,
)


def named(message: str) -> set[str]:
    """The members that a refusal in AWS's words names; it counts them too."""
    found = REFUSAL.fullmatch(message)
    assert found, message
    members = FAILURE.findall(found.group(2))
    assert int(found.group(1)) == len(members) > 0, message
    return set(members)


def sent(request: Any) -> bytes:
    """A request as JSON, in which a number may be beyond all bounds."""
    return json.dumps(request).replace("Infinity", "1e999").encode()
