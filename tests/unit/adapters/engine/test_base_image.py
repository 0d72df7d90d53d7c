"""Making base images, on a wooden engine with an mmdebstrap of our own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from emulator.adapters.engine.base_image import BaseImage, make_base_image
from emulator.adapters.engine.recipe import ORIGIN_LABEL, RECIPE_LABEL
from emulator.errors import BuildFailed, EngineUnavailable

Program = Callable[[str, str], Path]
TAG = "byoc-base/debian:trixie"


@pytest.fixture
def make(tmp_path: Path, environ: dict[str, str], told: list[str]) -> Callable[..., BaseImage]:
    """The call under test, with everything temporary in ``tmp_path / "tmp"``."""
    (tmp_path / "tmp").mkdir()

    def call(wooden: Any, reference: str = "debian:trixie", **options: Any) -> BaseImage:
        return make_base_image(
            reference,
            engine=wooden.engine,
            environ={**environ, "TMPDIR": str(tmp_path / "tmp")},
            state=tmp_path,
            on_progress=told.append,
            ca_bundle="none",
            **options,
        )

    return call


@pytest.fixture
def wooden(wooden_engine: Callable[..., Any]) -> Any:
    """An engine whose registry does not answer."""
    engine = wooden_engine()
    engine.pulls = [{"error": "no such host"}]
    return engine


def labels(wooden: Any) -> dict[str, str]:
    """The labels with which the last image was imported."""
    query, _ = wooden.imports[-1]
    line = next(change for change in query["changes"] if change.startswith("LABEL"))
    return {name: value.strip('"') for name, _, value in (word.partition("=") for word in line.split()[1:])}


def test_bootstrap_follows_a_failed_pull(
    make: Callable[..., BaseImage], wooden: Any, program: Program, told: list[str]
) -> None:
    """Where no registry answers, the image is bootstrapped and its whole stream imported under the local tag."""
    program("mmdebstrap", "echo 'I: creating tarball...' >&2; printf tar")

    image = make(wooden)
    ((query, body),) = wooden.imports

    assert BaseImage(tag=TAG, origin="bootstrapped", made=True) == image
    assert (["byoc-base/debian"], ["trixie"], b"tar") == (query["repo"], query["tag"], body)
    assert "debian:trixie could not be pulled: no such host" in told
    assert "mmdebstrap: creating tarball..." in told


def test_equal_image_is_used(make: Callable[..., BaseImage], wooden: Any, program: Program, told: list[str]) -> None:
    """The second time, slim or not, the image is recognised by its recipe and nothing is done."""
    program("mmdebstrap", "printf tar")
    make(wooden)
    wooden.images[TAG] = labels(wooden)
    told.clear()
    wooden.asked.clear()

    image = make(wooden, "debian:trixie-slim")

    assert BaseImage(tag=TAG, origin="bootstrapped", made=False) == image
    assert [] == told
    assert not [asked for asked in wooden.asked if asked.startswith("POST")]


def test_image_of_another_recipe_is_made_anew(make: Callable[..., BaseImage], wooden: Any, program: Program) -> None:
    """An image under the same tag with another recipe is not taken for the one wanted."""
    program("mmdebstrap", "printf tar")
    wooden.images[TAG] = {RECIPE_LABEL: "another", ORIGIN_LABEL: "bootstrapped"}

    assert make(wooden, mode="bootstrap").made


def test_rebuild_makes_it_anew(make: Callable[..., BaseImage], wooden: Any, program: Program) -> None:
    """An equal image is replaced when that is asked for."""
    program("mmdebstrap", "printf tar")
    make(wooden, mode="bootstrap")
    wooden.images[TAG] = labels(wooden)

    make(wooden, mode="bootstrap", rebuild=True)

    assert 2 == len(wooden.imports)


def test_failing_bootstrap_imports_nothing(
    make: Callable[..., BaseImage], wooden: Any, program: Program, tmp_path: Path
) -> None:
    """An mmdebstrap that fails amid its stream leaves no image and no file, and is quoted."""
    program("mmdebstrap", f"touch {tmp_path}/tmp/*/left; head -c 3000000 /dev/zero; echo 'E: disk full' >&2; exit 25")

    with pytest.raises(BuildFailed, match="mmdebstrap ended with status 25") as caught:
        make(wooden, mode="bootstrap")

    assert "| E: disk full" in caught.value.why
    assert [] == wooden.imports
    assert [] == list((tmp_path / "tmp").iterdir())


def test_early_failure_does_not_bother_the_engine(
    make: Callable[..., BaseImage], wooden: Any, program: Program
) -> None:
    """An mmdebstrap that fails before its stream begins never reaches the engine."""
    program("mmdebstrap", "exit 1")

    with pytest.raises(BuildFailed):
        make(wooden, mode="bootstrap")

    assert not [asked for asked in wooden.asked if asked.startswith("POST")]


def test_interrupt_ends_the_bootstrap(
    make: Callable[..., BaseImage], wooden: Any, program: Program, tmp_path: Path
) -> None:
    """An interruption amid the work asks mmdebstrap to end, waits for it, and leaves nothing."""
    script = f"trap 'kill $!; touch {tmp_path}/asked; exit 1' TERM; printf tar; sleep 60 >/dev/null 2>&1 & wait"
    program("mmdebstrap", script)

    def interrupt(line: str) -> None:
        if line.startswith("importing"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_base_image(
            "debian:trixie",
            engine=wooden.engine,
            environ={"PATH": f"{tmp_path}/bin:/usr/bin:/bin", "TMPDIR": str(tmp_path / "tmp")},
            state=tmp_path,
            on_progress=interrupt,
            mode="bootstrap",
            ca_bundle="none",
        )

    assert (tmp_path / "asked").exists()
    assert [] == wooden.imports
    assert [] == list((tmp_path / "tmp").iterdir())


def test_pull_alone_does_not_bootstrap(make: Callable[..., BaseImage], wooden: Any) -> None:
    """With --pull, a registry that does not answer is an error that names the other way."""
    with pytest.raises(BuildFailed) as caught:
        make(wooden, mode="pull")

    assert (
        "debian:trixie could not be pulled.\n"
        "why: no such host\n"
        "fix: see that this machine reaches the registry, or make the image without one: --bootstrap"
    ) == str(caught.value)


def test_both_failures_are_told(make: Callable[..., BaseImage], wooden: Any) -> None:
    """When neither way works, the error tells of both."""
    with pytest.raises(BuildFailed, match=r"Python 3\.12 is no package of bookworm") as caught:
        make(wooden, "python:3.12-bookworm")

    assert "the python3 of bookworm is 3.11; pulling was tried first: no such host" == caught.value.why


def test_lost_engine_is_not_the_images_fault(make: Callable[..., BaseImage], wooden: Any) -> None:
    """An engine that hangs up is an unavailable engine, not a failed build."""
    wooden.gone = True

    with pytest.raises(EngineUnavailable, match="stopped answering"):
        make(wooden)
