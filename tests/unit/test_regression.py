"""Subjects opened by what they are: which AWS is asked, and what an engine adds to an endpoint's description."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

import pytest

from emulator import regression
from emulator.adapters.aws_endpoints import AwsEndpoints
from emulator.assemble import wooden_session
from emulator.errors import EngineUnavailable, ValidationException
from emulator.hosting.session import Session
from emulator.model.event import Emit, Event, Notice, ignore
from emulator.model.launch import ImageConfig
from emulator.model.recording import Recording, Stage
from emulator.regression import RemoteEndpoint, side_of
from emulator.settings import Settings
from emulator.testing import Script

DIGEST = "sha256:" + "1" * 64
KNOWN = Stage(name="primary", image="r/i:1", image_id=DIGEST)

Elsewhere: TypeAlias = Callable[..., None]


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Elsewhere:
    """Let the engine have these images, or be away, and an endpoint's description tell these containers."""

    def has(images: Mapping[str, Script] | None, *stages: Stage) -> None:
        @contextmanager
        def opened(settings: Settings | None = None, *, emit: Emit = ignore) -> Iterator[Session]:
            if images is None:
                raise EngineUnavailable("No engine answers.")
            with wooden_session(images, emit=emit) as session:
                yield session

        monkeypatch.setattr(regression, "session", opened)
        monkeypatch.setattr(AwsEndpoints, "stages", lambda self, endpoint: stages)
        monkeypatch.setattr(AwsEndpoints, "log", lambda self, endpoint: {})

    return has


def settings_of(tmp_path: Path, **environ: str) -> Settings:
    """Settings of an environment."""
    return Settings.load(environ=environ, project=tmp_path)


@pytest.mark.parametrize(
    ("environ", "url", "region", "expected"),
    [
        ({}, None, None, ("sagemaker", None, None)),
        ({"AWS_REGION": "us-east-1"}, None, None, ("sagemaker", None, "us-east-1")),
        ({"BYOC_REGION": "eu-west-1"}, None, "eu-west-2", ("sagemaker", None, "eu-west-2")),
        ({"AWS_ENDPOINT_URL_S3": "http://s3"}, None, None, ("sagemaker", None, None)),
        ({"AWS_ENDPOINT_URL": "http://h:1"}, None, None, ("emulator", "http://h:1", "us-east-1")),
        ({"AWS_ENDPOINT_URL": "http://h:1"}, "http://other:2", None, ("emulator", "http://other:2", "us-east-1")),
        ({}, "https://vpce-1.runtime.sagemaker.eu-west-1.vpce.amazonaws.com", "r", ("sagemaker", "https", "r")),
    ],
)
def test_which_aws_is_asked(
    tmp_path: Path, environ: dict[str, str], url: str | None, region: str | None, expected: tuple[str, str | None, str]
) -> None:
    """Without an address it is AWS, whose region is left to boto3 where nobody says it; a VPC endpoint is AWS too."""
    endpoint = RemoteEndpoint(name="e", url=url, region=region)
    with side_of(endpoint, settings=settings_of(tmp_path, **environ)) as side:
        client = vars(side)["_client"]

    assert expected == (side.origin, client._url and client._url[: len(expected[1] or "")], client._region)


def test_stand_in_credentials_never_go_to_aws(tmp_path: Path) -> None:
    """An emulator gets dummies, AWS gets what boto3 finds."""
    sent = []
    for url in ("http://h:1", "https://x.amazonaws.com"):
        with side_of(RemoteEndpoint(name="e", url=url), settings=settings_of(tmp_path)) as side:
            sent.append(bool(vars(side)["_client"]._credentials))

    assert [True, False] == sent


@pytest.mark.parametrize("reference", [DIGEST, f"r/i@{DIGEST}"])
def test_the_engine_knows_what_is_inside(tmp_path: Path, engine: Elsewhere, reference: str) -> None:
    """An image that the engine has by the very digest tells its size and packages."""
    engine({reference: Script(config=ImageConfig(image_id="x", size_bytes=5), libraries={"numpy": "2.0"})}, KNOWN)
    heard: list[Event] = []
    with side_of(RemoteEndpoint(name="e"), settings=settings_of(tmp_path), emit=heard.append) as side:
        (stage,) = side.stages()

    assert (5, {"numpy": "2.0"}, DIGEST) == (stage.size_bytes, stage.versions, stage.image_id)
    assert [] == [each for each in heard if isinstance(each, Notice)]


@pytest.mark.parametrize("images", [None, {}, {"r/i:1": Script(libraries={"numpy": "2.0"})}])
def test_what_is_not_known_is_said_once(tmp_path: Path, engine: Elsewhere, images: Mapping[str, Script] | None) -> None:
    """Without an engine or the very image, its packages stay unknown; an image of the same name may be another."""
    engine(images, KNOWN)
    heard: list[Event] = []
    with side_of(RemoteEndpoint(name="e"), settings=settings_of(tmp_path), emit=heard.append) as side:
        stages = side.stages(), side.stages()

    assert ((KNOWN,), (KNOWN,)) == stages
    assert 1 == len([each for each in heard if isinstance(each, Notice)])


def test_a_recording_is_a_side(tmp_path: Path) -> None:
    """A recording is asked nothing but what it has, under the name that it is given."""
    recording = Recording(origin="image", subject="i", stages=(), exchanges=(), date="", version="")
    with side_of(recording, name="golden.json", settings=settings_of(tmp_path)) as side:
        assert ("golden.json", False) == (side.name, side.live)


def test_an_impossible_name_is_refused(tmp_path: Path) -> None:
    """A name that no endpoint can have is refused as AWS refuses it, before anybody is asked."""
    refused = pytest.raises(ValidationException)
    with refused, side_of(RemoteEndpoint(name="a b"), settings=settings_of(tmp_path)):
        pass
