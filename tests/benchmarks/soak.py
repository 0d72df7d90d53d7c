"""Mixed traffic for ten minutes, while a container is killed every 20 s."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from threading import Event, Thread
from time import monotonic
from typing import Any

from containers import abalone
from emulator import Settings, local_aws, push
from emulator.adapters.aws import LocalAws
from emulator.adapters.ownership import ROOT_ID, ROOT_LABEL
from tests.benchmarks.ground import CSV, FEATURES, ROW, Ground
from tests.benchmarks.measure import Figure, Goal, Reference, middle
from tests.benchmarks.memory import own_megabytes
from tests.benchmarks.outcome import Line, Lines, Outcome, Point
from tests.benchmarks.soak_traffic import Boto3, Plain, Stream, Tally, Traffic

TITLE = "Soak"

ABOUT = (
    "byoc serve's AWS in a process of its own, with three endpoints on real containers: the echo image alone, a "
    "pipeline of two of them, and the pipeline of the project images. Eight clients ask at a steady pace by plain "
    "HTTP, by boto3 and by response stream, some for what the container refuses. Every 20 s one of the containers, in "
    "turn, gets SIGKILL. Every request must be answered, or fail as AWS's ModelError, whole or within the stream. Most "
    "traffic goes to the echo image, which logs nothing, as what containers log is kept for CloudWatch Logs by design."
)

KILL_SECONDS = 20.0
BIN_SECONDS = 5.0
REGISTRY = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
ROLE = "arn:aws:iam::123456789012:role/hosting"
BUCKET = "soak"
MOST_GROWTH = 1.05


def measure(ground: Ground) -> Outcome:
    """The whole time."""
    ground.echo, ground.trained  # noqa: B018 - built before the clock runs
    cache = ground.folder / "soak"
    with emulator(cache) as (aws, process):
        ground.say("bringing three endpoints into service")
        deploy(aws, ground, cache)
        seconds, kills, memory = ground.minutes * 60, list[float](), list[tuple[float, float]]()
        began = monotonic()
        with traffic(aws, began) as tally:
            for second in count(1):
                if (elapsed := monotonic() - began) >= seconds:
                    break
                if elapsed >= KILL_SECONDS * (len(kills) + 1):
                    kill(ground, cache, len(kills))
                    kills.append(monotonic() - began)
                    ground.say(f"kill {len(kills)}: {tally}")
                memory.append((elapsed, own_megabytes(process)))
                Event().wait(max(0.0, began + second - monotonic()))
    left = left_behind(ground, cache)
    notes = [f"Neither an answer nor a ModelError: {text}" for text in tally.odd[:5]]
    notes += [f"Left behind: {text}" for text in left]
    return Outcome(
        figures=figures(tally, memory, kills, left), pictures=pictures(tally, memory, kills), notes=tuple(notes)
    )


def figures(tally: Tally, memory: list[tuple[float, float]], kills: list[float], left: list[str]) -> tuple[Figure, ...]:
    """Counts, memory, and how long an endpoint is away."""
    tenth = max(1, len(memory) // 10)
    early, late = ([megabytes for _, megabytes in part] for part in (memory[tenth : 2 * tenth], memory[-tenth:]))
    zero = Goal(of="value", most=0)
    return (
        Figure(name="soak: requests answered", unit="", samples=(float(len(tally.answered)),)),
        Figure(name="soak: requests failed as ModelError", unit="", samples=(float(len(tally.failed)),)),
        Figure(
            name="soak: requests with any other end",
            unit="",
            samples=(float(len(tally.odd)),),
            goal=zero,
            headline=True,
        ),
        Figure(name="soak: containers killed", unit="", samples=(float(len(kills)),)),
        Figure(
            name="soak: memory of the emulator, last tenth of the time",
            unit="MB",
            samples=(middle(late),),
            reference=Reference(name="second tenth", samples=(middle(early or late),)),
            goal=Goal(of="ratio", most=MOST_GROWTH),
            headline=True,
        ),
        Figure(name="soak: left behind", unit="", samples=(float(len(left)),), goal=zero, headline=True),
    )


def pictures(tally: Tally, memory: list[tuple[float, float]], kills: list[float]) -> tuple[Lines, ...]:
    """Traffic and memory over time, with the kills."""
    end = memory[-1][0]
    told = {"answered": tally.answered, "ModelError": tally.failed, "any other end": [at for at, _ in tally.odd_at]}
    traffic_lines = tuple(Line(name=name, points=tuple(binned(moments, end))) for name, moments in told.items())
    step = max(1, len(memory) // 120)
    used = tuple(Point(x=at, y=megabytes) for at, megabytes in memory[::step])
    marks = tuple(kills)
    return (
        Lines(title="Requests", x="s", y="1/s", lines=traffic_lines, marks=marks, mark="a container is killed"),
        Lines(
            title="Memory of the emulator (USS)",
            x="s",
            y="MB",
            lines=(Line(name="USS", points=used),),
            marks=marks,
            mark="a container is killed",
        ),
    )


def binned(moments: list[float], end: float) -> Iterator[Point]:
    """How many a second, every five seconds; what is left at the end is no whole bin."""
    bins = [0] * max(1, int(end // BIN_SECONDS))
    for at in moments:
        if at < len(bins) * BIN_SECONDS:
            bins[int(at // BIN_SECONDS)] += 1
    for nth, each in enumerate(bins):
        yield Point(x=(nth + 0.5) * BIN_SECONDS, y=each / BIN_SECONDS)


@contextmanager
def emulator(cache: Path) -> Iterator[tuple[LocalAws, int]]:
    """AWS in another process, and that process's id."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(str(cache), theirs))
    process.start()
    theirs.close()
    try:
        url, region = ours.recv()
        assert process.pid is not None
        yield LocalAws(url=url, region=region), process.pid
    finally:
        ours.close()
        process.join()


