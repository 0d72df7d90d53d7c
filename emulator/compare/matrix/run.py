"""All tasks of a plan on a scheduler, and what became of every cell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from importlib.metadata import version

from emulator.compare.matrix.kept import KeptResults
from emulator.compare.matrix.plan import Plan, PlannedCell, label_of
from emulator.compare.matrix.table import MatrixTable
from emulator.compare.matrix.task import Result, Task
from emulator.model.comparison import Party
from emulator.model.event import CellFinished, CellWorking, Emit
from emulator.model.grid import Cell, MatrixReport
from emulator.ports import Clock
from emulator.ports.scheduler import Done, Scheduler, Work


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixRun:
    """One run of a plan.

    Attributes:
        plan: what.
        scheduler: where.
        work: does one task.
        kept: results of earlier runs, and of this one.
        name: of the run, unlike that of any other.
        fresh: nothing counts that an earlier run found out.
        clock: for how long and when.
        emit: hears of every cell.
    """

    plan: Plan
    scheduler: Scheduler
    work: Work
    kept: KeptResults
    name: str
    fresh: bool
    clock: Clock
    emit: Emit

    def report(self, table: MatrixTable) -> MatrixReport:
        """Do all that is to be done, and tell of every cell; each result is kept as soon as it is there.

        Raises:
            EmulatorError: the scheduler is lost; what it has done by then is kept.
        """
        began, date = self.clock.now(), self.clock.utc().isoformat(timespec="seconds")
        ends = self._ends()
        return MatrixReport(
            subject=tuple(each.name for each in table.images),
            axes=self.plan.axes,
            baseline=self.plan.baseline,
            cells=tuple(self._cell(each, ends) for each in self.plan.cells),
            samples=tuple(each.name for each in table.samples),
            fail_on=table.fail_on,
            folder=str(self.kept.folder),
            seconds=self.clock.now() - began,
            date=date,
            version=version("byoc-emulator"),
        )

    def _ends(self) -> dict[str, Result]:
        """Results by the key of their task."""
        tasks = {each.task.key: self._told(each.task) for each in self.plan.cells if each.task is not None}
        ends: dict[str, Result] = {}
        asked = self.scheduler.each(
            self.work,
            {key: task.text for key, task in tasks.items()},
            heard=lambda key, text: self.emit(CellWorking(subject=tasks[key].label, text=text)),
        )
        with closing(asked):  # at once, as then the workers stop; not whenever the exception is forgotten
            for done in asked:
                result = ends[done.key] = self._result(done)
                self._tell(tasks[done.key], result, done=len(ends), of=len(tasks))
        return ends

    def _told(self, task: Task) -> Task:
        known = () if self.fresh else self.kept.known
        return replace(task, run=self.name, known=known, fresh=self.fresh)

    def _tell(self, task: Task, result: Result, *, done: int, of: int) -> None:
        verdict = (result.verdict or "errored") + (", known from an earlier run" if result.known else "")
        self.emit(CellFinished(subject=task.label, verdict=verdict, done=done, of=of))

    def _result(self, done: Done) -> Result:
        if done.result is None:
            return Result(verdict=None, reason=done.problem)
        try:
            result = Result.of(done.result)
        except ValueError as broken:
            return Result(verdict=None, reason=f"Its result cannot be read, another version may have made it: {broken}")
        if result.known:
            return replace(self.kept.of(result.content), known=True)
        self.kept.keep(result)
        return result

    def _cell(self, planned: PlannedCell, ends: Mapping[str, Result]) -> Cell:
        if planned.task is None:
            return self._baseline_cell(planned, ends)
        result = ends[planned.task.key]
        comparison = result.comparison
        return Cell(
            at=planned.at,
            verdict=result.verdict,
            reason=result.reason,
            comparison=comparison,
            versions={} if comparison is None else self._versions(comparison.candidate),
            key=result.content,
            evidence="" if comparison is None else self.kept.evidence(result.content or planned.task.key, comparison),
            cached=result.known,
            seconds=result.seconds,
        )

    def _baseline_cell(self, planned: PlannedCell, ends: Mapping[str, Result]) -> Cell:
        """It is not compared with itself; what it is, the comparisons with it tell."""
        label = label_of(planned.at)
        of_it = [
            ends[each.task.key] for each in self.plan.cells if each.task is not None and each.task.reference == label
        ]
        blame = next((each.reason for each in of_it if each.blames_baseline), None)
        if blame is not None:
            return Cell(at=planned.at, verdict=None, reason=blame, baseline=True)
        party = next((each.comparison.baseline for each in of_it if each.comparison is not None), None)
        return Cell(
            at=planned.at, verdict="same", baseline=True, versions={} if party is None else self._versions(party)
        )

    def _versions(self, party: Party) -> dict[str, str]:
        """Of the packages that axes are named after; a package's variant, such as xgboost-cpu, counts as it."""
        found: dict[str, str] = {}
        for axis in self.plan.axes:
            name = re.sub(r"[-_.]+", "-", axis.name).lower()
            installed = {key: value for stage in party.stages for key, value in stage.versions.items()}
            variants = [key for key in sorted(installed) if key == name or key.startswith(f"{name}-")]
            if variants:
                found[axis.name] = installed[variants[0]]
        return found
