"""How a container is started: command, environment, model folder, memory, ports."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import docker as docker_py
import pytest

from emulator import Settings, session
from emulator.hosting.endpoint import Endpoint
from emulator.hosting.session import Session
from emulator.model.event import Event, Notice

if TYPE_CHECKING:
    from tests.containers.conftest import Hosted, Told

pytestmark = pytest.mark.engine

STUB = {"aws_access_key_id": "byoc", "aws_secret_access_key": "byoc", "region_name": "us-east-1"}

PROXIES = {"proxies": {"default": {"httpProxy": "http://user:secret@proxy.invalid:3128"}}}

WRITE = """
try:
    answer = open('/opt/ml/model/new', 'w').close()
except OSError as refused:
    answer = errno.errorcode[refused.errno]
"""

FILES = "answer = {name: open('/opt/ml/model/' + name).read() for name in sorted(os.listdir('/opt/ml/model'))}"

ENVIRONMENT = "answer = dict(each.split('=', 1) for each in open('/proc/1/environ').read().split(chr(0)) if each)"


@pytest.fixture(scope="module")
def environment(
    hosted: Hosted, told: Told, ask: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    """The environment of a lone container, launched from a host that has AWS variables and a proxy for Docker."""
    config = tmp_path_factory.mktemp("docker-config")
    (config / "config.json").write_text(json.dumps(PROXIES))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DOCKER_CONFIG", str(config))
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
            patch.setenv(name, "of-the-host")
        variables = {"GREETING": "hello", "AWS_REGION": "mars-1"}
        with session(Settings.load()) as own, hosted(told(**variables), on=own) as endpoint:
            found: dict[str, str] = ask(endpoint, ENVIRONMENT)
    return found


@pytest.fixture(scope="module")
def chain(hosted: Hosted, told: Told) -> Iterator[Endpoint]:
    """Three containers in a row whose users set the platform's variables themselves, and which answer with theirs."""
    mine = {"SAGEMAKER_BIND_TO_PORT": "9999", "SAGEMAKER_SAFE_PORT_RANGE": "1-2"}
    collect = "answer = json.loads(body) + [{**os.environ}]"
    with hosted(*(told(INVOKED=collect, **mine) for _ in range(3))) as endpoint:
        yield endpoint


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model of one file."""
    path = tmp_path / "model"
    path.mkdir()
    (path / "weights").write_text("1 2 3")
    return path


@pytest.fixture
def archive(folder: Path) -> Path:
    """The same, packed."""
    path = folder.with_name("model.tar.gz")
    with tarfile.open(path, "w:gz") as tar:
        tar.add(folder, ".")
    return path


@pytest.fixture
def bucket(archive: Path, s3: str) -> str:
    """The same, uploaded."""
    client = boto3.client("s3", endpoint_url=s3, **STUB)
    client.create_bucket(Bucket="models")
    client.upload_file(str(archive), "models", "a/model.tar.gz")
    return "s3://models/a/model.tar.gz"


def test_serve_replaces_cmd(obedient: Endpoint, ask: Callable[..., Any]) -> None:
    """Without an ENTRYPOINT the command is ``serve``, found on PATH, in place of CMD, as process 1."""
    program, process = ask(obedient, "answer = [sys.argv, os.getpid()]")

    assert ["/usr/local/bin/serve"] == program
    assert 1 == process


def test_serve_is_the_argument_of_an_exec_form_entrypoint(hosted: Hosted, told: Told, ask: Callable[..., Any]) -> None:
    """An ENTRYPOINT in exec form gets ``serve`` as its only argument."""
    with hosted(told("exec_entrypoint")) as endpoint:
        arguments = ask(endpoint, "answer = sys.argv")

    assert ["/opt/server", "serve"] == arguments


def test_shell_form_entrypoint_loses_argument_and_sigterm(hosted: Hosted, told: Told, ask: Callable[..., Any]) -> None:
    """An ENTRYPOINT in shell form never sees ``serve``, and its shell as process 1 keeps SIGTERM to itself."""
    events: list[Event] = []
    with hosted(told("shell_entrypoint"), rules={"stop_seconds": 0.5}, emit=events.append) as endpoint:
        program, process = ask(endpoint, "answer = [sys.argv, os.getpid()]")
    stopped = events[-1]

    assert ["/opt/server"] == program
    assert process > 1
    assert (None, True) == (getattr(stopped, "exit_code", None), getattr(stopped, "killed", None))


@pytest.mark.parametrize("source", ["folder", "archive", "bucket"])
def test_model_is_there_and_read_only(
    source: str, request: pytest.FixtureRequest, hosted: Hosted, told: Told, ask: Callable[..., Any]
) -> None:
    """Wherever the model comes from, its files lie in /opt/ml/model and cannot be added to."""
    model = request.getfixturevalue(source)
    with hosted(told(model=model)) as endpoint:
        files, written = ask(endpoint, FILES), ask(endpoint, WRITE)

    assert {"weights": "1 2 3"} == files
    assert "EROFS" == written


def test_model_folder_of_the_host_is_untouched(folder: Path, hosted: Hosted, told: Told) -> None:
    """A folder that was hosted holds afterwards what it held before."""
    with hosted(told(model=folder)):
        pass

    assert ["weights"] == [path.name for path in folder.iterdir()]


def test_environment_is_the_users_and_the_platforms(environment: dict[str, str]) -> None:
    """The user's variables arrive, and where the platform sets one itself it wins."""
    seen = {name: environment.get(name) for name in ("GREETING", "AWS_REGION", "AWS_DEFAULT_REGION", "HOSTNAME")}

    assert {
        "GREETING": "hello",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "HOSTNAME": "model.aws.local",
    } == seen


