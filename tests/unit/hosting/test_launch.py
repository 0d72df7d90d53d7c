"""From a model to containers in service, or to the reason why not; nothing is left behind."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from emulator.assemble import wooden_session
from emulator.errors import ArtifactRefused, ContainerExited, EndpointFailed, ImageRefused, ValidationException
from emulator.model.event import ContainerStarted, Event, InService, ModelDataReady, Notice, PingAnswered
from emulator.model.hosting import ContainerDefinition, Model
from emulator.model.launch import ImageConfig
from emulator.model.rules import HostingRules
from emulator.ports import ModelDataMissing, ModelDataUnusable
from emulator.testing import Answer, Exit, FakeStore, Script, ScriptedRuntime

LABEL = "com.amazonaws.sagemaker.capabilities.accept-bind-to-port"
URL = "s3://bucket/model.tar.gz"
LABELLED = ImageConfig(image_id="sha256:1", labels={LABEL: "true"})
UNABLE = 'exec: "serve": executable file not found in $PATH'


def model_of(*images: str, url: str | None = None) -> Model:
    """A model of these images."""
    return Model(containers=tuple(ContainerDefinition(image, model_data_url=url) for image in images))


def failure_of(runtime: ScriptedRuntime, model: Model, *, store: FakeStore | None = None) -> str:
    """What is said when the model does not come into service; asserts that nothing is left before the session ends."""
    with wooden_session(runtime, store=store) as session:
        with pytest.raises(EndpointFailed) as caught, session.endpoint(model):
            raise AssertionError("it came into service")
        assert [] == runtime.left
    return str(caught.value)


def test_missing_image_is_refused() -> None:
    """An image that the engine has not is named, with AWS's reason (1.26, 6.13e)."""
    runtime = ScriptedRuntime({"there": Script()})

    assert (
        "Requested image gone:1 not found.\n"
        "why: the container engine has no image of that name\n"
        "fix: build or pull it first; docker images lists what is there\n"
        "FailureReason: Please make sure all images included in the model for the production variant AllTraffic exist, "
        "and that the execution role used to create the model has permissions to access them."
    ) == failure_of(runtime, model_of("there", "gone:1"))
    assert [] == runtime.launches


@pytest.mark.parametrize(
    ("words", "fix"),
    [
        (
            UNABLE,
            (
                "put an executable named serve (chmod +x) on PATH, or set an exec-form ENTRYPOINT that takes serve as "
                "its argument; if the file is there, look at its #! line: a carriage return or a missing interpreter "
                "reads the same"
            ),
        ),
        (
            "exec /usr/local/bin/serve: exec format error",
            "build the image for this machine's architecture (docker build --platform), and start serve with a #! line",
        ),
        (
            'exec: "/usr/local/bin/serve": permission denied',
            "make serve executable: RUN chmod +x in the Dockerfile",
        ),
        ("something else", "run it by hand: docker run --rm IMAGE serve"),
    ],
    ids=["no serve", "architecture", "not executable", "unknown"],
)
def test_program_that_cannot_start_is_refused(words: str, fix: str) -> None:
    """The engine's words, what to change, and AWS's reason are told (1.2, 1.28, 6.13b)."""
    assert (
        "primary (broken) could not be started.\n"
        f"why: {words}\n"
        f"fix: {fix}\n"
        "FailureReason: CannotStartContainerError. Please ensure the model container for variant AllTraffic starts "
        "correctly when invoked with 'docker run <image> serve'"
    ) == failure_of(ScriptedRuntime({"broken": Script(refuses_start=words)}), model_of("broken"))


def test_missing_model_data_is_refused() -> None:
    """Model data that is not there names the container and its address (6.13c)."""
    store = FakeStore({URL: ModelDataMissing(f"{URL}: Not Found")})

    assert (
        "The model data of primary could not be downloaded.\n"
        f"why: {URL}: Not Found\n"
        "fix: upload it, or correct the address or the endpoint_url\n"
        f'FailureReason: Failed to download model data for container "container_1" from URL: "{URL}". Please ensure '
        "that there is an object located at the URL and that the role passed to CreateModel has permissions to "
        "download the object."
    ) == failure_of(ScriptedRuntime({"i": Script()}), model_of("i", url=URL), store=store)


def test_unusable_model_data_is_refused() -> None:
    """An archive that may not be extracted names the position of its container (6.13d)."""
    store = FakeStore({URL: ModelDataUnusable("a is a symbolic link (to b)")})
    model = Model(containers=(ContainerDefinition("i"), ContainerDefinition("i", model_data_url=URL)))

    assert (
        "The model data of container-2 could not be extracted.\n"
        "why: a is a symbolic link (to b)\n"
        "fix: pack plain files: tar -czhf model.tar.gz -C FOLDER . (-h follows links)\n"
        f'FailureReason: Failed to extract model data archive for container "container_2" from URL "{URL}". Please '
        "ensure that the object located at the URL is a valid tar.gz archive."
    ) == failure_of(ScriptedRuntime({"i": Script()}), model, store=store)


def test_container_of_chain_that_cannot_start_stops_the_others() -> None:
    """When the k-th container cannot start, those beside it are removed, and nothing runs on."""
    runtime = ScriptedRuntime({"good": Script(), "bad": Script(refuses_start=UNABLE)})

    said = failure_of(runtime, model_of("good", "good", "bad", "good"))

    assert said.startswith("container-3 (bad) could not be started.\n")
    assert 3 == len(runtime.containers)


