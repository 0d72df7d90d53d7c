"""``results.json``: what was measured last of each subject; a run replaces its own subjects and leaves the others."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import docker

from tests.benchmarks.measure import Figure, Goal, Reference
from tests.benchmarks.outcome import Bar, Bars, Kept, Line, Lines, Outcome, Picture, Point, Range, Ranges

SCHEMA = "byoc-benchmarks/1"

RESULTS = Path(__file__).with_name("results.json")


def read(path: Path = RESULTS) -> dict[str, Kept]:
    """What is kept, by subject; nothing where there is no file.

    Raises:
        ValueError: it is of another schema, or not as it was written.
    """
    if not path.exists():
        return {}
    told = json.loads(path.read_text("utf-8"))
    if told.get("schema") != SCHEMA:
        raise ValueError(f"{path.name} is {told.get('schema')!r}, not {SCHEMA}: delete it, and measure again")
    try:
        return {name: _kept(name, each) for name, each in told["subjects"].items()}
    except (KeyError, TypeError) as wrong:
        raise ValueError(f"{path.name} is damaged: {wrong!r}") from wrong


def write(kept: Mapping[str, Kept], path: Path = RESULTS, *, order: Sequence[str] = ()) -> None:
    """Write all of it, whole or not at all."""
    places = {name: place for place, name in enumerate(order)}
    names = sorted(kept, key=lambda name: places.get(name, len(places)))
    told = {"schema": SCHEMA, "subjects": {name: _told(kept[name]) for name in names}}
    draft = path.with_suffix(".draft")
    try:
        draft.write_text(_dumped(told) + "\n", "utf-8")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def machine(engine: docker.DockerClient | None) -> dict[str, str]:
    """What the figures depend on, without whose machine it is."""
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    facts = {
        "cores": str(len(os.sched_getaffinity(0))),
        "memory": f"{pages * size / 2**30:.0f} GiB",
        "kernel": f"{platform.system()} {platform.release().partition('-')[0]}",
        "Python": platform.python_version(),
        "byoc-emulator": version("byoc-emulator"),
        "boto3": version("boto3"),
    }
    if engine is not None:
        facts["engine"] = f"Docker {engine.version()['Version']}"
    return facts


def _told(kept: Kept) -> dict[str, Any]:
    told = asdict(kept)
    del told["name"]
    outcome = told["outcome"]
    outcome["pictures"] = [
        {"kind": type(picture).__name__.lower(), **each}
        for picture, each in zip(kept.outcome.pictures, outcome["pictures"], strict=True)
    ]
    for line in (line for each in outcome["pictures"] for line in each.get("lines", ())):
        line["points"] = [[value for value in point.values() if value is not None] for point in line["points"]]
    rounded: dict[str, Any] = _rounded(told)
    return rounded


def _rounded(value: Any) -> Any:
    """Five digits, which is more than any clock here deserves."""
    if isinstance(value, float):
        return float(f"{value:.5g}")
    if isinstance(value, dict):
        return {key: _rounded(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(each) for each in value]
    return value


def _dumped(value: Any, depth: int = 0) -> str:
    """JSON with one line for each thing that has no object in it, so that a change shows as a few lines."""
    plain = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or (len(plain) < 110 and "{" not in plain[1:]):
        return plain
    if isinstance(value, list) and not any(isinstance(each, dict | list) for each in value):
        return plain
    deeper = "  " * (depth + 1)
    if isinstance(value, dict):
        lines = [f"{deeper}{json.dumps(key)}: {_dumped(each, depth + 1)}" for key, each in value.items()]
    else:
        lines = [f"{deeper}{_dumped(each, depth + 1)}" for each in value]
    start, end = "{}" if isinstance(value, dict) else "[]"
    return start + "\n" + ",\n".join(lines) + "\n" + "  " * depth + end


def _kept(name: str, told: dict[str, Any]) -> Kept:
    outcome = told["outcome"]
    return Kept(
        **{
            **told,
            "name": name,
            "outcome": Outcome(
                figures=tuple(map(_figure, outcome["figures"])),
                pictures=tuple(map(_picture, outcome["pictures"])),
                notes=tuple(outcome["notes"]),
                versions=outcome["versions"],
            ),
        }
    )


def _figure(told: dict[str, Any]) -> Figure:
    reference, goal = told["reference"], told["goal"]
    return Figure(
        **{
            **told,
            "samples": tuple(told["samples"]),
            "reference": reference and Reference(name=reference["name"], samples=tuple(reference["samples"])),
            "goal": goal and Goal(**goal),
        }
    )


def _picture(told: dict[str, Any]) -> Picture:
    rest = {key: value for key, value in told.items() if key != "kind"}
    if told["kind"] == "lines":
        lines = tuple(Line(name=each["name"], points=tuple(map(_point, each["points"]))) for each in rest["lines"])
        return Lines(**{**rest, "lines": lines, "marks": tuple(rest["marks"])})
    if told["kind"] == "ranges":
        ranges = tuple(Range(name=each["name"], percentiles=tuple(each["percentiles"])) for each in rest["rows"])
        return Ranges(**{**rest, "rows": ranges})
    return Bars(**{**rest, "rows": tuple(Bar(**each) for each in rest["rows"])})


def _point(told: list[float]) -> Point:
    x, y, *quartiles = told
    low, high = quartiles or (None, None)
    return Point(x=x, y=y, low=low, high=high)
