"""The product of the axes as cells, and the orders that a cell stands for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Final

from emulator.compare.comparing import Comparing
from emulator.compare.matrix.table import ImageTable, MatrixTable
from emulator.compare.matrix.task import ImageOrder, StageOrder, Task
from emulator.compare.matrix.versions import PINNED, value_at
from emulator.errors import UsageError
from emulator.model.grid import Axis
from emulator.model.recording import Request

PLACE: Final = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedCell:
    """One cell.

    Attributes:
        at: its value on each axis.
        task: None for a cell that is its own baseline.
    """

    at: Mapping[str, str]
    task: Task | None

    @property
    def label(self) -> str:
        """Its values, for people."""
        return label_of(self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All cells of a run.

    Attributes:
        axes: what is varied.
        baseline: the values of the baseline, on the axes where it has its own.
        cells: the last axis varying fastest.
    """

    axes: tuple[Axis, ...]
    baseline: Mapping[str, str]
    cells: tuple[PlannedCell, ...]


def planned(
    table: MatrixTable,
    axes: Sequence[Axis],
    *,
    requests: Sequence[Request],
    models: Mapping[str, str],
    select: Mapping[str, Sequence[str]],
    how: Comparing,
) -> Plan:
    """The cells, with a task for each that is to be compared.

    Args:
        table: the file's.
        axes: with versions in place of words.
        requests: what is asked.
        models: model data by an image's name, in place of the table's.
        select: only cells with one of these values, by axis.
        how: to compare.

    Raises:
        UsageError: something is named that there is not: an axis, an image, a value, a file.
    """
    by_name = {axis.name: axis for axis in axes}
    told = {axis.name: axis.values[0].value for axis in axes} if table.baseline is None else table.baseline
    baseline = {name: value_at(by_name[name], word, f"{table.where}: baseline") for name, word in told.items()}
    images = tuple(_with_model(image, models) for image in table.images)
    _require_images(models, table)
    wanted = {name: _wanted(by_name, name, words) for name, words in select.items()}
    left_out = [
        {name: value_at(by_name[name], word, f"{table.where}: exclude") for name, word in each.items()}
        for each in table.exclude
        if all(_has(by_name[name], word) for name, word in each.items())
    ]
    cells = []
    for values in product(*(axis.values for axis in axes)):
        at = {axis.name: each.value for axis, each in zip(axes, values, strict=True)}
        if any(at[name] not in chosen for name, chosen in wanted.items()) or any(
            each.items() <= at.items() for each in left_out
        ):
            continue
        cells.append(_cell(at, baseline, images, table=table, requests=tuple(requests), how=how))
    if not cells:
        raise UsageError("No cell is left of the matrix.", why="--select and exclude leave out all", fix="ask for less")
    _require_used(axes, table)
    return Plan(axes=tuple(axes), baseline=baseline, cells=tuple(cells))


def label_of(at: Mapping[str, str]) -> str:
    """Values by axis as a person writes them."""
    return ", ".join(f"{name} {value}" for name, value in at.items())


def _cell(
    at: Mapping[str, str],
    baseline: Mapping[str, str],
    images: tuple[ImageTable, ...],
    *,
    table: MatrixTable,
    requests: tuple[Request, ...],
    how: Comparing,
) -> PlannedCell:
    candidate = tuple(_order(each, at, table) for each in images)
    reference = tuple(_order(each, {**at, **baseline}, table) for each in images)
    if candidate == reference:
        return PlannedCell(at=at, task=None)
    task = Task(
        label=label_of(at),
        reference=label_of({**at, **baseline}),
        baseline=reference,
        candidate=candidate,
        requests=requests,
        how=how,
    )
    return PlannedCell(at=at, task=task)


def _order(image: ImageTable, at: Mapping[str, str], table: MatrixTable) -> StageOrder:
    where = f"{table.where}: image {image.name}"
    context = (table.folder / Path(_required(image.context, at, f"{where}: context"))).resolve()
    dockerfile = _required(image.dockerfile, at, f"{where}: dockerfile")
    if not (context / dockerfile).is_file():
        raise UsageError(f"{where} cannot be built.", why=f"there is no {dockerfile} in {context}", fix="mend the path")
    order = ImageOrder(
        name=image.name,
        context=str(context),
        dockerfile=dockerfile,
        base=_filled(image.base, at, f"{where}: base") or "",
        arguments=_filled_all(image.arguments, at, f"{where}: arguments"),
    )
    train = {
        name: _existing(table.folder, _required(path, at, f"{where}: train"), where)
        for name, path in image.train.items()
    }
    model = _required(image.model, at, f"{where}: model")
    if model and not model.startswith("s3://"):
        model = _existing(table.folder, model, where)
    environment = _filled_all(image.environment, at, f"{where}: environment")
    return StageOrder(image=order, environment=environment, model=model, train=train)


def _existing(folder: Path, path: str, where: str) -> str:
    found = (folder / Path(path).expanduser()).resolve()
    if not found.exists():
        raise UsageError(
            f"{where}: there is no {path}.", why=f"{found} does not exist", fix="make it, or mend the path"
        )
    return str(found)


def _filled_all(texts: Mapping[str, str], at: Mapping[str, str], where: str) -> dict[str, str]:
    filled = {name: _filled(text, at, f"{where} {name}") for name, text in texts.items()}
    return {name: text for name, text in filled.items() if text is not None}


def _required(text: str, at: Mapping[str, str], where: str) -> str:
    filled = _filled(text, at, where)
    if filled is None:
        raise UsageError(f"{where} cannot be told of a cell that is {PINNED!r}.", fix=f"{text} needs a version there")
    return filled


def _filled(text: str, at: Mapping[str, str], where: str) -> str | None:
    """The text with the cell's values; None where it names an axis that is pinned."""
    named = PLACE.findall(text)
    for name in named:
        if name not in at:
            fix = f"axes are: {', '.join(at)}"
            raise UsageError(f"{where} names {{{name}}}, which is no axis.", fix=fix)
    if any(at[name] == PINNED for name in named):
        return None
    return PLACE.sub(lambda found: at[found[1]], text)


def _with_model(image: ImageTable, models: Mapping[str, str]) -> ImageTable:
    if image.name not in models:
        return image
    given = models[image.name]
    model = given if given.startswith("s3://") else str(Path(given).expanduser().absolute())
    return replace(image, model=model, train={})


def _require_images(models: Mapping[str, str], table: MatrixTable) -> None:
    names = [each.name for each in table.images]
    for name in models:
        if name not in names:
            raise UsageError(f"No image is called {name}.", fix=f"images of {table.where} are: {', '.join(names)}")


def _require_used(axes: Sequence[Axis], table: MatrixTable) -> None:
    """An axis that no image names would only repeat the same cells."""
    named = set(PLACE.findall(str(table.images)))
    for axis in axes:
        if len(axis.values) > 1 and axis.name not in named:
            raise UsageError(
                f"{table.where}: the axis {axis.name} changes nothing.",
                why="no image names it",
                fix=f"write {{{axis.name}}} in the base or in a build argument of one",
            )


def _wanted(by_name: Mapping[str, Axis], name: str, words: Sequence[str]) -> set[str]:
    if name not in by_name:
        raise UsageError(f"--select {name}: there is no such axis.", fix=f"axes are: {', '.join(by_name)}")
    return {value_at(by_name[name], word, "--select") for word in words}


def _has(axis: Axis, word: str) -> bool:
    return any(word == each.value or word in each.words for each in axis.values)
