"""The table ``[matrix]`` of a project's file, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from emulator.compare.comparing import SEARCH_SECONDS
from emulator.compare.matrix.entries import Entries
from emulator.errors import UsageError
from emulator.model.comparison import VERDICTS, Tolerance, Verdict
from emulator.model.grid import FAILING

MEMORY: Final = 1024**3
"""Bytes that one container is reckoned with where the file does not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageTable:
    """One ``[[matrix.images]]``; ``{axis}`` in a text stands for the cell's value.

    Attributes:
        name: of the container.
        context: folder with what the Dockerfile copies.
        dockerfile: inside of it.
        base: reference of the base image, for the build argument BASE_IMAGE; empty for none.
        arguments: of the build.
        environment: of the container.
        model: archive, folder or ``s3://``; empty for an image that brings its own.
        train: channels to train the model from instead, in each cell's own image; folders by name.
        memory: bytes that one container may take.
    """

    name: str
    context: str
    dockerfile: str = "Dockerfile"
    base: str = ""
    arguments: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    model: str = ""
    train: Mapping[str, str] = field(default_factory=dict)
    memory: int = MEMORY


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixTable:
    """What is to be run.

    Attributes:
        where: the file, for messages.
        folder: of the file; its paths are relative to it.
        axes: values by axis, in the order of the file.
        full: the axes that ``--full`` takes instead, where they differ.
        baseline: words by axis; None for the first value of each.
        images: in the order of the chain.
        samples: files with a request each.
        content_type: of all samples; None where their names tell.
        accept: None for no such header.
        search_seconds: for the search in each cell.
        seed: of the search.
        tolerance: what counts as close.
        memory: bytes for all that runs at once; None for three quarters of the machine's.
        cores: None for the machine's.
        fail_on: the verdicts that fail.
        exclude: cells to leave out, as words by axis.
    """

    where: str
    folder: Path
    axes: Mapping[str, tuple[str, ...]]
    full: Mapping[str, tuple[str, ...]]
    baseline: Mapping[str, str] | None
    images: tuple[ImageTable, ...]
    samples: tuple[Path, ...]
    content_type: str | None = None
    accept: str | None = None
    search_seconds: float = SEARCH_SECONDS
    seed: int | None = None
    tolerance: Tolerance = field(default_factory=Tolerance)
    memory: int | None = None
    cores: int | None = None
    fail_on: tuple[Verdict, ...] = FAILING
    exclude: tuple[Mapping[str, str], ...] = ()


def matrix_table(read: Mapping[str, Any], *, where: str, folder: Path) -> MatrixTable:
    """The table as it was read.

    Args:
        read: from TOML.
        where: the file.
        folder: in which it is.

    Raises:
        UsageError: a key is unknown or missing, or has a value that it cannot have.
    """
    entries = Entries(read, f"{where}: [matrix]")
    axes = _axes(entries.inner("axes"))
    if not axes:
        raise UsageError(f"{where}: [matrix] has no axes.", fix='write [matrix.axes] with NAME = ["value", …]')
    full = entries.inner("full")
    images = tuple(_image(each) for each in entries.each("images"))
    if not images:
        raise UsageError(f"{where}: [matrix] has no images.", fix="write [[matrix.images]] with a name and a context")
    sample = entries.path("sample", folder)
    table = MatrixTable(
        where=where,
        folder=folder,
        axes=axes,
        full=_axes(full.inner("axes")),
        baseline=entries.texts_by_name("baseline") if "baseline" in read else None,
        images=images,
        samples=(*([sample] if sample else []), *entries.paths("samples", folder)),
        content_type=entries.text("content_type"),
        accept=entries.text("accept"),
        search_seconds=entries.seconds("search", SEARCH_SECONDS),
        seed=entries.whole("seed", least=0),
        tolerance=_tolerance(entries.inner("tolerance")),
        memory=entries.size("memory"),
        cores=entries.whole("cores", least=1),
        fail_on=fail_on(entries.texts("fail_on", FAILING), f"{where}: fail_on"),
        exclude=tuple(each.all_texts() for each in entries.each("exclude")),
    )
    full.done()
    entries.done()
    _require_known(table)
    return table


def fail_on(given: tuple[str, ...], where: str) -> tuple[Verdict, ...]:
    """Verdicts that fail.

    Raises:
        UsageError: one of them is no verdict.
    """
    for each in given:
        if each not in VERDICTS:
            raise UsageError(f"{where} cannot be {each!r}.", fix=f"verdicts are: {', '.join(VERDICTS)}")
    return tuple(each for each in VERDICTS if each in given)


def _axes(entries: Entries) -> dict[str, tuple[str, ...]]:
    axes = {name: entries.texts(name) for name in entries.names}
    for name, values in axes.items():
        if not values or len(set(values)) < len(values):
            why = "a value stands in it twice" if values else "it is empty"
            raise UsageError(f"{entries.where} {name} cannot be used.", why=why, fix="list each value once")
    entries.done()
    return axes


def _image(entries: Entries) -> ImageTable:
    image = ImageTable(
        name=entries.required("name"),
        context=entries.text("context") or ".",
        dockerfile=entries.text("dockerfile") or "Dockerfile",
        base=entries.text("base") or "",
        arguments=entries.texts_by_name("arguments"),
        environment=entries.texts_by_name("environment"),
        model=entries.text("model") or "",
        train=entries.texts_by_name("train"),
        memory=entries.size("memory") or MEMORY,
    )
    entries.done()
    if image.model and image.train:
        raise UsageError(f"{entries.where}: model and train exclude each other.", fix="leave one of them out")
    return image


def _tolerance(entries: Entries) -> Tolerance:
    default = Tolerance()
    tolerance = Tolerance(
        absolute=entries.number("absolute", default.absolute),
        relative=entries.number("relative", default.relative),
        ulps=int(entries.number("ulps", default.ulps)),
    )
    entries.done()
    return tolerance


def _require_known(table: MatrixTable) -> None:
    """Axes that are named somewhere are axes, and images have names of their own."""
    names = [each.name for each in table.images]
    if len(set(names)) < len(names):
        raise UsageError(f"{table.where}: two images have the same name.", fix="give each its own")
    places = [("[matrix.full.axes]", table.full), ("baseline", table.baseline or {})]
    places += [("[[matrix.exclude]]", each) for each in table.exclude]
    for place, named in places:
        Entries(named, f"{table.where}: {place}").only(table.axes)
