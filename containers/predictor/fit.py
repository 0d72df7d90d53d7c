"""Training: channels `train` and `validation`, label first; prints the validation RMSE and writes the booster."""

import numpy as np
import xgboost as xgb

from predict import ARTIFACT, features
from serving.records import numbered
from training.job import Job, JobError

# One thread and a fixed seed, so that two trainings give the same bytes.
_FIXED = {"nthread": 1, "seed": 20240117, "tree_method": "hist", "eval_metric": "rmse"}

_DEFAULTS: dict[str, float | int | str] = {
    "num_round": 120,
    "objective": "reg:squarederror",
    "eta": 0.08,
    "max_depth": 4,
    "min_child_weight": 6.0,
    "gamma": 0.5,
    "subsample": 0.8,
    "colsample_bytree": 0.9,
}


def fit(job: Job) -> None:
    """Boost on the train channel, measure on the other, write the artifact."""
    parameters = job.hyperparameters(_DEFAULTS)
    rounds = int(parameters.pop("num_round"))
    train, validation = matrix(job, "train"), matrix(job, "validation")
    booster = xgb.train({**_FIXED, **parameters}, train, num_boost_round=rounds)
    error = booster.predict(validation) - validation.get_label()
    print(f"validation-rmse: {float(np.sqrt(np.mean(np.square(error, dtype=np.float64)))):.4f}")
    (job.model / ARTIFACT).write_bytes(booster.save_raw("ubj"))


def matrix(job: Job, channel: str) -> xgb.DMatrix:
    """Return a channel as xgboost takes it; the label comes first, as SageMaker's own XGBoost has it."""
    records = list(job.channel(channel))
    width = len(records[0])
    columns = ["label", *(f"feature {place}" for place in range(1, width))]
    table = features(numbered(records, (width,)), columns)
    unlabelled = np.flatnonzero(np.isnan(table[:, 0]))
    if unlabelled.size:
        raise JobError(f"channel {channel!r}, row {unlabelled[0] + 1} has no label")
    return xgb.DMatrix(table[:, 1:], label=table[:, 0], nthread=1)
