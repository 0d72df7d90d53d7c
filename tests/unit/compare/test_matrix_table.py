"""The table [matrix]: what it says, and what is said of a bad one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from emulator.compare.matrix.table import ImageTable, matrix_table
from emulator.errors import UsageError
from emulator.model.comparison import Tolerance

LEAST: dict[str, Any] = {"sample": "rows.csv", "axes": {"numpy": ["pinned"]}, "images": [{"name": "one"}]}

WHOLE: dict[str, Any] = {
    "samples": ["a.csv", "b.csv"],
    "content_type": "text/csv",
    "accept": "application/json",
    "search": "1.5m",
    "seed": 7,
    "tolerance": {"absolute": 1e-6, "ulps": 2},
    "memory": "8g",
    "cores": 3,
    "fail_on": ["fails to build", "changed"],
    "baseline": {"numpy": "pinned"},
    "axes": {"numpy": ["pinned", "newest"], "python": ["3.11"]},
    "full": {"axes": {"numpy": ["pinned", "1.26.4"]}},
    "exclude": [{"numpy": "newest", "python": "3.11"}],
    "images": [
        {
            "name": "one",
            "context": "here",
            "dockerfile": "Docker/file",
            "base": "python:{python}-slim-bookworm",
            "arguments": {"NUMPY": "{numpy}"},
            "environment": {"A": "b"},
            "model": "m.tar.gz",
            "memory": "1.5g",
        }
    ],
}


def table(read: dict[str, Any]) -> Any:
    """The table in a file called byoc.toml."""
    return matrix_table(read, where="byoc.toml", folder=Path("/project"))


def test_least_table_has_defaults() -> None:
    """A sample, an axis and an image are enough."""
    told = table(LEAST)

    assert (Path("/project/rows.csv"),) == told.samples
    assert (ImageTable(name="one", context="."),) == told.images
    assert (None, None, None, Tolerance()) == (told.baseline, told.memory, told.cores, told.tolerance)
    assert ("changed", "fails to load", "fails to build") == told.fail_on


def test_whole_table_is_read() -> None:
    """Sizes are bytes, durations seconds, paths relative to the file, verdicts in the order of their weight."""
    told = table(WHOLE)

    assert (8 * 1024**3, 3, 90.0, 7) == (told.memory, told.cores, told.search_seconds, told.seed)
    assert (Path("/project/a.csv"), Path("/project/b.csv")) == told.samples
    assert Tolerance(absolute=1e-6, ulps=2) == told.tolerance
    assert ("changed", "fails to build") == told.fail_on
    assert {"numpy": ("pinned", "1.26.4")} == told.full
    assert 3 * 1024**3 // 2 == told.images[0].memory
    assert ({"numpy": "newest", "python": "3.11"},) == told.exclude


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"serch": "5s"}, "byoc.toml: [matrix] has the unknown key serch.\nfix: did you mean search?"),
        ({"search": "long"}, "[matrix]: search cannot be 'long'.\nfix: give a duration"),
        ({"memory": "much"}, "memory cannot be 'much'.\nfix: give a size"),
        ({"memory": "0g"}, "memory cannot be '0g'"),
        ({"cores": 0}, "cores cannot be 0.\nfix: give a whole number from 1 on"),
        ({"cores": True}, "cores cannot be True"),
        ({"seed": "x"}, "seed cannot be 'x'"),
        ({"tolerance": {"relativ": 1}}, "[matrix] tolerance has the unknown key relativ.\nfix: did you mean relative?"),
        ({"tolerance": {"ulps": -1}}, "ulps cannot be -1.\nfix: give a number from 0 on"),
        ({"tolerance": 1}, "tolerance cannot be 1.\nfix: give a table"),
        ({"sample": 1}, "sample cannot be 1.\nfix: give a text"),
        ({"axes": {}}, "has no axes"),
        ({"axes": {"numpy": []}}, "axes numpy cannot be used.\nwhy: it is empty"),
        ({"axes": {"numpy": ["1", "1"]}}, "why: a value stands in it twice"),
        ({"axes": {"numpy": "1"}}, "numpy cannot be '1'.\nfix: give a list of texts"),
        ({"axes": {"numpy": [1.5]}}, "numpy cannot be [1.5]"),
        ({"baseline": {"nump": "1"}}, "baseline has the unknown key nump.\nfix: did you mean numpy?"),
        ({"full": {"axes": {"nump": ["1"]}}}, "[matrix.full.axes] has the unknown key nump"),
        ({"full": {"cores": 1}}, "full has the unknown key cores"),
        ({"exclude": [{"nump": "1"}]}, "[[matrix.exclude]] has the unknown key nump"),
        ({"fail_on": ["change"]}, "fail_on cannot be 'change'.\nfix: verdicts are: same, within tolerance"),
        ({"images": []}, "has no images"),
        ({"images": {"name": "x"}}, "images cannot be {'name': 'x'}.\nfix: give tables"),
        ({"images": [{}]}, "images 1 has no name"),
        ({"images": [{"name": "a", "argument": {}}]}, "images 1 has the unknown key argument.\nfix: did you mean arg"),
        ({"images": [{"name": "a"}, {"name": "a"}]}, "two images have the same name"),
        ({"images": [{"name": "a", "model": "m", "train": {"c": "d"}}]}, "model and train exclude each other"),
    ],
)
def test_bad_table_is_refused(change: dict[str, Any], what: str) -> None:
    """What cannot be used is named, with the nearest that there is."""
    with pytest.raises(UsageError) as caught:
        table({**LEAST, **change})

    assert what in str(caught.value)