def serve(cache: str, pipe: Any) -> None:
    """As ``byoc serve``, until the pipe closes."""
    with local_aws(Settings.load(flags={"cache": cache})) as aws:
        pipe.send((aws.url, aws.region))
        try:
            pipe.recv()
        except EOFError:
            return


def deploy(aws: LocalAws, ground: Ground, cache: Path) -> None:
    """Three endpoints, as any client of AWS makes them."""
    settings = Settings.load(flags={"endpoint_url": aws.url, "cache": str(cache)})
    s3, hosting = aws.client("s3"), aws.client("sagemaker")
    s3.create_bucket(Bucket=BUCKET)
    images = {}
    for name, image in (("echo", ground.echo), ("featurizer", abalone.FEATURIZER), ("predictor", abalone.PREDICTOR)):
        images[name] = f"{REGISTRY}/{name}:latest"
        push(image, images[name], settings=settings)
    data = {}
    for archive in (ground.trained.featurizer, ground.trained.predictor):
        s3.upload_file(str(archive), BUCKET, archive.name)
        data[archive.name.partition(".")[0]] = f"s3://{BUCKET}/{archive.name}"
    echo = {"Image": images["echo"]}
    project = [{"Image": images[name], "ModelDataUrl": data[name]} for name in ("featurizer", "predictor")]
    for name, containers in (("alone", [echo]), ("chain", [echo, echo]), ("project", project)):
        hosting.create_model(ModelName=name, Containers=containers, ExecutionRoleArn=ROLE)
        variant = {
            "VariantName": "AllTraffic",
            "ModelName": name,
            "InitialInstanceCount": 1,
            "InstanceType": "ml.m5.large",
        }
        hosting.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant])
        hosting.create_endpoint(EndpointName=name, EndpointConfigName=name)
    for name in ("alone", "chain", "project"):
        hosting.get_waiter("endpoint_in_service").wait(EndpointName=name)


@contextmanager
def traffic(aws: LocalAws, began: float) -> Iterator[Tally]:
    """Clients that ask until the end, and what became of their requests."""
    tally, over = Tally(began), Event()
    clients: list[Callable[[], Traffic]] = [
        *([lambda: Plain(aws, "alone", ROW, CSV, pause=0.01)] * 2),
        lambda: Plain(aws, "chain", ROW, CSV, pause=0.01),
        lambda: Boto3(aws, "alone", ROW, CSV, pause=0.02),
        lambda: Boto3(aws, "chain", b"x" * 100_000, CSV, pause=0.05),
        lambda: Stream(aws, "alone", ROW, CSV, pause=0.02),
        lambda: Plain(aws, "project", ROW, CSV, pause=0.5),
        lambda: Plain(aws, "project", FEATURES, "image/png", pause=1.0),  # which it refuses
    ]
    threads = [Thread(target=make().ask_until, args=(over, tally), daemon=True) for make in clients]
    with ExitStack() as stack:
        for each in threads:
            each.start()
            stack.callback(each.join)
        stack.callback(over.set)
        yield tally


def kill(ground: Ground, cache: Path, nth: int) -> None:
    """SIGKILL for one of the emulator's containers, another one each time."""
    running = sorted(ours(ground, cache), key=lambda each: str(each.labels))
    if running:
        running[nth % len(running)].kill(signal="SIGKILL")


def ours(ground: Ground, cache: Path, **how: Any) -> list[Any]:
    """The containers of this soak, and of nobody else on this engine."""
    root = (cache / ROOT_ID).read_text("ascii")
    found: list[Any] = ground.engine.containers.list(filters={"label": f"{ROOT_LABEL}={root}"}, **how)
    return found


def left_behind(ground: Ground, cache: Path) -> list[str]:
    """Containers, networks and folders that should be gone."""
    root = (cache / ROOT_ID).read_text("ascii")
    networks = ground.engine.networks.list(filters={"label": f"{ROOT_LABEL}={root}"})
    runs = sorted((cache / "runs").iterdir())
    return [
        *(f"container {each.name}" for each in ours(ground, cache, all=True)),
        *(f"network {each.name}" for each in networks),
        *(f"folder runs/{each.name}" for each in runs),
    ]
