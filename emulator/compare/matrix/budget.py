"""How many cells fit on a machine at once."""

from __future__ import annotations

from emulator.compare.matrix.table import MatrixTable
from emulator.errors import UsageError

SHARE = 0.75
"""Of the machine's memory, where the file names no budget."""


def at_once(table: MatrixTable, *, machine_memory: int, machine_cores: int, jobs: int | None = None) -> int:
    """Cells at once: as many as both budgets hold, at most one for each core.

    Args:
        table: with the budgets, and what a container may take; a cell is two chains of containers.
        machine_memory: bytes.
        machine_cores: that may be used.
        jobs: at most so many.

    Raises:
        UsageError: the budget does not hold a single cell.
    """
    memory = table.memory or int(machine_memory * SHARE)
    cell = 2 * sum(each.memory for each in table.images)
    if cell > memory:
        raise UsageError(
            f"A cell does not fit into the memory budget of {memory / 1024**3:.1f} GiB.",
            why=f"its two chains are reckoned with {cell / 1024**3:.1f} GiB",
            fix="raise `memory` of [matrix], or lower that of its images",
        )
    return max(1, min(memory // cell, table.cores or machine_cores, *([jobs] if jobs else [])))
