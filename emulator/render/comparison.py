"""A comparison for the terminal: the verdict first, then what differs, by how much, and on how little a request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import StringIO
from typing import Final

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from emulator.model.comparison import Comparison, Counterexample, Verdict
from emulator.render.comparison_words import (
    blamed,
    change,
    changed_columns,
    curl,
    facts,
    latency,
    notes,
    sentence,
    short,
    spread,
    tolerance,
)
from emulator.render.prose import WIDTH
from emulator.render.words import body, counted, duration, one_line

MOST_DIFFERENCES: Final = 20
"""The rest is in every other format."""

COLOURS: Final[dict[Verdict, str]] = {
    "same": "bold green",
    "within tolerance": "bold green",
    "changed": "bold red",
    "fails to load": "bold red",
    "fails to build": "bold red",
    "cannot be installed": "bold yellow",
}


def render(comparison: Comparison) -> str:
    """The comparison as plain lines of at most 80 columns, except those that are to be copied."""
    written = StringIO()
    show(comparison, Console(file=written, width=WIDTH, no_color=True, color_system=None, force_terminal=False))
    return "".join(f"{line.rstrip()}\n" for line in written.getvalue().splitlines())


def show(comparison: Comparison, console: Console) -> None:
    """Print the comparison; a command longer than the console is wide runs over its edge in one piece."""
    console.print(Group(*_blocks(comparison)), crop=False, highlight=False)


def _blocks(comparison: Comparison) -> Iterator[RenderableType]:
    candidate, baseline = one_line(comparison.candidate.name), one_line(comparison.baseline.name)
    yield Text.assemble(
        (comparison.verdict.upper(), COLOURS[comparison.verdict]), "  ", (candidate, "bold"), f"  against {baseline}"
    )
    yield Text(one_line(sentence(comparison)))
    took = f"; {duration(comparison.seconds)}" if comparison.seconds else ""
    yield Text(f"{tolerance(comparison)}{took}", style="dim")
    for note in notes(comparison):
        yield Text(one_line(note), style="yellow")
    yield from _differences(comparison)
    yield from _columns(comparison)
    if comparison.counterexample is not None:
        yield from _counterexample(comparison.counterexample, comparison.searched)
    yield from _sides(comparison)
    yield from _warnings(comparison.new_warnings)
    if comparison.command:
        yield from (Text(), Text("again:", style="dim"), _verbatim(one_line(comparison.command)))


def _differences(comparison: Comparison) -> Iterator[RenderableType]:
    if not comparison.differences:
        return
    table = _table("request", "what", "where", "baseline", "candidate")
    for each in comparison.differences[:MOST_DIFFERENCES]:
        texts = (str(each.exchange + 1), each.aspect, each.where, each.baseline, each.candidate)
        table.add_row(*(Text(one_line(text)) for text in texts))
    yield from (Text(), table)
    if len(comparison.differences) > MOST_DIFFERENCES:
        yield Text(f"… {len(comparison.differences) - MOST_DIFFERENCES:,} more, in the other formats", style="dim")


def _columns(comparison: Comparison) -> Iterator[RenderableType]:
    changed = changed_columns(comparison)
    if not changed:
        return
    table = _table("column", "numbers", "differ", "too far", "absolute", "relative", "ULPs")
    for each in changed:
        counts = (f"{each.compared:,}", f"{each.differing:,}", f"{each.beyond:,}")
        sizes = (short(each.absolute), short(each.relative), short(each.ulps))
        table.add_row(Text(one_line(each.column)), *counts, *sizes)
    yield from (Text(), Text("numbers, and the largest change of each column", style="bold"), table)


def _counterexample(example: Counterexample, searched: int) -> Iterator[RenderableType]:
    yield Text()
    yield Text(f"the smallest disagreement of a search of {counted(searched, 'request')}", style="bold")
    for line in body(example.request.body, limit=400).splitlines():
        yield _verbatim(line)
    yield Text(f"  {one_line(change(example))}")
    yield Text(f"  {one_line(blamed(example))}")
    yield Text("  try it:", style="dim")
    yield _verbatim(one_line(curl(example.request)))


def _sides(comparison: Comparison) -> Iterator[RenderableType]:
    known = list(facts(comparison))
    if known:
        table = _table("", "baseline", "candidate")
        for each in known:
            table.add_row(*(Text(one_line(text)) for text in (each.name, each.baseline, each.candidate)))
        yield from (Text(), table)
    if comparison.latency is not None:
        told = "; ".join(filter(None, (latency(comparison.latency), spread(comparison.latency))))
        yield from (Text(), Text(f"latency: {told}"))


def _warnings(new: Sequence[tuple[str, str]]) -> Iterator[RenderableType]:
    if new:
        yield from (Text(), Text("new in the logs", style="bold"))
    for container, text in new:
        yield Text.assemble("  ", (one_line(container), "bold"), f"  {one_line(text)}")


def _table(*heads: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for head in heads:
        table.add_column(head, overflow="fold")
    return table


def _verbatim(line: str) -> Text:
    return Text(f"    {line}", style="cyan", no_wrap=True, overflow="ignore")
