"""The images that break one rule each, built from fixtures/mutants, and what is checked of them."""

from __future__ import annotations

import os
import runpy
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from emulator import ContainerDefinition, Model, Settings, base_image, session
from emulator.assemble import check
from emulator.contract.examine import Examination
from emulator.contract.sample import Sample
from emulator.model.report import Report

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

MUTANTS = Path(__file__).parents[2] / "fixtures" / "mutants"
GOOD = MUTANTS / "good"
BASE = "python:3.11-slim-bookworm"

Judged: TypeAlias = Callable[["Mutant"], Report]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A folder of fixtures/mutants; see the README there.

    Attributes:
        check: the name of the check that it trips; what follows two dashes tells several mutants of one check apart.
        told: its check.toml.
    """

    folder: Path
    check: str
    told: dict[str, Any]

    @classmethod
    def of(cls, folder: Path) -> Mutant:
        """The mutant in a folder."""
        toml = folder / "check.toml"
        told = tomllib.loads(toml.read_text("utf-8")) if toml.exists() else {}
        return cls(folder=folder, check=folder.name.partition("--")[0], told=told)

    def its(self, name: str) -> Path:
        """Its own file or folder of that name, else the good image's."""
        return self.folder / name if (self.folder / name).exists() else GOOD / name


@pytest.fixture(scope="session")
def mutant_image(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """The tag of a mutant's image, or of the good one, built."""
    built: dict[str, str] = {}

    def tag_of(name: str) -> str:
        if name not in built:
            folder, context = MUTANTS / name, tmp_path_factory.mktemp("context")
            shutil.copytree(folder, context, dirs_exist_ok=True)
            if not (folder / "Dockerfile").exists():
                if not (folder / "mutation.py").exists():
                    return tag_of("good")
                shutil.copy(MUTANTS / "mutation.Dockerfile", context / "Dockerfile")
            arguments = {"BASE_IMAGE": base_image(BASE)}
            if name != "good":
                arguments["GOOD"] = tag_of("good")
            with session() as opened:
                built[name] = opened.build(context, tag=f"byoc-mutant/{name}", arguments=arguments)
        return built[name]

    return tag_of


@pytest.fixture(scope="session")
def judged(mutant_image: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Judged:
    """The report on a mutant."""

    def report(mutant: Mutant) -> Report:
        told, definitions = mutant.told, []
        for name in told.get("chain", ["this"]):
            this = mutant if name == "this" else Mutant.of(MUTANTS / name)
            data = this.its("model")
            if (this.folder / "archive.py").exists():
                data = tmp_path_factory.mktemp("archive") / "model.tar.gz"
                runpy.run_path(str(this.folder / "archive.py"))["write"](data)
            definitions.append(ContainerDefinition(mutant_image(this.folder.name), model_data_url=data))
        settings = Settings.load()
        rules = {name: told[name] for name in ("startup_seconds", "stop_seconds") if name in told}
        sample = Sample(
            body=mutant.its("sample.csv").read_bytes(), content_type=told.get("content_type", "text/csv"), path="s.csv"
        )
        examination = Examination(
            profile=told.get("profile", "realtime"),
            options=told.get("options", {}),
            instance_type=told.get("instance_type", "ml.m5.large"),
            settle_seconds=told.get("settle_seconds", 1.0),
        )
        return check(
            Model(containers=tuple(definitions)),
            examination,
            sample=sample,
            settings=replace(settings, rules=replace(settings.rules, **rules)),
        )

    return report


@pytest.fixture(scope="session")
def good() -> Callable[..., Mutant]:
    """The image that breaks nothing, told what a mutant's check.toml may tell."""
    return lambda **told: Mutant(folder=GOOD, check="", told=told)


@pytest.fixture(scope="session")
def mutant_names() -> set[str]:
    """The checks that the mutants are called after."""
    return {each.name.partition("--")[0] for each in MUTANTS.iterdir() if each.is_dir() and each != GOOD}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that asks for `mutant` runs once for each, or for those of the checks that MUTANTS=a,b,c names."""
    if "mutant" in metafunc.fixturenames:
        folders = sorted(each for each in MUTANTS.iterdir() if each.is_dir() and each.name != "good")
        chosen = os.environ.get("MUTANTS", "").split(",")
        mutants = [Mutant.of(each) for each in folders if chosen == [""] or each.name.partition("--")[0] in chosen]
        metafunc.parametrize("mutant", mutants, ids=lambda each: each.folder.name)
