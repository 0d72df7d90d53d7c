"""The two images of this folder as one project: build them, split the data, train one after the other.

The way the field does it: fit the featurizer, send the training rows through its
endpoint, train the predictor on the features, host both as one inference pipeline.
``python -m containers.abalone FOLDER`` leaves both models there, and records for them in ``rows.csv``.
"""

from __future__ import annotations

import random
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from emulator import ContainerDefinition, Model, base_image, session
from emulator.hosting.session import Session

FOLDER = Path(__file__).parent
DATA = FOLDER.parent / "fixtures" / "abalone.csv"

FEATURIZER = "byoc-abalone/featurizer:latest"
PREDICTOR = "byoc-abalone/predictor:latest"

BASES = {FEATURIZER: "python:3.11-slim-bookworm", PREDICTOR: "debian:trixie-slim"}
"""Two different ones on purpose: any base image must do."""

SEED = 2026
HELD_OUT = 0.2
"""Share of the rows on which no model is trained."""

ROWS = 100
"""Held-out records in ``rows.csv``, without their label."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """Abalone records with their label, the rings, in the last column."""

    train: Sequence[str]
    held_out: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifacts:
    """What training made.

    Attributes:
        featurizer, predictor: their ``model.tar.gz``.
        rmse: of the predictor on the held-out rows, in rings, as its own training says.
    """

    featurizer: Path
    predictor: Path
    rmse: float


def main(folder: Path) -> None:
    """Build, train, and leave ``featurizer.tar.gz``, ``predictor.tar.gz`` and ``rows.csv`` in a folder.

    Args:
        folder: made if it is not there; what it has by these names is replaced once all of it is made anew.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rows = split()
    with TemporaryDirectory(prefix=".training-", dir=folder) as beside, session() as opened:
        build(opened, on_progress=print)
        made = train(opened, rows, Path(beside), on_progress=print)
        records = Path(beside) / "rows.csv"
        records.write_text("".join(f"{row.rpartition(',')[0]}\n" for row in rows.held_out[:ROWS]), encoding="utf-8")
        for file in (made.featurizer, made.predictor, records):
            file.replace(folder / file.name)
    print(f"RMSE on the held-out rows: {made.rmse:.3f} rings")


def build(session: Session, *, on_progress: Callable[[str], None] = lambda step: None) -> None:
    """Build both images side by side; quick when nothing changed."""

    def build_one(tag: str) -> None:
        dockerfile = f"{tag.partition('/')[2].partition(':')[0]}/Dockerfile"
        base = base_image(BASES[tag], on_progress=on_progress)
        session.build(FOLDER, tag=tag, dockerfile=dockerfile, arguments={"BASE_IMAGE": base}, on_progress=on_progress)

    with ThreadPoolExecutor(len(BASES)) as pool:
        list(pool.map(build_one, BASES))


def split(*, seed: int = SEED) -> Split:
    """All 4,177 rows, shuffled by ``seed``, the last fifth held out."""
    rows = DATA.read_text(encoding="utf-8").splitlines()
    random.Random(seed).shuffle(rows)
    border = round(len(rows) * (1 - HELD_OUT))
    return Split(train=rows[:border], held_out=rows[border:])


def label(row: str) -> float:
    """A record's rings."""
    return float(row.rpartition(",")[2])


def train(
    session: Session, rows: Split, folder: Path, *, on_progress: Callable[[str], None] = lambda step: None
) -> Artifacts:
    """Train the featurizer, then the predictor on its features, each inside its own image.

    Args:
        session: with both images built.
        rows: the data.
        folder: existing; gets both archives and the training channels.
        on_progress: hears each step.
    """
    featurizer, predictor = folder / "featurizer.tar.gz", folder / "predictor.tar.gz"
    on_progress(f"training the featurizer on {len(rows.train):,} rows")
    session.train(FEATURIZER, {"train": _channel(folder / "raw", rows.train)}, featurizer)
    on_progress("sending all rows through the featurizer")
    model = Model(containers=(ContainerDefinition(FEATURIZER, model_data_url=featurizer),))
    with session.endpoint(model) as endpoint:
        channels = {
            name: _channel(
                folder / name, _labelled(endpoint.invoke("\n".join(part), content_type="text/csv").text, part)
            )
            for name, part in (("train", rows.train), ("validation", rows.held_out))
        }
    on_progress(f"training the predictor on {len(rows.train):,} rows")
    job = session.train(PREDICTOR, channels, predictor)
    rmse = next(line.partition(": ")[2] for line in job.log if line.startswith("validation-rmse: "))
    return Artifacts(featurizer=featurizer, predictor=predictor, rmse=float(rmse))


def pipeline(artifacts: Artifacts, *, at: str | None = None) -> Model:
    """Both containers in a row, their model data beside each other below ``at``, or where training left them."""
    return Model(
        containers=tuple(
            ContainerDefinition(image, model_data_url=path if at is None else f"{at}/{path.name}")
            for image, path in ((FEATURIZER, artifacts.featurizer), (PREDICTOR, artifacts.predictor))
        )
    )


def _labelled(features: str, rows: Sequence[str]) -> list[str]:
    """SageMaker's convention for training data: the label first, then the features."""
    return [f"{label(row):g},{line}" for row, line in zip(rows, features.splitlines(), strict=True)]


def _channel(folder: Path, rows: Sequence[str]) -> Path:
    folder.mkdir()
    (folder / "abalone.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


if __name__ == "__main__":
    parser = ArgumentParser(prog="python -m containers.abalone", description="Build both images and train both models.")
    parser.add_argument("folder", type=Path)
    main(parser.parse_args().folder)
