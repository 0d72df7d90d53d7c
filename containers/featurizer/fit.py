"""Training: channel `train` holds raw records, the artifact is the fitted ColumnTransformer."""

import joblib
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from featurize import ARTIFACT, CATEGORY, NUMBERS, WIDTHS, table
from serving.records import numbered
from training.job import Job


def fit(job: Job) -> None:
    """Fit on the train channel and write the artifact."""
    job.hyperparameters({})
    records = table(numbered(job.channel("train"), WIDTHS))
    transformer = preprocessor().fit(records)
    joblib.dump(transformer, job.model / ARTIFACT)
    print(f"train-rows: {len(records)}")
    print(f"features: {len(transformer.get_feature_names_out())}")


def preprocessor() -> ColumnTransformer:
    """Return the transformer the field writes for Abalone, not fitted."""
    measures = Pipeline([("imputer", SimpleImputer(strategy="median")), ("scaler", StandardScaler())])
    category = Pipeline(
        [
            ("imputer", SimpleImputer(strategy="constant", fill_value="missing")),
            ("onehot", OneHotEncoder(handle_unknown="ignore")),
        ]
    )
    return ColumnTransformer([("num", measures, list(NUMBERS)), ("cat", category, [CATEGORY])])
