"""``byoc diff``: what a new version changes."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from emulator.cli.fuzz import Duration
from emulator.cli.model_options import settings_of
from emulator.cli.output import Output, format_option, output_of
from emulator.errors import UsageError
from emulator.model.comparison import Tolerance

if TYPE_CHECKING:
    from emulator.cli.sides import Given
    from emulator.model.comparison import Comparison
    from emulator.render.comparison_words import FailOn

FORMATS: Final = ("text", "json", "junit", "html")

TOLERANCE: Final = Tolerance()


class Seconds(Duration):
    """The same, or 0."""

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """A number of seconds, 0 or more."""
        return 0.0 if str(value) in ("0", "0s") else super().convert(value, param, ctx)


@click.command()
@click.argument("baseline")
@click.argument("candidate")
@click.option(
    "-m",
    "--model",
    "models",
    metavar="PATH|s3://…|none",
    multiple=True,
    help="Model data of both, once for each image of a chain: does the new version read it, and mean the same?",
)
@click.option("--baseline-model", "baseline_models", metavar="PATH|…", multiple=True, help="The same of the baseline.")
@click.option("--candidate-model", "candidate_models", metavar="PATH|…", multiple=True, help="And of the candidate.")
@click.option(
    "--retrain",
    metavar="[N:]CHANNEL=FOLDER",
    multiple=True,
    help="Train all images, or the N-th of each chain, on this first, and compare what they trained. Repeatable.",
)
@click.option("-e", "--env", "variables", metavar="[N:]KEY=VALUE", multiple=True, help="For the containers of both.")
@click.option(
    "--sample",
    "samples",
    type=click.Path(path_type=Path),
    metavar="FILE",
    multiple=True,
    help="What to ask, one request a file; default is what a recording was asked. Repeatable.",
)
@click.option("-t", "--content-type", metavar="TYPE", help="Media type of all samples; default is by the file's name.")
@click.option("-a", "--accept", metavar="TYPE", help="Media type wanted back.")
@click.option(
    "--abs",
    "absolute",
    type=click.FloatRange(min=0),
    default=TOLERANCE.absolute,
    show_default=True,
    help="Numbers may differ by so much,",
)
@click.option(
    "--rel",
    "relative",
    type=click.FloatRange(min=0),
    default=TOLERANCE.relative,
    show_default=True,
    help="or by such a share of the larger,",
)
@click.option(
    "--ulp",
    "ulps",
    type=click.IntRange(min=0),
    default=TOLERANCE.ulps,
    show_default=True,
    help="or by so many representable float64 numbers.",
)
@click.option(
    "--search",
    "search_seconds",
    type=Seconds(),
    default="10s",
    show_default=True,
    help="So long Hypothesis looks for rows on which both disagree; 0 for no search.",
)
@click.option("--seed", type=int, help="Draw the same rows as with this seed before.")
@click.option(
    "--latency-pairs",
    type=int,
    default=40,
    show_default=True,
    help="Measurements of each in turns, 6 or more; 0 for none.",
)
@format_option(FORMATS)
@click.option(
    "--fail-on",
    type=click.Choice(("within", "changed")),
    default="changed",
    show_default=True,
    help="The least that fails: numbers that differ within tolerance, or what differs beyond.",
)
@click.option("--endpoint-url", metavar="URL", help="Where endpoints and S3 are, if not on AWS.")
@click.option("--region", metavar="REGION", help="Of an endpoint on AWS.")
@click.option("--startup-seconds", type=float, help="Window for the first healthy ping, 60 to 3600 (480).")
@click.option("--stop-seconds", type=float, help="From SIGTERM to SIGKILL at the end (30).")
@click.option("-q", "--quiet", is_flag=True, help="No progress on standard error.")
def diff(
    baseline: str,
    candidate: str,
    models: tuple[str, ...],
    baseline_models: tuple[str, ...],
    candidate_models: tuple[str, ...],
    retrain: tuple[str, ...],
    variables: tuple[str, ...],
    samples: tuple[Path, ...],
    content_type: str | None,
    accept: str | None,
    absolute: float,
    relative: float,
    ulps: int,
    search_seconds: float,
    seed: int | None,
    latency_pairs: int,
    formats: tuple[str, ...],
    fail_on: FailOn,
    endpoint_url: str | None,
    region: str | None,
    startup_seconds: float | None,
    stop_seconds: float | None,
    quiet: bool,
) -> None:
    """Ask BASELINE and CANDIDATE the same, and say how the answers differ.

    Each of the two is an image (my-image:dev), a chain (featurizer:1,predictor:2),
    an endpoint (endpoint:NAME) or a recording of byoc record (golden.json).
    Exit code 0 when they answer the same or within tolerance, 1 when not, or when
    the candidate does not come into service.

    \b
    byoc diff my-image:1 my-image:2 -m model.tar.gz --sample rows.csv
    byoc diff golden.json my-image:2 -m model.tar.gz -f html=diff.html
    byoc diff my-image:1 my-image:2 --retrain train=./data --sample rows.csv
    """
    from emulator.cli.show import progress
    from emulator.cli.sides import Given, channels
    from emulator.compare.comparing import Comparing
    from emulator.contract.sample import sample_from
    from emulator.difference import diff as differ
    from emulator.render.comparison_words import fails

    outputs = [output_of(each, FORMATS) for each in formats] or [Output("text", None)]
    one = Given(word=baseline, models=baseline_models or models, variables=variables, region=region)
    other = Given(word=candidate, models=candidate_models or models, variables=variables, region=region)
    _require_sides(one, other, models=models)
    how = Comparing(
        tolerance=Tolerance(absolute=absolute, relative=relative, ulps=ulps),
        search_seconds=search_seconds,
        seed=seed,
        latency_pairs=latency_pairs,
    )
    asked = [sample_from(path, content_type, accept) for path in samples]
    settings = settings_of(endpoint_url=endpoint_url, startup_seconds=startup_seconds, stop_seconds=stop_seconds)
    with progress(quiet=quiet) as emit:
        comparison = differ(
            one.subject(),
            other.subject(),
            asked,
            how=how,
            retrain=channels(retrain),
            names=(baseline, candidate),
            settings=settings,
            emit=emit,
            command=shlex.join(["byoc", *sys.argv[1:]]),
        )
    for each in outputs:
        _write(comparison, each, at=fail_on)
    sys.exit(int(fails(comparison, at=fail_on)))


def _require_sides(one: Given, other: Given, *, models: tuple[str, ...]) -> None:
    if models and not one.images and not other.images:
        raise UsageError("Model data is given, and neither side is an image.", fix="leave out --model")
    for side, option in ((one, "--baseline-model"), (other, "--candidate-model")):
        if side.models and side.models != models and not side.images:
            raise UsageError(f"Model data is given for {side.word}, which is no image.", fix=f"leave out {option}")


def _write(comparison: Comparison, output: Output, *, at: FailOn) -> None:
    from emulator.adapters.whole_file import write_whole

    if output.form == "text" and output.path is None:
        from rich.console import Console

        from emulator.render.comparison import show

        show(comparison, Console(highlight=False))
        return
    text = _rendered(comparison, output.form, at)
    if output.path is None:
        click.echo(text, nl=not text.endswith("\n"))
        return
    try:
        write_whole(output.path, text)
    except OSError as refused:
        raise UsageError(f"{output.path} cannot be written.", why=str(refused), fix="choose another place") from refused
    click.echo(f"{output.form} report: {output.path}", err=True)


def _rendered(comparison: Comparison, form: str, at: FailOn) -> str:
    from emulator.render import comparison as text
    from emulator.render import comparison_html, comparison_json, comparison_junit

    if form == "junit":
        return comparison_junit.render(comparison, at=at)
    if form == "html":
        return comparison_html.render(comparison, at=at)
    return comparison_json.render(comparison) if form == "json" else text.render(comparison)
