"""``make demo``: the main job on the real data, from nothing to predictions beside the truth."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from math import sqrt
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from time import perf_counter

import boto3
from rich.console import Console
from rich.table import Table

from containers import abalone
from emulator import Settings, Trace, session, stub_aws
from emulator.hosting.endpoint import Endpoint

BUCKET = "abalone"
FIRST_ROW = "I,0.365,0.295,0.095,0.25,0.1075,0.0545,0.08"
SENT, SHOWN = 100, 10
STUB_CREDENTIALS = {"aws_access_key_id": "byoc", "aws_secret_access_key": "byoc", "region_name": "us-east-1"}

console = Console(highlight=False, soft_wrap=True)


def main() -> None:
    """Build, train, pack, upload, launch, invoke, print."""
    began = perf_counter()
    rows = abalone.split()
    with ExitStack() as until_done:
        folder = until_done.enter_context(TemporaryDirectory(prefix="byoc-demo-"))
        s3 = until_done.enter_context(stub_aws())
        opened = until_done.enter_context(session(Settings.load(flags={"endpoint_url": s3})))
        with step("build both images") as tell:
            abalone.build(opened, on_progress=tell)
        with step("train both models, each inside its image") as tell:
            artifacts = abalone.train(opened, rows, Path(folder), on_progress=tell)
        with step("upload both model.tar.gz to S3 (moto)"):
            prefix = upload([artifacts.featurizer, artifacts.predictor], s3)
        with step("launch the inference pipeline"):
            model = abalone.pipeline(artifacts, at=prefix)
            endpoint = until_done.enter_context(opened.endpoint(model, name="abalone"))
        invoke(endpoint, rows.held_out[:SENT])
    console.print(f"RMSE on all {len(rows.held_out)} held-out rows, as training reported: {artifacts.rmse:.3f} rings")
    console.print(f"done in {perf_counter() - began:.1f} s")


def upload(archives: Sequence[Path], s3: str) -> str:
    """Put the archives into a new bucket; the ``s3://`` address of their folder."""
    client = boto3.client("s3", endpoint_url=s3, **STUB_CREDENTIALS)
    client.create_bucket(Bucket=BUCKET)
    for archive in archives:
        client.upload_file(str(archive), BUCKET, f"models/{archive.name}")
    return f"s3://{BUCKET}/models"


def invoke(endpoint: Endpoint, rows: Sequence[str]) -> None:
    """The first row and then the others, each a request of its own; prints what came back."""
    first = endpoint.invoke(FIRST_ROW, content_type="text/csv")
    console.print(f"\n{FIRST_ROW}\n-> {first.text.strip()} ({first.content_type})\n{first.trace}\n")
    replies = [endpoint.invoke(row, content_type="text/csv") for row in rows]
    predictions = [float(reply.json()["result"][0]) for reply in replies]
    console.print(beside_the_truth(rows[:SHOWN], predictions))
    console.print(latencies([reply.trace for reply in replies]))
    errors = [(abalone.label(row) - predicted) ** 2 for row, predicted in zip(rows, predictions, strict=True)]
    console.print(
        f"RMSE on {len(rows)} held-out rows, through the pipeline: {sqrt(sum(errors) / len(errors)):.3f} rings"
    )


def beside_the_truth(rows: Sequence[str], predictions: Sequence[float]) -> Table:
    """The rows with their rings as counted and as predicted, drawn on one scale."""
    table = Table(
        title=f"the first {len(rows)} held-out rows: rings counted (o) and predicted (x)", title_justify="left"
    )
    for heading in ("sex", "length", "counted", "predicted", "0    5    10   15   20   25"):
        table.add_column(heading, justify="right" if heading in ("length", "counted", "predicted") else "left")
    for row, predicted in zip(rows, predictions, strict=False):
        sex, length, *_ = row.split(",")
        counted = abalone.label(row)
        marks = {round(counted): "o", round(predicted): "x" if round(counted) != round(predicted) else "8"}
        scale = "".join(marks.get(position, "·") for position in range(27))
        table.add_row(sex, length, f"{counted:g}", f"{predicted:.2f}", scale)
    return table


def latencies(traces: Sequence[Trace]) -> Table:
    """Milliseconds that each container took, over all traces."""
    table = Table(title=f"the hops of {len(traces)} invocations, in ms", title_justify="left")
    for heading in ("container", "sent", "answered", "p50", "p95", "max"):
        table.add_column(heading, justify="right" if heading in ("p50", "p95", "max") else "left")
    for hops in zip(*traces, strict=True):
        times = sorted(hop.seconds * 1000 for hop in hops)
        sent = hops[0].request.headers.get("Content-Type", "")
        answered = hops[0].reply.content_type if hops[0].reply else ""
        figures = (median(times), quantiles(times, n=20)[-1], times[-1])
        table.add_row(hops[0].container, sent, answered, *(f"{figure:.1f}" for figure in figures))
    return table


@contextmanager
def step(title: str) -> Iterator[Callable[[str], None]]:
    """One step of the demo: what it does now on a terminal, a line when it is done."""
    began = perf_counter()
    if console.is_terminal:
        with console.status(title) as status:
            yield lambda text: status.update(f"{title}: {text}")
    else:
        console.print(f"{title} …")
        yield lambda text: console.print(f"    {text}", markup=False)
    console.print(f"{title}: {perf_counter() - began:.1f} s")


if __name__ == "__main__":
    main()
