"""From launch to the first successful answer: ours, ``docker run`` with a 10 ms poll, and the SDK's local mode."""

from __future__ import annotations

from time import monotonic

from containers import abalone
from emulator import ContainerDefinition, endpoint
from tests.benchmarks import local_mode
from tests.benchmarks.docker_run import Image, first_answer
from tests.benchmarks.ground import CSV, FEATURES, ROW, Ground
from tests.benchmarks.measure import Figure, Goal, Reference, Spread, in_turns
from tests.benchmarks.outcome import Bar, Bars, Outcome

TITLE = "Launch"

ABOUT = (
    "Seconds from the call to the first prediction. The floor is one docker run -d for each image, all at once, then "
    "GET /ping every 10 ms on a published port, then the same prediction; it mounts files that are extracted already, "
    "while ours is given the model.tar.gz. Ours is emulator.endpoint(…), which also looks for the engine and sweeps up "
    "after dead runs. Local mode is Model.deploy and Predictor.predict of the SageMaker SDK; it knows no pipelines."
)

LEAST_ROUNDS = 3
LOCAL_MODE_ROUNDS = 3
"""Each takes over half a minute."""


def measure(ground: Ground) -> Outcome:
    """Single image, pipeline, and the single image against local mode."""
    trained = ground.trained
    parts = {"one image": [(abalone.PREDICTOR, trained.predictor)]}
    parts["two stages"] = [(abalone.FEATURIZER, trained.featurizer), *parts["one image"]]
    figures, bars = [], []
    for name, images in parts.items():
        ground.say(name)
        definitions = [ContainerDefinition(image, model_data_url=archive) for image, archive in images]
        plain = [Image(name=image, folder=ground.extracted(archive)) for image, archive in images]
        body = FEATURES if name == "one image" else ROW
        found = in_turns(
            {
                "byoc": lambda each=definitions, body=body: ours(each, body),  # type: ignore[misc]
                "docker run": lambda each=plain, body=body: first_answer(each, body)[0],  # type: ignore[misc]
            },
            rounds=max(LEAST_ROUNDS, ground.rounds),
            say=ground.say,
        )
        figures.append(
            Figure(
                name=f"launch, {name}",
                unit="s",
                samples=tuple(found["byoc"]),
                reference=Reference(name="docker run + poll", samples=tuple(found["docker run"])),
                goal=Goal(of="ratio", most=1.05),
                headline=True,
            )
        )
        bars += [Bar.of(f"{way}, {name}", Spread.of(samples)) for way, samples in found.items()]
    pictures = [Bars(title="Launch to first answer", unit="s", rows=tuple(bars))]
    notes: list[str] = []
    versions: dict[str, str] = {}
    if reason := local_mode.lacking():
        notes.append(f"Local mode was not measured: {reason}.")
    else:
        figure, versions = against_local_mode(ground)
        figures.append(figure)
        assert figure.reference is not None
        rows = (Bar.of("byoc", figure.value), Bar.of("local mode", Spread.of(figure.reference.samples)))
        pictures.append(Bars(title="Launch to first answer, against local mode", unit="s", rows=rows))
    return Outcome(figures=tuple(figures), pictures=tuple(pictures), notes=tuple(notes), versions=versions)


def ours(definitions: list[ContainerDefinition], body: bytes) -> float:
    """Seconds from ``emulator.endpoint(…)`` to the first answer."""
    began = monotonic()
    with endpoint(*definitions) as ready:
        ready.invoke(body, content_type=CSV)
        return monotonic() - began


def against_local_mode(ground: Ground) -> tuple[Figure, dict[str, str]]:
    """The predictor, in turns with the SDK's local mode."""
    ground.say("one image against local mode")
    definition = ContainerDefinition(abalone.PREDICTOR, model_data_url=ground.trained.predictor)
    with local_mode.local_mode(ground) as mode:
        versions = mode.versions()

        def theirs() -> float:
            seconds = mode.deploy()
            mode.delete()
            return seconds

        rounds = 1 if ground.quick else LOCAL_MODE_ROUNDS
        found = in_turns(
            {"byoc": lambda: ours([definition], FEATURES), "local mode": theirs}, rounds=rounds, say=ground.say
        )
    figure = Figure(
        name="launch, one image, against local mode",
        unit="s",
        samples=tuple(found["byoc"]),
        reference=Reference(name="SDK local mode", samples=tuple(found["local mode"])),
        goal=Goal(of="ratio", most=0.1),
        headline=True,
    )
    return figure, versions
