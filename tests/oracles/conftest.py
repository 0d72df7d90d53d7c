"""Our images in service, and beside each what its artifact answers in this process.

Nothing of the images' code runs here: records never become text; pandas and scikit-learn, or xgboost alone, take them
as they were drawn. The versions are the images' own (test_pins.py).

How far two answers may lie apart, counted in steps from one float to the next:

=============  =====  ================================================================================================
of 64 bits     0      A feature is a subtraction and a division, which IEEE 754 rounds alike on every machine, and the
                      CSV has the digits it takes to read the same float back: nothing may be lost.
of 32 bits     4      A prediction is a sum over 120 trees; a processor for which xgboost was built otherwise may add
                      them up in another order. On one machine it is 0. At 15 rings, 4 steps are 0.000004.
=============  =====  ================================================================================================
"""

from __future__ import annotations

import json
import math
import tarfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

import joblib
import numpy as np
import pandas as pd
import pytest
import xgboost as xgb
from hypothesis import strategies as st

from containers import abalone
from emulator import ContainerDefinition, Model, ModelError, Settings, session
from emulator.hosting.endpoint import Endpoint
from emulator.hosting.session import Session
from emulator.model.record import Cell, RecordSchema, Row
from emulator.strategies import encoded, learnt_from, records

if TYPE_CHECKING:
    from tests.conftest import Trained

Rows: TypeAlias = Sequence[Row]
Batches: TypeAlias = "st.SearchStrategy[list[Row]]"

FEATURE_STEPS = 0
PREDICTION_STEPS = 4

LARGEST = float(np.finfo(np.float32).max)
"""What both images take: the predictor computes in 32 bits, and neither lets infinity in."""

LARGEST_MEASURE = 1e36
"""What a pipeline takes: the scaler divides by as little as 0.04, and its quotient has to fit 32 bits too."""

SHOWN = 3
LOG_LINES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """An endpoint, and what must come of the same records in this process.

    Attributes:
        endpoint: in service.
        schema: how records are laid out for it.
        read: its reply as an array, a row for each record.
        oracle: the same from the artifacts.
        steps: how many floats may lie between the two.
    """

    endpoint: Endpoint
    schema: RecordSchema
    read: Callable[[bytes], Any]
    oracle: Callable[[Rows], Any]
    steps: int

    def compare(self, rows: Rows) -> None:
        """Ask both, in one request.

        Raises:
            AssertionError: they differ; shows records, both answers and the containers' logs.
        """
        expected = self.oracle(rows)
        try:
            reply = self.endpoint.invoke(encoded(rows, self.schema), content_type="text/csv").body
            answered = self.read(reply)
        except (ModelError, ValueError, LookupError, TypeError) as failed:
            self._fail(rows, range(len(rows)), f"it answers {failed!r}", expected)
        if answered.shape != expected.shape:
            self._fail(rows, range(len(rows)), f"it answers an array of {answered.shape}", expected)
        apart = np.flatnonzero(apart_by_more(self.steps, answered, expected).reshape(len(rows), -1).any(axis=1))
        if apart.size:
            self._fail(rows, apart.tolist(), answered, expected)

    def _fail(self, rows: Rows, places: Sequence[int], answered: Any, expected: Any) -> NoReturn:
        said = [f"{len(places)} of {len(rows)} records are answered otherwise than in this process."]
        for place in places[:SHOWN]:
            container = answered if isinstance(answered, str) else answered[place].tolist()
            said += [
                f"record {place + 1}: {encoded([rows[place]], self.schema).decode()}".rstrip(),
                f"  container:  {container}",
                f"  in process: {expected[place].tolist()}",
            ]
        for each in self.endpoint.containers:
            said += [f"log of {each.name}:", *(f"  {line}" for line in each.running.log_tail(LOG_LINES))]
        raise AssertionError("\n".join(said))


def apart_by_more(steps: int, answered: Any, expected: Any) -> Any:
    """Where two arrays are further apart than so many floats of the type of the second; NaN is, from everything."""
    with np.errstate(all="ignore"):
        step = np.spacing(np.maximum(np.abs(answered), np.abs(expected)).astype(expected.dtype))
        return ~(np.abs(answered - expected) <= steps * step)


def features_of(reply: bytes) -> Any:
    """The featurizer's reply as an array."""
    return np.array([[float(field) for field in line.split(",")] for line in reply.decode("ascii").splitlines()])


def predictions_of(reply: bytes) -> Any:
    """The predictor's reply as an array."""
    return np.array(json.loads(reply)["result"], dtype=float)


