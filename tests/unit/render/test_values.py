"""Values as JSON and back."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.render.values import read, written


@dataclass(frozen=True, kw_only=True)
class Leaf:
    """All lone kinds."""

    text: str = ""
    number: float = 0.0
    count: int = 0
    flag: bool = False
    body: bytes = b""
    kind: Literal["a", "b"] = "a"
    perhaps: float | None = None


@dataclass(frozen=True, kw_only=True)
class Tree:
    """All that holds others."""

    leaf: Leaf
    leaves: tuple[Leaf, ...] = ()
    pair: tuple[str, int] = ("", 0)
    named: Mapping[str, Leaf] = field(default_factory=dict)


LEAVES = st.builds(
    Leaf,
    text=st.text(st.characters(exclude_categories=["Cs"])),
    number=st.floats(allow_nan=False),
    count=st.integers(),
    flag=st.booleans(),
    body=st.binary(),
    kind=st.sampled_from(["a", "b"]),
    perhaps=st.none() | st.floats(allow_nan=False),
)


@given(st.builds(Tree, leaf=LEAVES, leaves=st.lists(LEAVES).map(tuple), named=st.dictionaries(st.text("xyz"), LEAVES)))
def test_value_survives_its_journey(tree: Tree) -> None:
    """What is written is read back equal, and as ASCII."""
    assert tree == read(Tree, written(tree))
    assert written(tree).isascii()


def test_not_a_number_is_kept() -> None:
    """JSON has no NaN, and it is not lost."""
    assert math.isnan(read(Leaf, written(Leaf(number=math.nan))).number)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Leaf, '{"more": 1}'),
        (Leaf, "[]"),
        (Leaf, '{"text": 1}'),
        (Leaf, '{"number": true}'),
        (Leaf, '{"number": "many"}'),
        (Leaf, '{"count": 1.5}'),
        (Leaf, '{"flag": 0}'),
        (Leaf, '{"body": "x"}'),
        (Leaf, '{"body": {"base64": "?"}}'),
        (Leaf, '{"kind": "c"}'),
        (Tree, "{}"),
        (Tree, '{"leaf": {}, "leaves": {}}'),
        (Tree, '{"leaf": {}, "pair": ["a"]}'),
        (Tree, '{"leaf": {}, "named": []}'),
        (Tree, "{"),
    ],
)
def test_other_text_is_refused(kind: Any, text: str) -> None:
    """What is not of the class is a ValueError, never a value of another kind."""
    with pytest.raises(ValueError, match=r"."):
        read(kind, text)
