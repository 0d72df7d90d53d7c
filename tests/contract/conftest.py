"""The images that break one rule each, built from fixtures/mutants, and what is checked of them."""

from __future__ import annotations

import json
import os
import runpy
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from secrets import token_hex
from threading import Thread
from typing import Any, TypeAlias

import pytest

from emulator import ContainerDefinition, Model, ModelData, Settings, base_image, session, stub_aws
from emulator.adapters.aws import connect
from emulator.contract.examination import Examination
from emulator.contract.sample import Sample
from emulator.model.report import Report
from emulator.verdict import check

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

MUTANTS = Path(__file__).parents[2] / "fixtures" / "mutants"
GOOD = MUTANTS / "good"
CREDENTIALS = {"aws_access_key_id": "byoc", "aws_secret_access_key": "byoc"}

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
def s3() -> Iterator[str]:
    """A stand-in for S3."""
    with stub_aws() as url:
        yield url


@pytest.fixture(scope="session")
def in_registry(docker: Any) -> Iterator[Callable[[str, str], str]]:
    """Another name for an image, that of a registry which says that its manifest is of some media type."""
    with ExitStack() as stack:

        def name_of(image: str, media_type: str) -> str:
            name = f"{stack.enter_context(registry(media_type))}/mutant"
            docker.images.get(image).tag(name)
            stack.callback(docker.images.remove, name)
            return name

        yield name_of


@contextmanager
def registry(media_type: str) -> Iterator[str]:
    """The address of a registry that has one manifest, under every name."""
    manifest = json.dumps({"schemaVersion": 2, "mediaType": media_type, "manifests": []}).encode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(manifest)))
            self.send_header("Docker-Content-Digest", f"sha256:{sha256(manifest).hexdigest()}")
            self.end_headers()
            self.wfile.write(b"" if self.command == "HEAD" else manifest)

        def do_HEAD(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None:
            """Not wanted."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        serving = Thread(target=server.serve_forever)
        serving.start()
        try:
            yield f"127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            serving.join()


@pytest.fixture(scope="session")
def judged(
    mutant_image: Callable[[str], str],
    in_registry: Callable[[str, str], str],
    s3: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Judged:
    """The report on a mutant."""

    def in_s3(objects: dict[str, str]) -> ModelData:
        store = connect("s3", endpoint_url=s3, region="us-east-1", credentials=CREDENTIALS)
        bucket = f"mutant-{token_hex(4)}"
        store.create_bucket(Bucket=bucket)
        for key, text in objects.items():
            store.put_object(Bucket=bucket, Key=f"model/{key}", Body=text.encode())
        return ModelData(uri=f"s3://{bucket}/model/", data_type="S3Prefix", compression="None")

    def report(mutant: Mutant) -> Report:
        told, definitions = mutant.told, []
        for name in told.get("chain", ["this"]):
            this = mutant if name == "this" else Mutant.of(MUTANTS / name)
            data = this.its("model")
            if (this.folder / "archive.py").exists():
                data = tmp_path_factory.mktemp("archive") / "model.tar.gz"
                data = runpy.run_path(str(this.folder / "archive.py"))["write"](data) or data
            if "objects" in told:
                source = in_s3(told["objects"])
                definitions.append(ContainerDefinition(mutant_image("good"), model_data_source=source))
                continue
            image = mutant_image(this.folder.name)
            if this is mutant and "registry_media_type" in told:
                image = in_registry(image, told["registry_media_type"])
            definitions.append(ContainerDefinition(image, model_data_url=data))
        settings = Settings.load(flags={"endpoint_url": s3} if "objects" in told else None)
        rules = replace(settings.rules, **{name: told[name] for name in ("stop_seconds",) if name in told})
        # A window shorter than AWS allows, as nobody wants to wait for the end of a minute.
        object.__setattr__(rules, "startup_seconds", told.get("startup_seconds", rules.startup_seconds))
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
            settings=replace(settings, rules=rules),
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