def transformed(transformer: Any) -> Callable[[Rows], Any]:
    """What a ColumnTransformer makes of records: by pandas, as one does in a notebook."""
    columns = list(transformer.feature_names_in_)

    def features(rows: Rows) -> Any:
        cells = [[math.nan if cell is None else cell for cell in row] for row in rows]
        table = pd.DataFrame(cells, columns=columns, dtype=object)
        return transformer.transform(table.astype(dict.fromkeys(columns[1:], float)))

    return features


def boosted(booster: Any) -> Callable[[Any], Any]:
    """What a booster makes of features, an array or records."""
    return lambda features: booster.predict(xgb.DMatrix(np.array(features, dtype=float), nthread=1))


def unpacked(archive: Path, name: str) -> bytes:
    """One file of a model.tar.gz."""
    with tarfile.open(archive) as opened:
        member = opened.extractfile(name)
        assert member is not None, f"{archive.name} has no {name}"
        return member.read()


def transformer_in(archive: Path) -> Any:
    """The featurizer's artifact."""
    return joblib.load(BytesIO(unpacked(archive, "preprocess.joblib")))


def booster_in(archive: Path) -> Any:
    """The predictor's artifact."""
    # Of one thread: on a busy machine several wait for each other longer than they compute.
    return xgb.Booster({"nthread": 1}, model_file=bytearray(unpacked(archive, "xgboost-model")))


def thresholds(booster: Any) -> list[float]:
    """The numbers at which its trees branch, with the next smaller one of 64 bits, and one that rounds up to it."""
    model = json.loads(booster.save_raw("json"))["learner"]["gradient_booster"]["model"]
    found = {
        np.float32(limit)
        for tree in model["trees"]
        for limit, left in zip(tree["split_conditions"], tree["left_children"], strict=True)
        if left >= 0
    }
    exact = np.array(sorted(found), dtype=float)
    just_below = exact - np.spacing(exact.astype(np.float32)) / 4
    return [float(number) for number in np.concatenate([exact, just_below, np.nextafter(exact, -np.inf)])]


def learnt(lines: Sequence[str]) -> RecordSchema:
    """The schema of these lines of CSV, each column of which may be missing as well."""
    schema = learnt_from("\n".join(lines).encode(), "text/csv")
    return replace(schema, columns=tuple(replace(column, missing=0.2) for column in schema.columns))


def words() -> st.SearchStrategy[str]:
    """Sexes that no training has seen, some of them nearly; blanks around one are the image's own business."""
    near = st.sampled_from(
        ["m", "f", "i", "MF", "female", "missing", "NA", "nan", "None", "0", "?", 'M"', "M,F", "M\nF"]
    )
    # At the very beginning of a body, U+FEFF says how it is encoded.
    signs = st.characters(codec="utf-8", exclude_characters="\ufeff")
    return near | st.text(signs, min_size=1, max_size=6).filter(lambda word: word == word.strip())


def numbers(largest: float) -> st.SearchStrategy[float]:
    """Finite numbers that no abalone measures, of either sign, up to a magnitude; half of them of everyday size."""
    huge = st.floats(-largest, largest) | st.sampled_from([largest, -largest, 5e-324, -0.0, 1e-45, 1e22])
    return st.floats(-1000, 1000) | st.integers(-(10**30), 10**30) | huge


def batches_of(schema: RecordSchema, odd: Callable[[int], st.SearchStrategy[Cell]]) -> Batches:
    """Payloads of 1 to 40 plausible records, up to two values of each of which are odd ones."""
    places = range(len(schema.columns))
    change = st.one_of([st.tuples(st.just(place), odd(place)) for place in places])
    rows = st.builds(changed, records(schema), st.lists(change, max_size=2))
    return st.lists(rows, min_size=1, max_size=8) | st.lists(rows, min_size=20, max_size=40)


def changed(row: Row, changes: Sequence[tuple[int, Cell]]) -> Row:
    """A record with other values in some places."""
    others = dict(changes)
    return tuple(others.get(place, cell) for place, cell in enumerate(row))


@pytest.fixture(scope="session")
def opened() -> Iterator[Session]:
    """One session for all."""
    with session(Settings.load()) as shared:
        yield shared


@pytest.fixture(scope="session")
def transformer(trained: Trained) -> Any:
    """The featurizer's artifact in this process."""
    return transformer_in(trained.artifacts.featurizer)


@pytest.fixture(scope="session")
def booster(trained: Trained) -> Any:
    """The predictor's artifact in this process."""
    return booster_in(trained.artifacts.predictor)


