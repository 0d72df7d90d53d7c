"""A recording in a line, and what a new one has different from an old one in a few."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from emulator.compare.masking import masked
from emulator.model.recording import Recording
from emulator.render.words import counted

TELLING: Final = (
    *("python", "scikit-learn", "xgboost", "xgboost-cpu", "lightgbm", "torch", "tensorflow"),
    *("numpy", "scipy", "pandas", "joblib", "cloudpickle"),
)
"""Packages of which releases are told apart by what they answer."""


def told(recording: Recording) -> str:
    """How much is in it, and of whom."""
    parts = [f"{counted(len(recording.exchanges), 'exchange')} with {recording.subject}"]
    if recording.stages:
        parts.append(counted(len(recording.stages), "container"))
    versions = {name: each.versions[name] for name in TELLING for each in recording.stages if name in each.versions}
    parts += [f"{name} {version}" for name, version in versions.items() if name != "python"]
    return ", ".join(parts)


def changes(old: Recording, new: Recording) -> Iterator[str]:
    """What is different in the new one, a line for each kind of thing."""
    before = {each.request: each for each in old.exchanges}
    after = {each.request: each for each in new.exchanges}
    both = [request for request in before if request in after]
    pairs = zip(
        masked([before[each] for each in both]),
        masked([after[each] for each in both], like=[before[each] for each in both]),
        strict=True,
    )
    changed = sum(one != other for one, other in pairs)
    added, dropped = len(after) - len(both), len(before) - len(both)
    said = [f"{changed:,} {'reply' if changed == 1 else 'replies'} changed"] if changed else []
    said += [f"{counted(n, 'request')} {what}" for n, what in ((added, "added"), (dropped, "dropped")) if n]
    yield ", ".join(said) if said else f"all {len(both):,} replies are as they were"
    yield from _stages(old, new)


def _stages(old: Recording, new: Recording) -> Iterator[str]:
    earlier = {each.name: each for each in old.stages}
    for stage in new.stages:
        was = earlier.get(stage.name)
        if was is None:
            continue
        said = []
        if was.model_data != stage.model_data:
            said.append("other model data")
        names = sorted({*was.versions, *stage.versions}, key=lambda name: (name not in TELLING, name))
        moved = [each for each in names if was.versions.get(each) != stage.versions.get(each)]
        said += [f"{each} {was.versions.get(each, '-')} → {stage.versions.get(each, '-')}" for each in moved]
        fresh = len(set(stage.warnings) - set(was.warnings))
        if fresh:
            said.append(counted(fresh, "new warning"))
        if said:
            yield f"{stage.name}: {', '.join(said)}"
