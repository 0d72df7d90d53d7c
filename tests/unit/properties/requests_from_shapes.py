"""Requests drawn from shapes: sound ones, and the same with one or several faults."""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import dataclass
from functools import cache, reduce
from operator import getitem
from typing import Any, Final

from hypothesis import strategies as st

from tests.unit.properties.shapes import FRACTIONAL, INTEGRAL, in_python, sound

LETTERS = st.characters(codec="utf-8", exclude_characters="'")
"""Without the sign that ends a value in a message, so that a message can be read."""

FEW = 3
"""Members of a list or a map, where the shape does not ask for more."""

LONG, LONGEST = 60, 1024


CLASSES: Final = {"L": "a-zA-Z\u00e4\u03bb\u0436\u5b57", "N": "0-9\u0663\u2167\u00bd", "Z": " \u00a0\u2003"}
"""Of each of Unicode's categories some."""


@cache
def sound_values(shape: Any) -> st.SearchStrategy[Any]:
    """Values that keep to a shape; required members are always there, the others sometimes."""
    kind = shape.type_name
    if kind == "structure":
        members = {name: sound_values(member) for name, member in shape.members.items()}
        required = {name: members.pop(name) for name in shape.required_members}
        return st.fixed_dictionaries(required, optional=members)
    if kind == "list":
        least = shape.metadata.get("min", 0)
        most = min(shape.metadata.get("max", FEW), max(least, FEW))
        return st.lists(sound_values(shape.member), min_size=least, max_size=most)
    if kind == "map":
        return st.dictionaries(_texts(shape.key), _texts(shape.value), max_size=FEW)
    if kind == "boolean":
        return st.booleans()
    if kind in {*INTEGRAL, *FRACTIONAL}:
        return _numbers(shape)
    return _texts(shape)


def _numbers(shape: Any) -> st.SearchStrategy[Any]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    whole = st.integers(-1000 if least is None else least, 100_000 if most is None else most)
    if shape.type_name in INTEGRAL:
        return whole
    return st.one_of(whole, st.floats(least, most, allow_nan=False, allow_infinity=False))


TOKEN: Final = re.compile(r"\\.|\[(?:\\.|[^\]])*\]|[*+]|\{0,\d\d\}|.", re.DOTALL)
SHORT: Final = {"*": "{0,3}", "+": "{1,4}", "{0,62}": "{0,4}"}
"""For what a pattern repeats without end, or almost; from_regex takes its time over long texts."""


@cache
def _texts(shape: Any) -> st.SearchStrategy[str]:
    """Short texts, and some that are as long as they may be."""
    if shape.enum:
        return st.sampled_from(list(shape.enum))
    least, most, pattern = shape.metadata.get("min", 0), shape.metadata.get("max"), shape.metadata.get("pattern")
    if pattern is None:
        return st.text(LETTERS, min_size=least, max_size=LONG)
    short = "".join(SHORT.get(token, token) for token in TOKEN.findall(pattern))
    drawn = st.from_regex(in_python(short, CLASSES), fullmatch=True, alphabet=LETTERS)
    if most is not None and most <= LONGEST:
        drawn = st.tuples(drawn, st.sampled_from((False,) * 9 + (True,))).map(
            lambda text: _stretched(shape, text[0], most) if text[1] else text[0]
        )
    return drawn.filter(lambda text: sound(shape, text))


def _stretched(shape: Any, text: str, size: int) -> str:
    longer = text + text[-1:] * (size - len(text))
    return longer if sound(shape, longer) else text


@dataclass(frozen=True)
class Place:
    """A value in a request, or where one could be.

    Attributes:
        path: keys and numbers that lead to it.
        shape: what it has to keep to; None for a member that its structure does not have.
    """

    path: tuple[str | int, ...]
    shape: Any


def places(shape: Any, value: Any, path: tuple[str | int, ...] = ()) -> list[Place]:
    """All places of a request below its top; each structure has one for a stranger."""
    if shape.type_name == "structure":
        below = [Place((*path, name), shape.members[name]) for name in value]
        strangers = [Place((*path, "Stranger"), None)]
    elif shape.type_name in {"list", "map"}:
        keys = range(len(value)) if shape.type_name == "list" else value
        below = [Place((*path, key), shape.member if shape.type_name == "list" else shape.value) for key in keys]
        strangers = []
    else:
        return []
    return [
        *below,
        *strangers,
        *(deep for each in below for deep in places(each.shape, value[each.path[-1]], each.path)),
    ]


@st.composite
def faulty(draw: st.DrawFn, shape: Any, sound_one: dict[str, Any]) -> dict[str, Any]:
    """A sound request, but with one to three faults, each in a place of its own."""
    request = deepcopy(sound_one)
    untouched = places(shape, request)
    for _ in range(draw(st.integers(1, 3))):
        if untouched:
            place = draw(st.sampled_from(untouched))
            draw(_spoil(request, place))
            untouched = [each for each in untouched if not _same_branch(each.path, place.path)]
    return request


def _same_branch(one: tuple[str | int, ...], other: tuple[str | int, ...]) -> bool:
    return all(left == right for left, right in zip(one, other, strict=False))


WRONG: Final[tuple[Any, ...]] = (
    *(None, 17, -0.5, True, [], ["a"], [None], {}, {"A": "b"}, {"A": 1}, {"1": "b"}, "", " ", "a b", "aws:a", "$"),
    *("n\u00e4me", "\u0663", "\ud800", "\n", 10**30, float("inf"), -(2**31) - 1, 2**31),
)
"""For most shapes most of them."""


@st.composite
def _spoil(draw: st.DrawFn, request: Any, place: Place) -> None:
    """Put what is most probably a fault in one place of a request."""
    holder, key = reduce(getitem, place.path[:-1], request), place.path[-1]
    value = None if place.shape is None else holder[key]
    holder[key] = deepcopy(draw(st.sampled_from(WRONG) | st.sampled_from(_out_of_bounds(place.shape, value))))


def _out_of_bounds(shape: Any, value: Any) -> list[Any]:
    """The same kind of value, too large or too small or of another form."""
    facts = shape.metadata if shape is not None else {}
    least, most = facts.get("min"), facts.get("max")
    if isinstance(value, str):
        return [
            value + "\n",
            value + "\u0663",
            value + "\ud800",
            *([(value or "x") * (most + 1), "x" * (most + 1)] if most else []),
        ]
    if isinstance(value, list) and value:
        return [value * ((most or 0) // len(value) + 1), value[:1] * 500]
    if isinstance(value, dict) and most:
        return [{f"K{number}": "" for number in range(most + 1)}]
    if isinstance(value, int | float):
        bounds = (least is not None and least - 1, most is not None and most + 1)
        return [float("inf"), 2**31, 2**63, *(bound for bound in bounds if bound is not False)]
    return [None, 0]