def test_all_containers_run_before_any_is_asked() -> None:
    """Every container of a chain shares the network of the first, and is started once."""
    runtime = ScriptedRuntime({"i": Script()})
    with wooden_session(runtime) as session, session.endpoint(model_of("i", "i", "i")):
        first, *others = runtime.beside

        assert None is first
        assert [runtime.containers[0]] * 2 == others


INTERRUPTED_AT: dict[str, Callable[[Event], bool]] = {
    "model data": lambda event: isinstance(event, ModelDataReady),
    "first started": lambda event: isinstance(event, ContainerStarted) and event.subject == "container-1",
    "third started": lambda event: isinstance(event, ContainerStarted) and event.subject == "container-3",
    "in service": lambda event: isinstance(event, InService),
}


@pytest.mark.parametrize("moment", INTERRUPTED_AT.values(), ids=INTERRUPTED_AT)
def test_interrupt_leaves_nothing(moment: Callable[[Event], bool]) -> None:
    """Ctrl-C at any step of a launch removes whatever was started, without waiting for the session's end."""

    def interrupt(event: Event) -> None:
        if moment(event):
            raise KeyboardInterrupt

    runtime = ScriptedRuntime({"i": Script()})
    store = FakeStore({URL: Path("/models")})
    with wooden_session(runtime, store=store, emit=interrupt) as session:
        with pytest.raises(KeyboardInterrupt), session.endpoint(model_of("i", "i", "i", url=URL)):
            raise AssertionError("it came into service")

        assert [] == runtime.left


def test_interrupt_in_use_leaves_nothing() -> None:
    """Ctrl-C inside of the `with` stops the containers."""
    runtime = ScriptedRuntime({"i": Script()})
    with wooden_session(runtime) as session:
        with pytest.raises(KeyboardInterrupt), session.endpoint(model_of("i", "i")):
            raise KeyboardInterrupt

        assert [] == runtime.left


def test_chain_without_label_is_warned_of() -> None:
    """An image of a chain without the port label gets a notice with AWS's words (4.9)."""
    heard: list[Event] = []
    images = {"bare": Script(), "good": Script(config=LABELLED)}
    with wooden_session(images, emit=heard.append) as session, session.endpoint(model_of("bare", "good")):
        pass

    assert [
        Notice(
            subject="container-1",
            text="CreateModel would be refused: Your Ecr Image bare does not contain required "
            f"{LABEL}=true Docker label(s).",
        )
    ] == [each for each in heard if isinstance(each, Notice)]


def test_strict_label_rule_refuses() -> None:
    """By rule the missing label is AWS's ValidationException, before anything starts (4.9)."""
    runtime = ScriptedRuntime({"bare": Script(), "good": Script(config=LABELLED)})
    with (
        wooden_session(runtime, rules=HostingRules(bind_label="strict")) as session,
        pytest.raises(ValidationException) as caught,
        session.endpoint(model_of("good", "bare")),
    ):
        pass

    assert (
        f"Your Ecr Image bare does not contain required {LABEL}=true Docker label(s).\n"
        f"fix: add LABEL {LABEL}=true to the Dockerfile and honour SAGEMAKER_BIND_TO_PORT"
    ) == str(caught.value)
    assert [] == runtime.launches


@pytest.mark.parametrize(
    ("rules", "images"),
    [
        (HostingRules(bind_label="ignore"), ("bare", "bare")),
        (HostingRules(bind_label="strict"), ("bare",)),
        (HostingRules(bind_label="strict"), ("good", "good")),
    ],
    ids=["ignored", "lone", "labelled"],
)
def test_label_is_no_matter(rules: HostingRules, images: tuple[str, ...]) -> None:
    """The label is asked of chains only, and not where the rule ignores it."""
    heard: list[Event] = []
    scripts = {"bare": Script(), "good": Script(config=LABELLED)}
    with wooden_session(scripts, rules=rules, emit=heard.append) as session, session.endpoint(model_of(*images)):
        pass

    assert [] == [each for each in heard if isinstance(each, Notice)]


def test_launch_is_announced_in_order() -> None:
    """A listener hears of model data, its notices, the start, the ping and InService, in that order."""
    heard: list[Event] = []
    store = FakeStore({URL: Path("/models")}, notices={URL: ("._x is macOS metadata",)})
    with (
        wooden_session({"i": Script(ping=Answer(body=b"ok"))}, store=store, emit=heard.append) as session,
        session.endpoint(model_of("i", url=URL), name="iris"),
    ):
        told = list(heard)

    assert [
        (ModelDataReady, "primary"),
        (Notice, "primary"),
        (ContainerStarted, "primary"),
        (PingAnswered, "primary"),
        (InService, "iris"),
    ] == [(type(each), each.subject) for each in told]


def test_errors_of_model_data_stop_before_any_start() -> None:
    """Nothing is started while any container's model data is missing."""
    runtime = ScriptedRuntime({"i": Script()})
    with (
        wooden_session(runtime, store=FakeStore({})) as session,
        pytest.raises(ArtifactRefused),
        session.endpoint(model_of("i", "i", url=URL)),
    ):
        pass

    assert [] == runtime.launches


def test_families_of_failure() -> None:
    """A refused start, and a program that ends at once, are different errors of one family."""
    runtime = ScriptedRuntime({"refused": Script(refuses_start=UNABLE), "ended": Script(exits=Exit(code=1))})
    with wooden_session(runtime) as session:
        with pytest.raises(ImageRefused), session.endpoint(model_of("refused")):
            pass
        with pytest.raises(ContainerExited), session.endpoint(model_of("ended")):
            pass
