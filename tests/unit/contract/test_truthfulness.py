"""A container that says that it is healthy without what it needs is found out, and an honest one is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from emulator.contract.check import NotApplicable
from emulator.contract.truthfulness import Flaw, lie
from emulator.model.launch import ContainerLaunch
from emulator.testing import Answer, Exit, FakeStore, Script

WHOLE = b"weights" * 10
FAILS = Answer(status=500)


class Shelf(FakeStore):
    """Lays out real folders."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder

    def lay_out(self, files: Any) -> Path:
        """A new folder, empty."""
        assert not files
        made = self.folder / f"copy{len(list(self.folder.iterdir()))}"
        made.mkdir()
        return made


@pytest.fixture
def started(wooden: Callable[..., Any], tmp_path: Path) -> Callable[..., Any]:
    """A subject whose containers are what a function makes of the model they find, None where there is none."""

    @contextmanager
    def made(become: Callable[[bytes | None], Script], **members: Any) -> Iterator[Any]:
        model, copies = tmp_path / "model", tmp_path / "copies"
        (model / "code").mkdir(parents=True)
        copies.mkdir()
        (model / "code" / "weights").write_bytes(WHOLE)
        bench = wooden(store=Shelf(copies), good=Script())
        start = bench.runtime.start

        def other(launch: ContainerLaunch, **told: Any) -> Any:
            found = Path(launch.mounts[0].source, "code", "weights").read_bytes() if launch.mounts else None
            bench.runtime.images["good"] = become(found)
            return start(launch, **told)

        bench.runtime.start = other
        subject = bench.subject(folder=model, **members)
        with subject.trial() as subject.shared:
            yield subject

    return made


def flawed(found: bytes | None) -> str:
    """Which flaw a model has."""
    if found is None:
        return "without a model"
    return "" if found == WHOLE else "with a corrupt model" if found else "with an empty model"


FLAWS: list[Flaw] = ["without a model", "with an empty model", "with a corrupt model"]


@pytest.mark.parametrize("flaw", FLAWS)
def test_liar_is_found_out(flaw: Flaw, started: Callable[..., Any]) -> None:
    """Healthy, and the sample fails: the requests that show it are reported, found out once."""
    with started(lambda found: Script(invocations=FAILS if flawed(found) == flaw else Answer())) as subject:
        found = lie(subject, flaw)

        assert found is lie(subject, flaw)
        assert found is not None
        assert [200, 500] == [each.status for each in found.probes]
        assert "./model" in found.launch or flaw == "without a model"


@pytest.mark.parametrize("flaw", FLAWS)
@pytest.mark.parametrize(
    "script",
    [
        Script(ping=Answer(status=503), invocations=FAILS),
        Script(ping=Answer(status=500)),
        Script(exits=Exit(code=1)),
        Script(),
        Script(ping=[Answer(), Answer(status=503)], invocations=FAILS),
        Script(invocations=Exit(code=1)),
    ],
    ids=["says so", "fails", "ends", "needs no model", "notices later", "ends later"],
)
def test_honest_container_is_left_alone(flaw: Flaw, script: Script, started: Callable[..., Any]) -> None:
    """An honest answer, an end, or an answered sample is no lie."""
    with started(lambda found: script if flawed(found) else Script()) as subject:
        assert lie(subject, flaw) is None


def test_without_a_sample_it_is_a_warning(started: Callable[..., Any]) -> None:
    """Whether it needs its model cannot be told without a sample."""
    with started(lambda found: Script(), sample=None) as subject:
        found = lie(subject, "without a model")

    assert found is not None
    assert "warning" == found.severity


def test_without_model_data_there_is_nothing_to_take_away(wooden: Callable[..., Any]) -> None:
    """An image that was given no model is not examined without it."""
    subject = wooden(good=Script()).subject()
    with subject.trial() as subject.shared, pytest.raises(NotApplicable):
        lie(subject, "without a model")