def test_environment_holds_nothing_of_the_host(
    environment: dict[str, str], opened: Session, image: Callable[[str], str]
) -> None:
    """Neither the host's AWS variables nor its Docker proxy get in: there is nothing but what is accounted for."""
    of_the_image = {each.partition("=")[0] for each in opened.world.runtime.image(image("obedient")).environment}
    of_the_user = {"GREETING"}
    of_the_platform = {"AWS_REGION", "AWS_DEFAULT_REGION", "HOSTNAME", "HOME"}

    assert of_the_image | of_the_user | of_the_platform == set(environment)


def test_shared_memory_is_half_of_the_engines(
    obedient: Endpoint, ask: Callable[..., Any], docker: docker_py.DockerClient
) -> None:
    """/dev/shm has half of the memory that the engine has, to the page."""
    size = ask(obedient, "found = os.statvfs('/dev/shm'); answer = found.f_blocks * found.f_frsize")

    assert docker.info()["MemTotal"] // 2 == pytest.approx(size, abs=65_536)


def test_shared_memory_is_a_setting(hosted: Hosted, told: Told, ask: Callable[..., Any]) -> None:
    """Or as much as the rules say."""
    with hosted(told(), rules={"shared_memory_bytes": 96 * 1024 * 1024}) as endpoint:
        size = ask(endpoint, "found = os.statvfs('/dev/shm'); answer = found.f_blocks * found.f_frsize")

    assert 96 * 1024 * 1024 == size


def test_lone_container_listens_on_8080(obedient: Endpoint, ask: Callable[..., Any]) -> None:
    """A lone container is called on port 8080, of which it is not told."""
    told_port = ask(obedient, "answer = [server.server_port, os.environ.get('SAGEMAKER_BIND_TO_PORT')]")

    assert [8080, None] == told_port


def test_containers_of_a_chain_are_told_their_ports(chain: Endpoint) -> None:
    """Each container of a chain is told a port and a safe range of its own, whatever its user says."""
    environments = chain.invoke("[]", content_type="application/json").json()
    ports = [(each["SAGEMAKER_BIND_TO_PORT"], each["SAGEMAKER_SAFE_PORT_RANGE"]) for each in environments]

    assert [("24001", "25000-25499"), ("24002", "25500-25999"), ("24003", "26000-26499")] == ports


def test_containers_of_a_chain_have_one_host_name(chain: Endpoint, docker: docker_py.DockerClient) -> None:
    """The containers of a chain are on one instance: one host name, one network."""
    names = {each["HOSTNAME"] for each in chain.invoke("[]", content_type="application/json").json()}
    first, *others = (docker.containers.get(each.running.container_id) for each in chain.containers)
    networks = {each.attrs["HostConfig"]["NetworkMode"] for each in others}

    assert {"model.aws.local"} == names
    assert {f"container:{first.id}"} == networks


def test_image_without_label_is_noticed_in_a_chain(hosted: Hosted, told: Told) -> None:
    """An image that does not promise to honour the port starts in a chain, with a warning that AWS would refuse it."""
    events: list[Event] = []
    with hosted(told("without_label"), told(), emit=events.append):
        pass
    notices = [(event.subject, event.text) for event in events if isinstance(event, Notice)]

    assert [
        (
            "container-1",
            (
                "CreateModel would be refused: Your Ecr Image byoc-test/without_label does not contain required "
                "com.amazonaws.sagemaker.capabilities.accept-bind-to-port=true Docker label(s)."
            ),
        )
    ] == notices
