"""Abalone records to features: bytes of CSV in, bytes of CSV out, no web in between.

A record has the eight columns of `COLUMNS`, or nine, the last being the label, which is dropped unread. An
empty number is missing and gets the median; an empty sex becomes the category `missing`; a sex never seen in
training is a row of zeros in the one-hot columns. Anything else that is not a number is the caller's mistake.
"""

import math
from array import array
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd

from serving.records import Row, numbered, numbers, parts, rows

CATEGORY = "sex"
NUMBERS = ("length", "diameter", "height", "whole_weight", "shucked_weight", "viscera_weight", "shell_weight")
COLUMNS = (CATEGORY, *NUMBERS)
WIDTHS = (len(COLUMNS), len(COLUMNS) + 1)

ARTIFACT = "preprocess.joblib"

_SPECIMEN = b"M,0.455,0.365,0.095,0.514,0.2245,0.101,0.15\n"


def load(model: Path) -> Callable[[bytes], bytes]:
    """Return the function a trained transformer is, having tried it on one record.

    The trial is what tells a transformer that unpickles under another scikit-learn, but no longer works, and
    it spares the first caller the warming up.
    """
    try:
        transformer = joblib.load(model / ARTIFACT)
    except OSError:
        raise
    except Exception as error:  # a pickle may raise anything, mostly without saying which file it is about
        raise ValueError(f"{ARTIFACT} cannot be unpickled, {error!r}") from error

    def featurize(body: bytes) -> bytes:
        return b"".join(text(transformer.transform(table(part))) for part in parts(numbered(rows(body), WIDTHS)))

    featurize(_SPECIMEN)
    return featurize


def table(part: Iterable[Row]) -> pd.DataFrame:
    """Return records as the table the transformer was fitted on, columns by name."""
    sexes: list[str | float] = []
    numeric = array("d")
    for row, record in part:
        sexes.append(record[0].strip() or math.nan)
        numeric.extend(numbers(record[1 : len(COLUMNS)], NUMBERS, row=row))
    measures = np.frombuffer(numeric).reshape(-1, len(NUMBERS))
    # An object column, as before pandas 3, which would make it a string column that no older transformer has seen.
    columns: dict[str, Any] = {CATEGORY: pd.Series(sexes, dtype=object)}
    columns.update({name: measures[:, place] for place, name in enumerate(NUMBERS)})
    return pd.DataFrame(columns)


def text(matrix: Any) -> bytes:
    """Return features as CSV, every number in the shortest form that reads back to the same float."""
    dense = matrix.toarray() if hasattr(matrix, "toarray") else matrix
    lines = (",".join(map(repr, row)) for row in np.asarray(dense, dtype=np.float64).tolist())
    return "".join(f"{line}\n" for line in lines).encode("ascii")
