"""Whether a container says that it is healthy though its model is missing, empty or corrupt."""

from __future__ import annotations

import random
import shlex
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Final, Literal, TypeAlias

from emulator import limits
from emulator.contract.check import NotApplicable
from emulator.contract.reproduce import docker_run
from emulator.contract.subject import Subject
from emulator.contract.trial import Trial
from emulator.model.finding import Probe, Violation

Flaw: TypeAlias = Literal["without a model", "with an empty model", "with a corrupt model"]

STEADY_SECONDS: Final = 1.0
"""An answer that is not one of its normal start, and stays for so long, stays."""

AFTERWARDS_SECONDS: Final = 1.0
"""A server may notice a moment after its first 200 that it has no model."""

MOST_BYTES: Final = 1 << 30
"""Of a larger model no spoilt copy is made."""


def lie(subject: Subject, flaw: Flaw) -> Violation | None:
    """What shows that it says so; None where it does not, or needs no such model. Found out once.

    Raises:
        NotApplicable: it was given no model, or one that is too large to copy.
    """
    if subject.folder is None:
        raise NotApplicable("it was given no model data")
    lock: Lock = subject.remembered.setdefault(f"finding out: {flaw}", Lock())
    with lock:
        if flaw not in subject.remembered:
            subject.remembered[flaw] = _found_out(subject, flaw, _SPOIL[flaw](subject, subject.folder))
    violation: Violation | None = subject.remembered[flaw]
    return violation


def _found_out(subject: Subject, flaw: Flaw, model: Path | None) -> Violation | None:
    usual = subject.shared
    seconds = max(2.0, 3 * (usual.healthy_after or 0.0))
    with subject.trial(model=model, seconds=seconds, settle_seconds=STEADY_SECONDS, loading=set(usual.pings)) as trial:
        if not trial.healthy:
            return None
        pinged, sample = trial.pings["200"], subject.sample
        launch = _commands(trial, subject, flaw)
        if sample is None:
            subject.pause(AFTERWARDS_SECONDS)
            what = f"It is healthy {flaw}; there is no sample to see whether it needs one."
            return Violation(what=what, probes=(pinged,), launch=launch, severity="warning") if _still(trial) else None
        answered = trial.post(sample.body, sample.content_type, accept=sample.accept)
        subject.pause(0.0 if answered.ok else AFTERWARDS_SECONDS)
        if answered.ok or not _still(trial):
            return None
        what = f"GET /ping is answered with 200 {flaw}, and the sample with {_short(answered)}."
        return Violation(what=what, probes=(pinged, answered), launch=launch)


def _still(trial: Trial) -> bool:
    return trial.ping().status == 200


def _short(probe: Probe) -> str:
    return str(probe.status) if probe.reply is not None else f"nothing ({probe.failure})"


def _emptied(subject: Subject, folder: Path) -> Path:
    return _rewritten(subject, folder, lambda data: b"")


def _corrupted(subject: Subject, folder: Path) -> Path:
    """The first half of each file, and bytes that mean nothing, always the same ones."""
    if sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) > MOST_BYTES:
        raise NotApplicable("its model is too large to make a corrupt copy of it")
    noise = random.Random(0)  # noqa: S311 - no secret
    return _rewritten(subject, folder, lambda data: data[: len(data) // 2] + noise.randbytes(-(-len(data) // 2)))


def _rewritten(subject: Subject, folder: Path, change: Callable[[bytes], bytes]) -> Path:
    copy = subject.bench.world.store.lay_out({})
    for path in sorted(folder.rglob("*")):
        target = copy / path.relative_to(folder)
        if path.is_dir():
            target.mkdir()
            target.chmod(0o755)
        elif path.is_file():
            target.write_bytes(change(path.read_bytes()))
            target.chmod(0o644)
    return copy


def _commands(trial: Trial, subject: Subject, flaw: Flaw) -> str:
    """How to start the same, from the model as it was given."""
    mounts = tuple(replace(each, source="./model") for each in trial.launch.mounts)
    run, given = docker_run(replace(trial.launch, mounts=mounts), model_data=""), shlex.quote(subject.model_data)
    if not mounts:
        return run
    is_packed = subject.model_data.endswith((limits.ARCHIVE_SUFFIX, ".tgz"))
    copied = f"mkdir -p model && tar -xzf {given} -C model" if is_packed else f"cp -r {given} model"
    return f"{copied} && {_BY_HAND[flaw]} && {run}"


_SPOIL: Final[dict[Flaw, Callable[[Subject, Path], Path | None]]] = {
    "without a model": lambda subject, folder: None,
    "with an empty model": _emptied,
    "with a corrupt model": _corrupted,
}

_BY_HAND: Final[dict[Flaw, str]] = {
    "without a model": "true",
    "with an empty model": "find model -type f -exec truncate -s 0 {} +",
    "with a corrupt model": (
        'find model -type f -exec sh -c \'n=$(($(wc -c <"$0")/2)); head -c $n /dev/urandom | '
        'dd of="$0" bs=1 seek=$n conv=notrunc status=none\' {} \\;'
    ),
}
