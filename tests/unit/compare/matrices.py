"""A matrix of one wooden image, and a scheduler that does its tasks here and now."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

from emulator.assemble import wooden_session
from emulator.compare.comparing import Comparing
from emulator.compare.matrix.building import Workshop, tag_of
from emulator.compare.matrix.kept import KeptResults
from emulator.compare.matrix.perform import performed
from emulator.compare.matrix.plan import Plan, planned
from emulator.compare.matrix.run import MatrixRun
from emulator.compare.matrix.table import MatrixTable, matrix_table
from emulator.compare.matrix.task import ImageOrder, Task
from emulator.compare.matrix.versions import axes_of
from emulator.model.event import Emit, ignore
from emulator.model.launch import ImageConfig
from emulator.model.recording import Request
from emulator.ports.scheduler import Done, Heard, Tell, Work
from emulator.testing import Answer, FakeClock, FakeStore, Script, ScriptedRuntime

REQUEST = Request(body=b"1,2\n", content_type="text/csv")


class Index:
    """Knows one package."""

    def versions(self, package: str) -> tuple[str, ...]:
        return ("2.1.0", "2.0.4", "1.26.4", "1.26.3")


class Here:
    """Does tasks one after the other; what it did is in ``keys``."""

    def __init__(self, lost: Callable[[str], bool] = lambda key: False) -> None:
        self.keys: list[str] = []
        self._lost = lost

    def each(self, work: Work, tasks: Mapping[str, str], *, heard: Heard) -> Generator[Done, None, None]:
        for key, text in tasks.items():
            self.keys.append(key)
            if self._lost(key):
                yield Done(key=key, result=None, problem="its worker was killed 3 times")
            else:
                yield Done(key=key, result=work(text, lambda told, key=key: heard(key, told)))  # type: ignore[misc]


def table_of(folder: Path, **told: Any) -> MatrixTable:
    """A table of one image with a Dockerfile, a model and a sample."""
    for name, text in {"Dockerfile": "FROM x\n", "rows.csv": "1,2\n", "model/model.json": "{}"}.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    image = {"name": "One", "arguments": {"NUMPY": "{numpy}", "ALWAYS": "1"}, "model": "model"}
    read: dict[str, Any] = {"sample": "rows.csv", "axes": {"numpy": ["pinned", "newest"]}, "images": [image], **told}
    return matrix_table(read, where="byoc.toml", folder=folder)


def plan_of(table: MatrixTable, **changes: Any) -> Plan:
    """Its cells."""
    how = Comparing(search_seconds=0.0, latency_pairs=0)
    given: dict[str, Any] = {"requests": (REQUEST,), "models": {}, "select": {}, "how": how, **changes}
    return planned(table, axes_of(table.axes, Index()), **given)


class Wood:
    """An engine whose images answer what their build arguments say.

    Args:
        cache: for what tasks share.
        answers: by the value of the argument NUMPY; None is that of a build without it.
    """

    def __init__(self, cache: Path, answers: Mapping[str | None, Script]) -> None:
        self.cache, self.answers = cache, answers
        self.runtime = ScriptedRuntime({})

    def perform(self, text: str, tell: Tell) -> str:
        """A task, on this engine."""
        task = Task.of(text)
        for stage in (*task.baseline, *task.candidate):
            self._make(stage.image)
        model = task.candidate[0].model
        with wooden_session(self.runtime, store=FakeStore({model: Path(model)}), clock=FakeClock(step=0.01)) as opened:
            shop = Workshop(
                session=opened,
                base=lambda reference: f"local/{reference}",
                state=self.cache,
                lock=lambda name: nullcontext(),
                tell=tell,
            )
            return performed(task, shop).text

    def _make(self, order: ImageOrder) -> None:
        script = self.answers.get(order.arguments.get("NUMPY"))
        if script is not None:
            config = ImageConfig(image_id=f"sha256:{tag_of(order).rpartition(':')[2]}")
            self.runtime.images[tag_of(order)] = replace(script, config=config)


def says(body: bytes, **libraries: str) -> Script:
    """An image that always answers so."""
    return Script(invocations=Answer(body=body, headers={"Content-Type": "text/csv"}), libraries=libraries)


def run_of(plan: Plan, scheduler: Here, work: Work, folder: Path, **changes: Any) -> MatrixRun:
    """A run of it."""
    emit: Emit = changes.pop("emit", ignore)
    kept = KeptResults(folder, page=lambda comparison: comparison.verdict, document=lambda comparison: "{}")
    given: dict[str, Any] = {"name": "run", "fresh": False, "clock": FakeClock(step=1), **changes}
    return MatrixRun(plan=plan, scheduler=scheduler, work=work, kept=kept, emit=emit, **given)
