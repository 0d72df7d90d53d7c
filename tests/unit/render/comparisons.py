"""Comparisons to render: one with everything in it, one where nothing differs, one that could not be made."""

from __future__ import annotations

from dataclasses import replace
from math import inf

from emulator.model.comparison import (
    ColumnDelta,
    Comparison,
    Counterexample,
    Difference,
    Party,
    Ratio,
    Tolerance,
)
from emulator.model.recording import Request, Stage

HOSTILE = "<script>alert(1)</script>\x1b[2J\u202e]]>&\ufffe"


def difference(**facts: object) -> Difference:
    """A number that differs, but for these facts."""
    plain = Difference(aspect="number", where="row 3, result", baseline="9.5", candidate="9.75", exchange=0)
    return replace(plain, **facts)  # type: ignore[arg-type]


RATIOS = (0.9, 1.1, 1.2, 1.3, 1.1, 1.0, 1.25, 1.05)

BASELINE = Party(
    name="my-image:1",
    stages=(
        Stage(
            name="primary",
            image="my-image:1",
            image_id=f"sha256:{'a' * 64}",
            size_bytes=500_000_000,
            versions={"scikit-learn": "1.4.2", "numpy": "2.0.1"},
        ),
    ),
    startup_seconds=2.5,
)
CANDIDATE = Party(
    name="my-image:2",
    stages=(
        Stage(
            name="primary",
            image="my-image:2",
            image_id=f"sha256:{'b' * 64}",
            size_bytes=480_000_000,
            versions={"scikit-learn": "1.9.1", "numpy": "2.0.1"},
        ),
    ),
    startup_seconds=3.25,
)
COLUMN = ColumnDelta(
    column="result",
    compared=5,
    differing=3,
    beyond=2,
    absolute=inf,
    relative=inf,
    ulps=inf,
    baseline=1.0,
    candidate=inf,
    deltas=(0.0, 0.25, -0.5, inf, 0.0),
)
SAME = Comparison(
    baseline=BASELINE,
    candidate=CANDIDATE,
    verdict="same",
    tolerance=Tolerance(),
    exchanges=2,
    columns=(replace(COLUMN, differing=0, beyond=0, absolute=0, relative=0, ulps=0, deltas=(0.0,) * 5),),
    searched=120,
    seconds=12.5,
    date="2026-01-01T00:00:00+00:00",
    version="1.2.3",
)
CLOSE = replace(
    SAME,
    verdict="within tolerance",
    columns=(replace(COLUMN, beyond=0, absolute=1e-9, relative=2e-9, ulps=8.0, deltas=(1e-9,) * 5),),
)
CHANGED = replace(
    SAME,
    verdict="changed",
    reason=f"One thing was not looked at {HOSTILE}.",
    differences=(
        difference(),
        difference(aspect="status", where="reply", baseline="200", candidate=f"500: {HOSTILE}", exchange=1),
    ),
    columns=(COLUMN, replace(SAME.columns[0], column="other")),
    latency=Ratio(median=1.1, low=1.05, high=1.25, pairs=8, ratios=RATIOS),
    new_warnings=(("primary", f"InconsistentVersionWarning: {HOSTILE}"),),
    counterexample=Counterexample(
        request=Request(body=b"M,0.5,it's\n", content_type="text/csv", accept="application/json"),
        difference=difference(where="row 1, result"),
        absolute=0.25,
        relative=0.0256,
        input_column="length",
    ),
    command="byoc diff my-image:1 my-image:2 --sample rows.csv",
)
UNLOADED = replace(
    SAME,
    verdict="fails to load",
    candidate=Party(name=f"my-image:3{HOSTILE}"),
    reason=f"The container exited.\nModuleNotFoundError: {HOSTILE}",
    exchanges=0,
    columns=(),
    searched=0,
)
ALL = {"same": SAME, "close": CLOSE, "changed": CHANGED, "unloaded": UNLOADED}
