"""What the two product images promise the machine they run on: readiness, confinement, signals, logs."""

from __future__ import annotations

import json
import socket
import tarfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import docker as docker_py
import pytest
import requests

from containers import abalone
from emulator import ContainerDefinition
from emulator.adapters.docker_container import DockerRunning
from emulator.hosting.endpoint import Endpoint
from emulator.hosting.session import Session
from emulator.limits import BIND_TO_PORT_LABEL, PAYLOAD_BYTES, PING_SECONDS
from emulator.model.event import ContainerStopped, Event, PingAnswered
from emulator.model.launch import ContainerLaunch, Mount

if TYPE_CHECKING:
    from tests.conftest import Until
    from tests.containers.conftest import Hosted

pytestmark = pytest.mark.engine

STARTS = 8

RECORD = "M,0.455,0.365,0.095,0.514,0.2245,0.101,0.15"
FEATURES = "0,0,0,0,0,0,0,0,0,1"
STRANGER = "12345:54321"
"""A user and group that no image knows."""

CALL = """
import sys, urllib.request
path, body = sys.argv[1:]
headers = {"Content-Type": "text/csv"}
request = urllib.request.Request(f"http://127.0.0.1:8080{path}", body.encode() or None, headers)
print(urllib.request.urlopen(request, timeout=10).read().decode(), end="")
"""


@dataclass(frozen=True, slots=True)
class Case:
    """One of the images with its model as a folder."""

    image: str
    model: Path
    artifact: str
    record: str


@pytest.fixture(scope="module", params=["featurizer", "predictor"])
def case(
    request: pytest.FixtureRequest, artifacts: abalone.Artifacts, tmp_path_factory: pytest.TempPathFactory
) -> Case:
    """Both, one after the other."""
    image, archive, artifact, record = {
        "featurizer": (abalone.FEATURIZER, artifacts.featurizer, "preprocess.joblib", RECORD),
        "predictor": (abalone.PREDICTOR, artifacts.predictor, "xgboost-model", FEATURES),
    }[request.param]
    folder = tmp_path_factory.mktemp(request.param)
    folder.chmod(0o755)
    with tarfile.open(archive) as tar, (source := tar.extractfile(artifact) or pytest.fail("no model")):
        (folder / artifact).write_bytes(source.read())
    for parent in list(folder.parents)[:2]:
        parent.chmod(0o755)  # pytest's own folders are for the user alone, and the container runs as another one
    return Case(image, folder, artifact, record)


@pytest.fixture
def started(opened: Session) -> Iterator[Callable[[Case], tuple[str, DockerRunning]]]:
    """A container of an image with this model, not waited for: its address and itself."""
    running: list[DockerRunning] = []

    def start(case: Case) -> tuple[str, DockerRunning]:
        mounts = (Mount(source=str(case.model), target="/opt/ml/model"),)
        launch = ContainerLaunch(name="primary", image=case.image, command=("serve",), mounts=mounts, ports=(8080,))
        container = opened.world.runtime.start(launch)
        assert isinstance(container, DockerRunning)
        running.append(container)
        return f"http://{container.address(8080)}", container

    yield start
    for container in running:
        container.remove()


@contextmanager
def confined(docker: docker_py.DockerClient, case: Case, **settings: Any) -> Iterator[Any]:
    """A container with settings that SageMaker's own callers cannot ask for."""
    volumes = {str(case.model): {"bind": "/opt/ml/model", "mode": "ro"}}
    container = docker.containers.run(case.image, ["serve"], detach=True, volumes=volumes, **settings)
    try:
        yield container
    finally:
        container.remove(force=True, v=True)


def inside(container: Any, path: str, body: str = "") -> tuple[int, str]:
    """Call the server from within its container: exit code of the call, and the answer."""
    code, output = container.exec_run(["python3", "-c", CALL, path, body])
    return code, output.decode()


def ping(url: str) -> requests.Response | None:
    """The answer to GET /ping; None when nothing listens yet."""
    try:
        return requests.get(f"{url}/ping", timeout=PING_SECONDS)
    except requests.RequestException:
        return None


def test_ping_says_503_until_the_model_is_loaded(case: Case, hosted: Hosted) -> None:
    """Pings that come while the model loads are answered, with 503; SIGTERM then ends the container with 0."""
    for _ in range(STARTS):  # on a busy machine the model may be there before the first ping
        events: list[Event] = []
        with hosted(ContainerDefinition(case.image, model_data_url=case.model), emit=events.append):
            pass
        outcomes = [event.outcome for event in events if isinstance(event, PingAnswered)]
        (stopped,) = [event for event in events if isinstance(event, ContainerStopped)]
        if "503" in outcomes:
            break

    assert ["503", "200"] == outcomes[-2:]
    assert (0, False) == (stopped.exit_code, stopped.killed)


@pytest.mark.parametrize("content", [None, b"", b"not a model"], ids=["missing", "empty", "corrupt"])
def test_ping_says_500_without_a_usable_model(
    content: bytes | None,
    case: Case,
    tmp_path: Path,
    started: Callable[[Case], tuple[str, DockerRunning]],
    until: Until,
) -> None:
    """A model that cannot be loaded is 500 with the file's name, to pings and to invocations alike."""
    if content is not None:
        (tmp_path / case.artifact).write_bytes(content)
    url, _ = started(Case(case.image, tmp_path, case.artifact, case.record))
    answers: list[requests.Response] = []

    def settled() -> bool:
        answer = ping(url)
        answers[:] = [] if answer is None or answer.status_code == 503 else [answer]
        return bool(answers)

    until(settled)
    reply = requests.post(f"{url}/invocations", data=case.record, headers={"Content-Type": "text/csv"}, timeout=10)

    assert (500, 500) == (answers[0].status_code, reply.status_code)
    assert answers[0].text.startswith("the model cannot load, ")
    assert case.artifact in answers[0].text
    assert answers[0].text == reply.text


