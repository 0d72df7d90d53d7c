"""A matrix as one call: what ``byoc matrix`` does, for programs; and the function that does one of its tasks."""

from __future__ import annotations

import atexit
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from secrets import token_hex
from typing import Final

from emulator.adapters.capacity import memory_bytes, usable_cores
from emulator.adapters.clock import MonotonicClock
from emulator.adapters.docker import DockerRuntime
from emulator.adapters.engine.lock import locked
from emulator.adapters.engine.recipe import parse_reference
from emulator.adapters.package_index import PipIndex
from emulator.adapters.process_pool import ProcessPool
from emulator.assemble import base_image, session
from emulator.compare.comparing import Comparing
from emulator.compare.matrix.budget import at_once
from emulator.compare.matrix.building import Workshop
from emulator.compare.matrix.kept import KeptResults
from emulator.compare.matrix.perform import performed
from emulator.compare.matrix.plan import Plan, planned
from emulator.compare.matrix.run import MatrixRun
from emulator.compare.matrix.table import MatrixTable
from emulator.compare.matrix.task import Result, Task
from emulator.compare.matrix.versions import axes_of
from emulator.contract.sample import sample_from
from emulator.errors import EmulatorError, Problem, UsageError
from emulator.hosting.session import Session
from emulator.model.event import Emit, ignore
from emulator.model.grid import MatrixReport
from emulator.model.recording import Request
from emulator.ports.scheduler import PackageIndex, Scheduler, Tell
from emulator.render import comparison_html, comparison_json
from emulator.settings import Settings

BUILD_SECONDS: Final = 3600.0
"""Longest wait for another process that builds or trains the same."""

FOLDER: Final = Path(".byoc-matrix")


def matrix(
    table: MatrixTable,
    *,
    full: bool = False,
    models: Mapping[str, str] | None = None,
    select: Mapping[str, Sequence[str]] | None = None,
    scheduler: Scheduler | str | None = None,
    jobs: int | None = None,
    folder: Path = FOLDER,
    fresh: bool = False,
    index: PackageIndex | None = None,
    settings: Settings | None = None,
    emit: Emit = ignore,
    command: str = "",
) -> MatrixReport:
    """Every cell of a matrix compared with its baseline, as ``byoc matrix`` does it.

    A program that calls this needs the guard ``if __name__ == "__main__"``, as workers import its main module. They
    read settings of their own: the environment, and the project's file.

    Args:
        table: :func:`emulator.compare.matrix.table.matrix_table` of what the file says.
        full: take the axes of ``[matrix.full.axes]`` where it has them.
        models: model data by an image's name, in place of the table's.
        select: only cells with one of these values, by axis.
        scheduler: address of a Dask scheduler; default is processes of this machine.
        jobs: so many cells at once at most, on this machine.
        folder: for results and evidence; what is in it is not done again.
        fresh: do everything again.
        index: knows the versions of packages; default is pip's.
        settings: default is :meth:`Settings.load`.
        emit: hears every :class:`~emulator.model.event.Event`.
        command: what to type for the same again; stands in the report.

    Raises:
        UsageError: something is named that there is not; nothing has been built then.
        EngineUnavailable: no engine answers.
        EmulatorError: the workers cannot be had.
    """
    settings = Settings.load() if settings is None else settings
    plan = plan_of(table, full=full, models=models or {}, select=select or {}, index=index or PipIndex())
    if scheduler is None or isinstance(scheduler, str):
        scheduler = _scheduler(scheduler, table, jobs, settings)
    run = MatrixRun(
        plan=plan,
        scheduler=scheduler,
        work=perform,
        kept=KeptResults(folder, page=comparison_html.render, document=comparison_json.render),
        name=token_hex(8),
        fresh=fresh,
        clock=MonotonicClock(),
        emit=emit,
    )
    try:
        report = run.report(table)
    except BaseException:
        with suppress(EmulatorError), session(settings):
            pass  # a session begins by removing what killed workers left
        raise
    return replace(report, command=command)


def plan_of(
    table: MatrixTable,
    *,
    full: bool,
    models: Mapping[str, str],
    select: Mapping[str, Sequence[str]],
    index: PackageIndex,
) -> Plan:
    """The cells of a matrix, with everything looked up and looked at that can be without an engine.

    Raises:
        UsageError: something is named that there is not.
    """
    told = {**table.axes, **table.full} if full else table.axes
    requests = tuple(_requests(table))
    how = Comparing(tolerance=table.tolerance, search_seconds=table.search_seconds, seed=table.seed)
    plan = planned(table, axes_of(told, index), requests=requests, models=models, select=select, how=how)
    for reference in sorted({stage.image.base for cell in plan.cells if cell.task for stage in cell.task.candidate}):
        if reference:
            parse_reference(reference)
    return plan


def perform(text: str, tell: Tell) -> str:
    """Do one task, and tell what became of it; both as text. Runs in whatever process a scheduler has it run.

    What goes wrong with us or with the machine is a result as well: it says nothing about the image.
    """
    try:
        task, settings = Task.of(text), Settings.load()
        tell("waiting for the engine")
        with session(settings) as opened, _closed_at_exit(opened):
            result = performed(task, _workshop(opened, settings, tell))
    except (Problem, OSError, ValueError) as broke:
        result = Result(verdict=None, reason=str(broke))
    except Exception as bug:  # noqa: BLE001 - whatever it trips over is ours, and says nothing about the image
        result = Result(verdict=None, reason=f"byoc-emulator itself broke: {type(bug).__name__}: {bug}")
    return result.text


@contextmanager
def _closed_at_exit(opened: Session) -> Iterator[None]:
    """A Dask worker that is told to end gives up the thread that performs; its containers have to go all the same."""
    runtime = opened.world.runtime
    if not isinstance(runtime, DockerRuntime):
        yield
        return
    atexit.register(runtime.close)
    try:
        yield
    finally:
        atexit.unregister(runtime.close)


def _scheduler(address: str | None, table: MatrixTable, jobs: int | None, settings: Settings) -> Scheduler:
    if address is not None:
        from emulator.adapters.dask_cluster import DaskCluster

        return DaskCluster(address)
    size = at_once(table, machine_memory=memory_bytes(), machine_cores=usable_cores(), jobs=jobs)
    with session(settings):  # that there is an engine is known before a worker asks for it
        return ProcessPool(size)


def _requests(table: MatrixTable) -> Iterator[Request]:
    if not table.samples:
        raise UsageError(f"{table.where}: [matrix] has no sample.", fix='write sample = "rows.csv"')
    for path in table.samples:
        sample = sample_from(path, table.content_type, table.accept)
        yield Request(body=sample.body, content_type=sample.content_type, accept=sample.accept)


def _workshop(opened: Session, settings: Settings, tell: Tell) -> Workshop:
    state = settings.cache / "matrix"

    def lock(name: str) -> AbstractContextManager[None]:
        return locked(state / "locks", name, on_progress=tell, timeout=BUILD_SECONDS)

    def base(reference: str) -> str:
        return base_image(reference, settings=settings, on_progress=tell)

    return Workshop(session=opened, base=base, state=state, lock=lock, tell=tell)
