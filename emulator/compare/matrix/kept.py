"""Results of earlier runs, by what they are results of; and the evidence of this one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from emulator.adapters.whole_file import write_whole
from emulator.compare.matrix.task import Result
from emulator.errors import UsageError
from emulator.model.comparison import Comparison


class KeptResults:
    """The folder of a matrix: ``results/`` for the next run, ``evidence/`` for people.

    Args:
        folder: made when something is kept.
        document: a comparison as JSON.
        page: the same as an HTML page.

    Raises:
        UsageError: the folder cannot be written to.
    """

    def __init__(
        self,
        folder: Path,
        *,
        document: Callable[[Comparison], str],
        page: Callable[[Comparison], str],
    ) -> None:
        self.folder, self._page, self._document = folder, page, document
        try:
            (folder / "results").mkdir(parents=True, exist_ok=True)
        except OSError as refused:
            raise UsageError(
                f"{folder} cannot be written to.", why=str(refused.strerror), fix="name another: --folder"
            ) from refused
        self._known = {path.stem: result for path in (folder / "results").glob("*.json") if (result := _read(path))}

    @property
    def known(self) -> tuple[str, ...]:
        """What there is a result of."""
        return tuple(sorted(self._known))

    def of(self, content: str) -> Result:
        """The result of that content."""
        return self._known[content]

    def keep(self, result: Result) -> None:
        """Keep a result, whole or not at all; one without content is not kept, as it may be another tomorrow."""
        if result.content and result.verdict is not None:
            self._write(f"results/{result.content}.json", result.text)
            self._known[result.content] = result

    def evidence(self, key: str, comparison: Comparison) -> str:
        """Write a comparison as JSON and as a page; the path of the page relative to the folder."""
        path = f"evidence/{key[:16]}"
        self._write(f"{path}.json", self._document(comparison))
        self._write(f"{path}.html", self._page(comparison))
        return f"{path}.html"

    def _write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, text)


def _read(path: Path) -> Result | None:
    try:
        result = Result.of(path.read_text("utf-8"))
    except (OSError, ValueError):  # of another version, or not ours: it is made again
        return None
    return result if result.content == path.stem and result.verdict is not None else None