def test_ping_is_answered_in_time_under_load(case: Case, hosted: Hosted) -> None:
    """While the only worker has four bodies of tens of thousands of rows, every ping is 200 in less than 2 s."""
    line = f"{case.record}\n".encode()
    body = line * (PAYLOAD_BYTES // 2 // len(line))
    alone = {"SAGEMAKER_MODEL_SERVER_WORKERS": "1"}
    with hosted(ContainerDefinition(case.image, model_data_url=case.model, environment=alone)) as endpoint:
        url = f"http://{endpoint.containers[0].address}"
        waits = []
        with ThreadPoolExecutor(4) as pool:
            headers = {"Content-Type": "text/csv"}
            busy = [pool.submit(requests.post, f"{url}/invocations", body, headers=headers) for _ in range(4)]
            while not all(each.done() for each in busy):
                began = perf_counter()
                answer = requests.get(f"{url}/ping", timeout=10)
                waits.append((perf_counter() - began, answer.status_code))
        statuses = {each.result().status_code for each in busy}

    assert {200} == statuses
    assert {200} == {status for _, status in waits}
    assert max(seconds for seconds, _ in waits) < PING_SECONDS


def test_sigterm_lets_a_request_finish(
    case: Case, started: Callable[[Case], tuple[str, DockerRunning]], until: Until
) -> None:
    """A request that is half received when SIGTERM comes is answered, no new one is let in, and the exit code is 0."""
    url, container = started(case)
    until(lambda: (answer := ping(url)) is not None and answer.status_code == 200)
    host, _, port = url.removeprefix("http://").rpartition(":")
    record = case.record.encode()
    head = f"POST /invocations HTTP/1.1\r\nHost: x\r\nContent-Type: text/csv\r\nContent-Length: {len(record)}\r\n"
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(f"{head}Expect: 100-continue\r\n\r\n".encode())
        continued = connection.recv(1024)
        container.terminate()
        until(lambda: ping(url) is None)
        connection.sendall(record)
        reply = connection.recv(65_536)
    exit_code = container.wait(20)

    assert continued.startswith(b"HTTP/1.1 100 ")
    assert reply.startswith(b"HTTP/1.1 200 ")
    assert 0 == exit_code


def test_nothing_is_needed_but_a_writable_tmp(case: Case, docker: docker_py.DockerClient, until: Until) -> None:
    """A read-only root, no network at all and an unknown user do not keep a container from serving."""
    settings = {"read_only": True, "tmpfs": {"/tmp": "mode=1777"}, "network_mode": "none", "user": STRANGER}
    with confined(docker, case, **settings) as container:
        until(lambda: inside(container, "/ping") == (0, ""))
        code, answer = inside(container, "/invocations", case.record)

    assert 0 == code, answer
    assert answer.strip()


def test_nothing_is_written_outside_tmp(case: Case, docker: docker_py.DockerClient, until: Until) -> None:
    """After pings, an invocation and a refusal, all that changed in a container lies below /tmp."""
    with confined(docker, case) as container:
        until(lambda: inside(container, "/ping") == (0, ""))
        code, _ = inside(container, "/invocations", case.record)
        inside(container, "/invocations", "nonsense")
        changed = {change["Path"] for change in container.diff()}
    # The engine itself makes the folder to mount at.
    strangers = {path for path in changed if not path.startswith("/tmp")} - {"/opt", "/opt/ml", "/opt/ml/model"}

    assert 0 == code
    assert set() == strangers


def test_label_promises_to_honour_the_port(case: Case, opened: Session) -> None:
    """Both images carry the label without which CreateModel refuses them in a pipeline."""
    labels = opened.world.runtime.image(case.image).labels

    assert "true" == labels[BIND_TO_PORT_LABEL]


def test_port_is_the_one_that_was_told(pipeline: Endpoint, docker: docker_py.DockerClient) -> None:
    """In a pipeline the two listen where SAGEMAKER_BIND_TO_PORT says, and not on 8080."""
    probe = "import json, socket; print(json.dumps([socket.socket().connect_ex(('127.0.0.1', p)) for p in {ports}]))"
    first = docker.containers.get(pipeline.containers[0].running.container_id)

    output: Any = first.exec_run(["python3", "-c", probe.format(ports=[24001, 24002, 8080])]).output

    assert [0, 0, 111] == json.loads(output)


def test_log_goes_to_the_containers_output(case: Case, hosted: Hosted, until: Until) -> None:
    """Invocations leave a line in what the container prints; healthy pings none."""
    with hosted(ContainerDefinition(case.image, model_data_url=case.model)) as endpoint:
        endpoint.invoke(case.record, content_type="text/csv")
        until(lambda: "POST /invocations 200 " in endpoint.logs())  # written once the reply is on its way
        log = endpoint.logs()

    assert "GET /ping 200" not in log
