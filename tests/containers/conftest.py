"""What the tests with real containers share: a session, the two images with trained models, and obedient containers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, TypeAlias

import docker as docker_py
import pytest

from containers import abalone
from emulator import ContainerDefinition, HostingRules, Model, Settings, base_image, session, stub_aws
from emulator.adapters.docker import DockerRuntime
from emulator.adapters.ownership import ROOT_LABEL
from emulator.hosting.endpoint import Endpoint
from emulator.hosting.session import Session
from emulator.model.event import Emit, ignore

IMAGES = Path(__file__).parents[2] / "fixtures" / "images"

Told: TypeAlias = Callable[..., ContainerDefinition]
Hosted: TypeAlias = Callable[..., AbstractContextManager[Endpoint]]
LeftBehind: TypeAlias = Callable[[], list[str]]


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    """A stand-in for S3."""
    with stub_aws() as url:
        yield url


@pytest.fixture(scope="session")
def opened(s3: str) -> Iterator[Session]:
    """One session for all that does not need its own."""
    with session(Settings.load(flags={"endpoint_url": s3})) as shared:
        yield shared


@pytest.fixture
def published(opened: Session, monkeypatch: pytest.MonkeyPatch) -> Session:
    """The same where containers are reached by published ports alone, as on an engine in a virtual machine."""
    runtime = opened.world.runtime
    assert isinstance(runtime, DockerRuntime)
    monkeypatch.setitem(vars(runtime), "direct", False)
    return opened


@pytest.fixture(scope="session")
def image(opened: Session) -> Callable[[str], str]:
    """The tag of an image of fixtures/images, built."""
    built: dict[str, str] = {}

    def tag_of(name: str) -> str:
        if name not in built:
            arguments = {"BASE_IMAGE": base_image("python:3.11-slim-bookworm")}
            tag, dockerfile = f"byoc-test/{name}", f"{name}/Dockerfile"
            built[name] = opened.build(IMAGES, tag=tag, dockerfile=dockerfile, arguments=arguments)
        return built[name]

    return tag_of


@pytest.fixture(scope="session")
def told(image: Callable[[str], str]) -> Told:
    """A container that does what these variables tell it; see fixtures/images/serve."""

    def definition(name: str = "obedient", *, model: object = None, **variables: str) -> ContainerDefinition:
        data = None if model is None else str(model)
        return ContainerDefinition(image(name), model_data_url=data, environment=variables)

    return definition


@pytest.fixture(scope="session")
def hosted(opened: Session) -> Hosted:
    """An endpoint of these containers, on the shared session unless told otherwise."""

    def endpoint(
        *containers: ContainerDefinition,
        on: Session = opened,
        rules: Mapping[str, Any] | None = None,
        isolated: bool = False,
        emit: Emit = ignore,
    ) -> AbstractContextManager[Endpoint]:
        own = Session(on.world, account=on.account, rules=HostingRules(**rules or {}), emit=emit)
        return own.endpoint(Model(containers=containers, enable_network_isolation=isolated))

    return endpoint


@pytest.fixture(scope="session")
def obedient(told: Told, hosted: Hosted) -> Iterator[Endpoint]:
    """A lone obedient container in service, for questions that do it no harm."""
    with hosted(told()) as endpoint:
        yield endpoint


@pytest.fixture(scope="session")
def ask() -> Callable[..., Any]:
    """What an obedient container answers to code: ``ask(endpoint, "answer = os.getpid()")``."""

    def answer(endpoint: Endpoint, code: str) -> Any:
        return endpoint.invoke(code, content_type="text/x-python").json()

    return answer


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """A folder for runs of this test alone, so that one can tell what they left."""
    return tmp_path / "cache"


@pytest.fixture
def settings(cache: Path) -> Settings:
    """For a session below that folder."""
    return Settings.load(flags={"cache": str(cache)})


@pytest.fixture
def left_behind(cache: Path, docker: docker_py.DockerClient) -> LeftBehind:
    """Names the containers, networks, folders and locks of all runs below that folder."""

    def names() -> list[str]:
        if not (cache / "root-id").exists():
            return []
        marked = {"label": f"{ROOT_LABEL}={(cache / 'root-id').read_text()}"}
        containers = [str(each["Names"]) for each in docker.api.containers(all=True, filters=marked)]
        networks = [str(each["Name"]) for each in docker.api.networks(filters=marked)]
        return [*containers, *networks, *(path.name for path in (cache / "runs").iterdir())]

    return names


@pytest.fixture(scope="session")
def rows() -> abalone.Split:
    """The Abalone records."""
    return abalone.split()


@pytest.fixture(scope="session")
def images(opened: Session) -> None:
    """Both product images are built."""
    abalone.build(opened)


@pytest.fixture(scope="session")
def artifacts(
    images: None, opened: Session, rows: abalone.Split, tmp_path_factory: pytest.TempPathFactory
) -> abalone.Artifacts:
    """Both models, trained."""
    return abalone.train(opened, rows, tmp_path_factory.mktemp("trained"))


@pytest.fixture(scope="session")
def featurizer(artifacts: abalone.Artifacts, hosted: Hosted) -> Iterator[Endpoint]:
    """The featurizer alone, in service."""
    with hosted(ContainerDefinition(abalone.FEATURIZER, model_data_url=artifacts.featurizer)) as endpoint:
        yield endpoint


@pytest.fixture(scope="session")
def predictor(artifacts: abalone.Artifacts, hosted: Hosted) -> Iterator[Endpoint]:
    """The predictor alone, in service."""
    with hosted(ContainerDefinition(abalone.PREDICTOR, model_data_url=artifacts.predictor)) as endpoint:
        yield endpoint


@pytest.fixture(scope="session")
def pipeline(artifacts: abalone.Artifacts, opened: Session) -> Iterator[Endpoint]:
    """Featurizer and predictor in a row, in service."""
    with opened.endpoint(abalone.pipeline(artifacts)) as endpoint:
        yield endpoint
