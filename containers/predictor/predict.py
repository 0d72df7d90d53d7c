"""Feature rows to predictions: bytes of CSV in, bytes of JSON out, no web in between.

A row has as many numbers as the booster was trained on and no label; an empty one is missing, which trees know
how to follow.

The artifact is named `xgboost-model`, as SageMaker's own XGBoost names it, and so has no extension to tell its
format by. It is written as UBJSON: every release since 1.6 reads it, floats survive bit by bit, and it is
smaller and faster to read than JSON. It is read from memory because that is where every release, old or new,
looks at the content; given a path, some go by the extension. Hence JSON under this name works as well.
"""

import json
from array import array
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
import xgboost as xgb

from serving.records import Row, numbered, numbers, parts, rows

ARTIFACT = "xgboost-model"


def load(model: Path) -> Callable[[bytes], bytes]:
    """Return the function a trained booster is, having tried it on one row of missing values."""
    content = (model / ARTIFACT).read_bytes()
    if not content.startswith(b"{"):
        raise ValueError(f"{ARTIFACT} is neither JSON nor UBJSON; save it with Booster.save_model or save_raw")
    booster = xgb.Booster({"nthread": 1})
    try:
        booster.load_model(bytearray(content))
    except xgb.core.XGBoostError as error:
        raise ValueError(f"{ARTIFACT} cannot be read, {str(error).splitlines()[0]}") from error
    columns = booster.feature_names or [f"feature {place}" for place in range(1, booster.num_features() + 1)]

    def score(part: Iterable[Row]) -> str:
        matrix = xgb.DMatrix(features(part, columns), feature_names=booster.feature_names, nthread=1)
        return json.dumps(booster.predict(matrix).tolist())[1:-1]

    def predict(body: bytes) -> bytes:
        scores = ", ".join(score(part) for part in parts(numbered(rows(body), (len(columns),))))
        return f'{{"result": [{scores}]}}'.encode("ascii")

    predict((",".join(["0"] * len(columns))).encode("ascii"))
    return predict


def features(part: Iterable[Row], columns: Sequence[str]) -> np.ndarray:
    """Return rows as the matrix the booster reads, a number for every column."""
    numeric = array("d")
    for row, record in part:
        numeric.extend(numbers(record, columns, row=row))
    return np.frombuffer(numeric).reshape(-1, len(columns)).astype(np.float32)
