"""Images and artifacts with which an endpoint ends as Failed, and what is then said."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import pytest

from emulator import ContainerDefinition
from emulator.errors import (
    ArtifactRefused,
    ContainerExited,
    EndpointFailed,
    ImageRefused,
    PingCheckFailed,
    ServiceFault,
    UsageError,
    ValidationException,
)
from emulator.hosting.health import await_healthy
from emulator.hosting.instance import HostedContainer
from emulator.hosting.session import Session
from emulator.model.event import ContainerStarted, Event, ignore
from emulator.model.launch import ContainerLaunch

if TYPE_CHECKING:
    from tests.containers.conftest import Hosted, Told

pytestmark = pytest.mark.engine

CANNOT_START = (
    "CannotStartContainerError. Please ensure the model container for variant AllTraffic starts correctly when invoked "
    "with 'docker run <image> serve'"
)
NOT_HEALTHY = (
    "The primary container for production variant AllTraffic did not pass the ping health check. Please check "
    "CloudWatch logs for this endpoint."
)
NOT_EXTRACTED = (
    'Failed to extract model data archive for container "container_1" from URL "{url}". Please ensure that the object '
    "located at the URL is a valid tar.gz archive."
)
RUN_BY_HAND = "run it by hand and watch it end: docker run --rm IMAGE serve"
NOTICED_SECONDS = 2.0
"""In which an end must be noticed; the start-up window is 480 s."""


@pytest.fixture
def failure(hosted: Hosted) -> Callable[..., EndpointFailed]:
    """How the launch of these containers ends."""

    def ended(*containers: ContainerDefinition, **settings: Any) -> EndpointFailed:
        with pytest.raises(EndpointFailed) as caught, hosted(*containers, **settings):
            pass
        return caught.value

    return ended


def packed(path: Path, *members: tarfile.TarInfo) -> Path:
    """A gzip tar with these members."""
    with tarfile.open(path, "w:gz") as tar:
        for member in members:
            tar.addfile(member, io.BytesIO())
    return path


def member(name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> tarfile.TarInfo:
    """A member of an archive."""
    made = tarfile.TarInfo(name)
    made.type, made.linkname = kind, target
    return made


@pytest.mark.parametrize("name", ["no_serve", "not_executable"])
def test_image_without_program_is_refused(name: str, failure: Callable[..., EndpointFailed], told: Told) -> None:
    """An image without an executable ``serve`` is refused in the engine's words and AWS's, with what may be wrong."""
    refused = failure(told(name))

    assert isinstance(refused, ImageRefused)
    assert (
        f"primary (byoc-test/{name}) could not be started.\n"
        'why: unable to start container process: exec: "serve": executable file not found in $PATH\n'
        "fix: put an executable named serve (chmod +x) on PATH, or set an exec-form ENTRYPOINT that takes serve as its "
        "argument; if the file is there, look at its #! line: a carriage return or a missing interpreter reads the "
        f"same\nFailureReason: {CANNOT_START}"
    ) == str(refused)


def test_missing_image_is_refused(failure: Callable[..., EndpointFailed]) -> None:
    """An image that the engine does not have fails the endpoint before anything is started."""
    refused = failure(ContainerDefinition("byoc-test/does-not-exist:1"))

    assert isinstance(refused, ImageRefused)
    assert (
        "Requested image byoc-test/does-not-exist:1 not found.\n"
        "why: the container engine has no image of that name\n"
        "fix: build or pull it first; docker images lists what is there\n"
        "FailureReason: Please make sure all images included in the model for the production variant AllTraffic exist, "
        "and that the execution role used to create the model has permissions to access them."
    ) == str(refused)


def test_carriage_returns_are_named(failure: Callable[..., EndpointFailed], told: Told) -> None:
    """A ``serve`` with Windows line ends stops with 127, and it is said what line ends do."""
    exited = failure(told("carriage_returns"))

    assert isinstance(exited, ContainerExited)
    assert (
        "primary stopped by itself (exit 127).\n"
        "why: its log says \"/usr/bin/env: 'python3\\r': No such file or directory\"\n"
        "fix: the #! line of serve ends in a carriage return: save it with Unix line ends (.gitattributes: serve "
        "eol=lf)\n"
        f"FailureReason: {NOT_HEALTHY}\n"
        "  | /usr/bin/env: 'python3\\r': No such file or directory\n"
        "  | /usr/bin/env: use -[v]S to pass options in shebang lines"
    ) == str(exited)


def test_program_of_another_machine_is_named(failure: Callable[..., EndpointFailed], told: Told) -> None:
    """A ``serve`` that this machine cannot execute is put down to the architecture, whoever notices it first."""
    failed = failure(told("other_architecture"))

    # Older engines leave it to the container to fail, newer ones refuse to start it.
    assert "exec format error" in failed.why
    assert (
        "build the image for this machine's architecture (docker build --platform), and start serve with a #! line"
    ) == failed.fix


def test_exit_is_noticed_at_once(hosted: Hosted, told: Told) -> None:
    """A container that ends is reported within 2 s with code and last words, not after the window of 480 s."""
    events: list[Event] = []
    started: list[float] = []

    def listen(event: Event) -> None:
        if isinstance(event, ContainerStarted):
            started.append(monotonic())
        events.append(event)

    code = "print('loading', file=sys.stderr); sys.exit('no weights in /opt/ml/model')"
    with pytest.raises(ContainerExited) as caught, hosted(told(BEFORE=code), emit=listen):
        pass
    seconds = monotonic() - started[0]

    assert (
        "primary stopped by itself (exit 1).\n"
        'why: its log ends "no weights in /opt/ml/model"\n'
        f"fix: {RUN_BY_HAND}\n"
        f"FailureReason: {NOT_HEALTHY}\n"
        "  | loading\n"
        "  | no weights in /opt/ml/model"
    ) == str(caught.value)
    assert seconds < NOTICED_SECONDS


def test_silent_exit_is_explained(failure: Callable[..., EndpointFailed], told: Told) -> None:
    """A container that ends well and wrote nothing is told to stay in the foreground."""
    exited = failure(told(BEFORE="sys.exit()"))

    assert "primary stopped by itself (exit 0)." == exited.what
    assert "the program ended by itself; serve must stay in the foreground" == exited.why


def test_exit_under_a_hanging_ping_is_noticed(hosted: Hosted, told: Told) -> None:
    """A container that ends while it lets a ping hang is reported without waiting for the ping."""
    started: list[float] = []

    def listen(event: Event) -> None:
        if isinstance(event, ContainerStarted):
            started.append(monotonic())

    dying = told(PING="threading.Timer(0.1, os._exit, [7]).start(); time.sleep(600)")
    with pytest.raises(ContainerExited) as caught, hosted(dying, emit=listen):
        pass
    seconds = monotonic() - started[0]

    assert 7 == caught.value.exit_code
    assert seconds < NOTICED_SECONDS


def test_exit_of_one_container_fails_the_chain(failure: Callable[..., EndpointFailed], told: Told) -> None:
    """In a chain the container that ended is named, though the others are well."""
    exited = failure(told(), told(BEFORE="sys.exit('I am the second')"), told())

    assert "container-2 stopped by itself (exit 1)." == exited.what
    assert (
        "The container-2 for production variant AllTraffic did not pass the ping health check. Please check CloudWatch "
        "logs for this endpoint."
    ) == exited.failure_reason


def test_port_taken_by_a_neighbour_shows(failure: Callable[..., EndpointFailed], told: Told) -> None:
    """Containers of a chain share their ports: two that open the same one of their own collide, as on AWS."""
    greedy = told(BEFORE="mine = socket.create_server(('', 7070))")

    exited = failure(greedy, greedy)

    assert isinstance(exited, ContainerExited)
    assert "Address already in use" in exited.log_tail[-1]


@pytest.mark.parametrize(
    ("variables", "outcome"),
    [
        pytest.param({"PORT": "9090"}, "nothing listens on {address}: Connection refused", id="another port"),
        pytest.param({"HOST": "127.0.0.1"}, "nothing listens on {address}: Connection refused", id="loopback only"),
        pytest.param({"PING": "status = 500"}, "500", id="500"),
        pytest.param({"PING": "status = 503"}, "503", id="503"),
        pytest.param({"PING": "status, extra = 302, {'Location': '/'}"}, "302", id="redirect"),
        pytest.param({"PING": "time.sleep(600)"}, "no answer within 2 s", id="no answer"),
    ],
)
def test_unhealthy_container_is_described(variables: dict[str, str], outcome: str, opened: Session, told: Told) -> None:
    """When the window closes, the last outcome of the ping, the log and the advice are said.

    The window itself is 60 s at least, so this watches a container through the same eyes for less.
    """
    definition = told(BEFORE="print('here I am', flush=True)", **variables)
    launch = ContainerLaunch(
        name="primary",
        image=definition.image,
        command=("serve",),
        environment=definition.environment,
        ports=(8080,),
    )
    running = opened.world.runtime.start(launch)
    container = HostedContainer(name="primary", address=running.address(8080), running=running)
    window = 2.5 if "2 s" in outcome else 1.0
    try:
        with pytest.raises(PingCheckFailed) as caught:
            await_healthy([container], variant="AllTraffic", seconds=window, world=opened.world, emit=ignore)
    finally:
        running.remove()

    assert (
        f"primary did not answer GET /ping with 200 within {window:g} s.\n"
        f"why: primary last: {outcome.format(address=container.address)}\n"
        "fix: listen on 0.0.0.0, port 8080 or $SAGEMAKER_BIND_TO_PORT, and answer GET /ping with 200\n"
        f"FailureReason: {NOT_HEALTHY}\n"
        "  | here I am"
    ) == str(caught.value).split("\n  | arguments")[0]


def test_artifact_with_a_symbolic_link_is_refused(
    tmp_path: Path, failure: Callable[..., EndpointFailed], told: Told
) -> None:
    """A symbolic link in the archive fails the endpoint as AWS says it, and is named."""
    archive = packed(tmp_path / "model.tar.gz", member("blobs/1"), member("weights", tarfile.SYMTYPE, "blobs/1"))

    refused = failure(told(model=archive))

    assert isinstance(refused, ArtifactRefused)
    assert (
        "The model data of primary could not be extracted.\n"
        "why: weights is a symbolic link (to blobs/1)\n"
        "fix: pack plain files: tar -czhf model.tar.gz -C FOLDER . (-h follows links)\n"
        f"FailureReason: {NOT_EXTRACTED.format(url=archive)}"
    ) == str(refused)


def test_artifact_that_is_no_gzip_is_refused(
    tmp_path: Path, failure: Callable[..., EndpointFailed], told: Told
) -> None:
    """A tar that was renamed rather than compressed fails the endpoint."""
    archive = tmp_path / "model.tar.gz"
    archive.write_bytes(b"PK\x03\x04 a zip")

    refused = failure(told(model=archive))

    assert isinstance(refused, ArtifactRefused)
    assert "model.tar.gz is not a whole gzip tar archive: Not a gzipped file (b'PK')" == refused.why
    assert NOT_EXTRACTED.format(url=archive) == refused.failure_reason


def test_artifact_that_is_not_in_s3_is_refused(failure: Callable[..., EndpointFailed], told: Told) -> None:
    """An address without an object fails the endpoint as AWS says it."""
    refused = failure(told(model="s3://nowhere/model.tar.gz"))

    assert isinstance(refused, ArtifactRefused)
    assert "The model data of primary could not be downloaded." == refused.what
    assert refused.why.startswith("s3://nowhere/model.tar.gz: An error occurred (404)")
    assert (
        'Failed to download model data for container "container_1" from URL: "s3://nowhere/model.tar.gz". Please '
        "ensure that there is an object located at the URL and that the role passed to CreateModel has permissions to "
        "download the object."
    ) == refused.failure_reason


def test_artifact_of_a_later_container_is_named(
    tmp_path: Path, failure: Callable[..., EndpointFailed], told: Told
) -> None:
    """In a chain the message counts the container whose artifact is bad."""
    archive = packed(tmp_path / "model.tar.gz", member("../outside"))

    refused = failure(told(), told(model=archive))

    assert "The model data of container-2 could not be extracted." == refused.what
    assert NOT_EXTRACTED.format(url=archive).replace("container_1", "container_2") == refused.failure_reason


def test_missing_local_artifact_is_the_callers_mistake(tmp_path: Path, hosted: Hosted, told: Told) -> None:
    """A path that is not there is a slip at this machine, of which AWS would never hear."""
    with pytest.raises(UsageError, match="There is no model data at"), hosted(told(model=tmp_path / "none.tar.gz")):
        pass


def test_image_without_label_is_refused_where_it_must_not_pass(hosted: Hosted, told: Told) -> None:
    """With ``bind_label`` strict a chain is refused as CreateModel refuses it."""
    unlabelled = told("without_label")

    with pytest.raises(ServiceFault) as caught, hosted(unlabelled, told(), rules={"bind_label": "strict"}):
        pass

    assert isinstance(caught.value, ValidationException)
    assert (
        "Your Ecr Image byoc-test/without_label does not contain required "
        "com.amazonaws.sagemaker.capabilities.accept-bind-to-port=true Docker label(s)."
    ) == caught.value.message