@pytest.fixture(scope="session")
def abalones() -> list[Row]:
    """All real records."""
    split = (line.split(",") for line in abalone.DATA.read_text("utf-8").splitlines())
    return [(sex, *map(float, measures)) for sex, *measures, _rings in split]


@pytest.fixture(scope="session")
def raw() -> RecordSchema:
    """Abalone records without their label, as learnt from all of them."""
    return learnt([line.rpartition(",")[0] for line in abalone.DATA.read_text("utf-8").splitlines()])


@pytest.fixture(scope="session")
def raw_batches(raw: RecordSchema) -> Batches:
    """For the featurizer."""
    return batches_of(raw, lambda place: numbers(LARGEST) if place else words())


@pytest.fixture(scope="session")
def pipeline_batches(raw: RecordSchema) -> Batches:
    """For both in a row."""
    return batches_of(raw, lambda place: numbers(LARGEST_MEASURE) if place else words())


@pytest.fixture(scope="session")
def features(transformer: Any, abalones: list[Row]) -> list[Row]:
    """The features of all real records."""
    return [tuple(row) for row in transformed(transformer)(abalones).tolist()]


@pytest.fixture(scope="session")
def feature_schema(features: list[Row]) -> RecordSchema:
    """Records of features, as learnt from all of them."""
    return learnt([",".join(map(repr, row)) for row in features])


@pytest.fixture(scope="session")
def feature_batches(feature_schema: RecordSchema, booster: Any) -> Batches:
    """For the predictor."""
    odd = st.sampled_from(thresholds(booster)) | numbers(LARGEST)
    return batches_of(feature_schema, lambda place: odd)


@pytest.fixture(scope="session")
def featurizer(opened: Session, trained: Trained, raw: RecordSchema, transformer: Any) -> Iterator[Pair]:
    """The featurizer, and its ColumnTransformer."""
    alone = ContainerDefinition(abalone.FEATURIZER, model_data_url=trained.artifacts.featurizer)
    with opened.endpoint(Model(containers=(alone,))) as endpoint:
        yield Pair(
            endpoint=endpoint, schema=raw, read=features_of, oracle=transformed(transformer), steps=FEATURE_STEPS
        )


@pytest.fixture(scope="session")
def predictor(opened: Session, trained: Trained, feature_schema: RecordSchema, booster: Any) -> Iterator[Pair]:
    """The predictor, and its booster."""
    alone = ContainerDefinition(abalone.PREDICTOR, model_data_url=trained.artifacts.predictor)
    with opened.endpoint(Model(containers=(alone,))) as endpoint:
        yield Pair(
            endpoint=endpoint,
            schema=feature_schema,
            read=predictions_of,
            oracle=boosted(booster),
            steps=PREDICTION_STEPS,
        )


@pytest.fixture(scope="session")
def pipeline(opened: Session, trained: Trained, raw: RecordSchema, transformer: Any, booster: Any) -> Iterator[Pair]:
    """Both in a row, and the booster of what the ColumnTransformer makes."""
    first, second = transformed(transformer), boosted(booster)
    with opened.endpoint(abalone.pipeline(trained.artifacts)) as endpoint:
        yield Pair(
            endpoint=endpoint,
            schema=raw,
            read=predictions_of,
            oracle=lambda rows: second(first(rows)),
            steps=PREDICTION_STEPS,
        )


@pytest.fixture(scope="session")
def featurizer_of_gaps(
    opened: Session, trained: Trained, raw: RecordSchema, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Pair]:
    """The featurizer trained on records with gaps: a missing sex has a column of its own, an unseen one has none."""
    folder = tmp_path_factory.mktemp("gaps")
    lines = [line.split(",") for line in abalone.split().train]
    for number, fields in enumerate(lines):
        if not number % 3:
            fields[number % 8] = ""
    channel = folder / "train"
    channel.mkdir()
    (channel / "gaps.csv").write_text("".join(f"{','.join(fields)}\n" for fields in lines), "utf-8")
    archive = folder / "gaps.tar.gz"
    opened.train(abalone.FEATURIZER, {"train": channel}, archive)
    alone = ContainerDefinition(abalone.FEATURIZER, model_data_url=archive)
    with opened.endpoint(Model(containers=(alone,))) as endpoint:
        yield Pair(
            endpoint=endpoint,
            schema=raw,
            read=features_of,
            oracle=transformed(transformer_in(archive)),
            steps=FEATURE_STEPS,
        )


@pytest.fixture(scope="session")
def made_of() -> Callable[[Any], Callable[[Any], Any]]:
    """What a ColumnTransformer or a booster makes of records, as above."""
    return lambda model: boosted(model) if isinstance(model, xgb.Booster) else transformed(model)
