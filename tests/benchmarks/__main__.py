"""``python -m tests.benchmarks``: measure, keep what was found, and make the page of it; ``make bench`` calls it.

Subjects are measured one after the other, and each replaces its own part of ``results.json`` when it is done.
"""

from __future__ import annotations

import argparse
from datetime import datetime, timezone
from pathlib import Path
from time import monotonic

import click

from tests.benchmarks import page, readme, results
from tests.benchmarks.ground import Ground, ground
from tests.benchmarks.outcome import Kept
from tests.benchmarks.subjects import SUBJECTS, subject
from tests.benchmarks.words import figure_line

ROUNDS = 5
QUICK_ROUNDS = 2


def main() -> None:
    """Do what the command line says."""
    options = arguments()
    if options.list:
        for name in SUBJECTS:
            click.echo(f"{name:<11} {subject(name).about.partition('. ')[0]}.")
        return
    if options.markdown:
        click.echo(readme.table(results.read(options.results).values()), nl=False)
        return
    if not options.page:
        run(options)
    page.write(results.read(options.results), options.results.with_name("page.html"))
    click.echo(f"page: {options.results.with_name('page.html')}")


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="SUBJECT", help=f"default is all: {', '.join(SUBJECTS)}")
    parser.add_argument("--rounds", type=int, help=f"of each comparison; default {ROUNDS}")
    parser.add_argument("--quick", action="store_true", help="only a try: fewer and shorter rounds")
    parser.add_argument("--minutes", type=float, help="of the soak; default 10, 0.5 with --quick")
    parser.add_argument("--own-core", action="store_true", help="invocation: give the containers the first core")
    parser.add_argument("--list", action="store_true", help="say what can be measured, and end")
    parser.add_argument("--page", action="store_true", help="only make the page of what is kept")
    parser.add_argument("--markdown", action="store_true", help="print the README's table of what is kept, and end")
    parser.add_argument("--results", type=Path, default=results.RESULTS, help="where what is found is kept")
    options = parser.parse_args()
    if unknown := set(options.names) - set(SUBJECTS):
        parser.error(f"there is no subject {', '.join(sorted(unknown))}; there are {', '.join(SUBJECTS)}")
    options.rounds = options.rounds or (QUICK_ROUNDS if options.quick else ROUNDS)
    options.minutes = options.minutes or (0.5 if options.quick else 10.0)
    return options


def run(options: argparse.Namespace) -> None:
    """Measure, and keep each subject as soon as it is done."""
    began = monotonic()

    def say(text: str) -> None:
        click.echo(f"{monotonic() - began:7.1f} s  {text}")

    results.read(options.results)  # a damaged file is found before an hour of measuring
    with ground(
        rounds=options.rounds, quick=options.quick, minutes=options.minutes, own_core=options.own_core, say=say
    ) as where:
        for name in options.names or SUBJECTS:
            say(f"== {name}")
            kept = measured(name, where, say_rounds=options.rounds)
            results.write({**results.read(options.results), name: kept}, options.results, order=list(SUBJECTS))
            for each in kept.outcome.figures:
                click.echo(f"           {figure_line(each)}")
            for note in kept.outcome.notes:
                click.echo(f"           {note}")


def measured(name: str, where: Ground, *, say_rounds: int) -> Kept:
    """One subject, with its circumstances."""
    chosen, began = subject(name), monotonic()
    outcome = chosen.measure(where)
    return Kept(
        name=name,
        title=chosen.title,
        about=chosen.about,
        date=datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        seconds=monotonic() - began,
        rounds=say_rounds,
        quick=where.quick,
        machine=results.machine(where.engine),
        outcome=outcome,
    )


if __name__ == "__main__":
    main()
