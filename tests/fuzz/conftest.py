"""The images of fixtures/fish, each with one bug, built on the sound image that it was derived from."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import pytest

from containers import abalone
from emulator import ContainerDefinition, Model, Settings, base_image, session
from emulator.contract.sample import Sample
from emulator.hosting.endpoint import Endpoint

if TYPE_CHECKING:
    from tests.conftest import Trained

FIXTURES = Path(__file__).parents[2] / "fixtures"
FISH = FIXTURES / "fish"
MUTANTS = FIXTURES / "mutants"
GOOD = MUTANTS / "good"

BASE = "python:3.11-slim-bookworm"

Images: TypeAlias = Callable[[str], str]
Models: TypeAlias = Callable[[str], Model]
Endpoints: TypeAlias = Callable[[str], Endpoint]


@pytest.fixture(scope="session")
def image_of(tmp_path_factory: pytest.TempPathFactory) -> Images:
    """The tag of a fish's image, or of the good one, built."""
    built: dict[str, str] = {}

    def build(name: str) -> str:
        context = tmp_path_factory.mktemp("context")
        if name == "good":
            shutil.copytree(GOOD, context, dirs_exist_ok=True)
            tag, arguments = "byoc-mutant/good", {"BASE_IMAGE": base_image(BASE)}
        else:
            shutil.copytree(FISH / name, context, dirs_exist_ok=True)
            real = (FISH / name / "featurize.py").exists()
            shutil.copy(
                FISH / "featurize.Dockerfile" if real else MUTANTS / "mutation.Dockerfile", context / "Dockerfile"
            )
            tag, arguments = f"byoc-fish/{name}", {"GOOD": abalone.FEATURIZER if real else image_of("good")}
        with session(Settings.load()) as opened:
            return opened.build(context, tag=tag, arguments=arguments)

    def image_of(name: str) -> str:
        if name not in built:
            built[name] = build(name)
        return built[name]

    return image_of


@pytest.fixture(scope="session")
def model_of(image_of: Images) -> Models:
    """A fish of the good image, or that image itself, with its model data."""
    return lambda name: Model(containers=(ContainerDefinition(image_of(name), model_data_url=GOOD / "model"),))


@pytest.fixture(scope="session")
def good_sample() -> Sample:
    """Four rows that the good image answers."""
    return Sample(body=(GOOD / "sample.csv").read_bytes(), content_type="text/csv")


@pytest.fixture(scope="session")
def abalone_sample() -> Sample:
    """Eighty records without their label, the first eight of them each with a gap in another column."""
    lines = (FIXTURES / "abalone.csv").read_text("utf-8").splitlines()[:80]
    records = [line.split(",")[:-1] for line in lines]
    for place in range(len(records[0])):
        records[place][place] = ""
    return Sample(body="".join(f"{','.join(each)}\n" for each in records).encode(), content_type="text/csv")


@pytest.fixture(scope="session")
def featurizer(image_of: Images, trained: Trained) -> Iterator[Endpoint]:
    """Our featurizer in service."""
    with session(Settings.load()) as opened, opened.endpoint(_featurizer(abalone.FEATURIZER, trained)) as endpoint:
        yield endpoint


@pytest.fixture
def featurizer_with(image_of: Images, trained: Trained) -> Iterator[Endpoints]:
    """The same with the bug of a fish."""
    with ExitStack() as stack:
        opened = stack.enter_context(session(Settings.load()))
        yield lambda name: stack.enter_context(opened.endpoint(_featurizer(image_of(name), trained)))


def _featurizer(image: str, trained: Trained) -> Model:
    return Model(containers=(ContainerDefinition(image, model_data_url=trained.artifacts.featurizer),))


@pytest.fixture(scope="session")
def fish() -> set[str]:
    """The names of all fish."""
    return {each.name for each in FISH.iterdir() if each.is_dir()}


@pytest.fixture(scope="session")
def readme() -> str:
    """What the README says of them."""
    return (FISH / "README.md").read_text("utf-8")
