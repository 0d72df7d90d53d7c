"""A sample of each layout, and what the tests ask of Hypothesis."""

from __future__ import annotations

from typing import Any, Final, TypeVar

from hypothesis import Phase, find, settings
from hypothesis import strategies as st

from emulator.model.record import RecordSchema
from emulator.strategies import learnt_from
from emulator.strategies.npy import npy

Value = TypeVar("Value")

CSV: Final = b"M,0.455,15\nF,,7\nI,0.35,9\n"

SAMPLES: Final[dict[str, tuple[bytes, str]]] = {
    "csv": (CSV, "text/csv"),
    "csv with a header": (b"sex;length\nM;0.455\nF;0.35\n", "text/csv; charset=utf-8"),
    "csv of one column": (b'1\n\n""\n3\n', "text/csv"),
    "csv of prose": (b'"it is, I say, good",1\nit was a bad one,0\n', "text/csv"),
    "csv with NA": (b"a,NA\nb,2.5\n", "text/csv"),
    "json arrays": (b'[[1.5, true, null], [2, false, "x"]]', "application/json"),
    "json objects": (b'[{"a": 1, "b": "x"}, {"a": 2}]', "application/json"),
    "json instances": (b'{"instances": [{"features": [1, 2.5]}, {"features": [3, 4.5]}]}', "application/json"),
    "json record": (b'{"a": 0.5, "b": "x"}', "application/json"),
    "json lines": (b'{"a": 1, "b": NaN}\n{"a": 2, "b": 0.25}\n', "application/jsonlines"),
    "json lines of features": (b'{"features": [1, 2]}\n{"features": [3, -4]}\n', "application/jsonlines"),
    "npy": (npy([1.5, 2.0, -3.0, float("nan")], (2, 2)), "application/x-npy"),
    "npy record": (npy([1.5, 2.0], (2,)), "application/x-npy"),
}

SCHEMAS: Final[dict[str, RecordSchema]] = {name: learnt_from(*sample) for name, sample in SAMPLES.items()}


def smallest(strategy: st.SearchStrategy[Value], wanted: Any = lambda value: True) -> Value:
    """What a strategy shrinks to, of all that is wanted."""
    few = settings(max_examples=500, database=None, deadline=None, phases=[Phase.generate, Phase.shrink])
    return find(strategy, wanted, settings=few)
