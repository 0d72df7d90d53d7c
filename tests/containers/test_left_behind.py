"""Nothing is left behind, however a run ends; and nothing is taken away that is not ours."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

import docker as docker_py
import pytest

from emulator import EndpointFailed, ModelError, Settings, session
from emulator.adapters.ownership import LABEL, ROOT_LABEL, RUN_LABEL
from emulator.errors import TrainingFailed

if TYPE_CHECKING:
    from tests.conftest import Until
    from tests.containers.conftest import Hosted, LeftBehind, Told

pytestmark = pytest.mark.engine

SCRIPT = """
import sys
from emulator import ContainerDefinition, endpoint

containers = [ContainerDefinition(sys.argv[1], environment=dict([each.split("=", 1)])) for each in sys.argv[2:]]
print("begun", flush=True)
with endpoint(*containers, network_isolation=True) as ready:
    print("in service", flush=True)
    ready.invoke("time.sleep(600)", content_type="text/x-python")
"""

EXITS = {signal.SIGINT: 130, signal.SIGTERM: 143}


@contextmanager
def child(*command: str, cache: Path) -> Iterator[subprocess.Popen[str]]:
    """A process of its own, with a cache folder that one can look into; killed in the end if it is still there."""
    # Its own group: a terminal's Ctrl-C goes to the whole one, and this test is not meant.
    process = subprocess.Popen(
        [sys.executable, *command],
        env={**os.environ, "BYOC_CACHE": str(cache), "BYOC_STOP_SECONDS": "5"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def marked(docker: docker_py.DockerClient, cache: Path) -> Callable[[], list[Any]]:
    """The containers of the runs below the cache folder, as soon as there is one."""

    def containers() -> list[Any]:
        root = cache / "root-id"
        if not root.exists():
            return []
        return list(docker.api.containers(all=True, filters={"label": f"{ROOT_LABEL}={root.read_text()}"}))

    return containers


def test_success_leaves_nothing(
    settings: Settings, hosted: Hosted, told: Told, left_behind: LeftBehind, tmp_path: Path
) -> None:
    """After an isolated chain with model data, the containers, the network, the folder and its lock are gone."""
    archive = tmp_path / "model.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(__file__, "weights")
    with session(settings) as own:
        with hosted(told(model=archive), told(), on=own, isolated=True):
            during = left_behind()
        between = left_behind()
    after = left_behind()

    assert 5 == len(during)
    assert 2 == len(between)
    assert [] == after


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param({"name": "no_serve"}, id="cannot start"),
        pytest.param({"BEFORE": "sys.exit(1)"}, id="exits"),
        pytest.param({"model": "s3://nowhere/model.tar.gz"}, id="no artifact"),
    ],
)
@pytest.mark.parametrize("place", [0, 1])
def test_failed_launch_leaves_nothing(
    *,
    broken: dict[str, str],
    place: int,
    cache: Path,
    s3: str,
    hosted: Hosted,
    told: Told,
    left_behind: LeftBehind,
) -> None:
    """Wherever in a chain a launch fails, and at whichever stage, nothing of the others is left."""
    containers = [told(), told()]
    containers[place] = told(**broken)
    with session(Settings.load(flags={"cache": str(cache), "endpoint_url": s3})) as own:
        with pytest.raises(EndpointFailed), hosted(*containers, on=own, isolated=True):
            pass
        # Extracted and downloaded model data goes with the session.
        within = [name for name in left_behind() if not (cache / "runs" / name).exists()]
    after = left_behind()

    assert [] == within
    assert [] == after


def test_exception_in_the_body_leaves_nothing(
    settings: Settings, hosted: Hosted, told: Told, left_behind: LeftBehind
) -> None:
    """An assertion that fails inside the ``with`` goes on, after the containers are gone."""
    with pytest.raises(ZeroDivisionError), session(settings) as own, hosted(told(), on=own):
        1 / 0  # noqa: B018 - raising is what it is for

    assert [] == left_behind()


def test_failed_invocation_leaves_nothing(
    settings: Settings, hosted: Hosted, told: Told, left_behind: LeftBehind
) -> None:
    """Nor does a container that died in service."""
    with pytest.raises(ModelError), session(settings) as own, hosted(told(INVOKED="os._exit(1)"), on=own) as endpoint:
        endpoint.invoke("1")

    assert [] == left_behind()


def test_failed_training_leaves_nothing(
    settings: Settings, image: Callable[[str], str], left_behind: LeftBehind, tmp_path: Path
) -> None:
    """Nor does a training job that could not start."""
    with pytest.raises(TrainingFailed), session(settings) as own:
        own.train(image("no_serve"), {}, tmp_path / "model.tar.gz")

    assert [] == left_behind()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("moment", ["created", "pinged", "in service"])
def test_signal_to_byoc_run_leaves_nothing(
    *,
    number: signal.Signals,
    moment: str,
    cache: Path,
    image: Callable[[str], str],
    marked: Callable[[], list[Any]],
    until: Until,
    left_behind: LeftBehind,
) -> None:
    """Ctrl-C and SIGTERM end `byoc run` with their exit code and nothing left, whatever it was about to do."""
    never = [] if moment == "in service" else ["-e", "PING=status = 503"]
    with child("-m", "emulator", "run", image("obedient"), image("obedient"), *never, cache=cache) as process:
        if moment == "in service":
            assert process.stdout is not None
            process.stdout.readline()
        elif moment == "pinged":
            until(lambda: sum(each["State"] == "running" for each in marked()) == 2)
        else:
            until(marked)
        process.send_signal(number)
        _, said = process.communicate(timeout=30)
    remains = left_behind()

    assert EXITS[number] == process.returncode, said
    assert [] == remains
    assert "Traceback" not in said


def test_interrupt_at_any_moment_leaves_nothing(
    cache: Path, image: Callable[[str], str], left_behind: LeftBehind
) -> None:
    """Ctrl-C to scripts that open an endpoint, a little later in each, from the first line to the invocation."""
    scripts = 10
    for place in range(scripts):
        with child("-c", SCRIPT, image("obedient"), "A=1", "B=1", cache=cache) as process:
            assert process.stdout is not None
            process.stdout.readline()
            # No condition could name these moments: they are meant to hit anywhere.
            sleep(place * 0.12)
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=30)
        assert [] == left_behind(), f"{place * 0.12:.2f} s after the start"


def test_killed_run_is_swept_by_the_next(
    cache: Path,
    settings: Settings,
    image: Callable[[str], str],
    left_behind: LeftBehind,
) -> None:
    """After ``kill -9`` containers, network and folder stay until the next session of the same user begins."""
    with child("-c", SCRIPT, image("obedient"), "A=1", "B=1", cache=cache) as process:
        assert process.stdout is not None
        assert ["begun\n", "in service\n"] == [process.stdout.readline(), process.stdout.readline()]
        process.kill()
        process.wait()
    before = left_behind()
    with session(settings):
        during = left_behind()
    after = left_behind()

    assert 5 == len(before)
    assert set() == set(before) & set(during)
    assert [] == after


def test_sweep_leaves_the_living_and_the_strangers(
    cache: Path,
    settings: Settings,
    image: Callable[[str], str],
    docker: docker_py.DockerClient,
    marked: Callable[[], list[Any]],
) -> None:
    """A new session takes neither a living run's containers, nor those of another user, nor a stranger's network."""
    foreign = {LABEL: "true", RUN_LABEL: "0123456789abcdef", ROOT_LABEL: "fedcba9876543210"}
    stranger = docker.containers.create(image("obedient"), "serve", labels=foreign)
    network = docker.networks.create("byoc-test-of-a-stranger", labels=foreign)
    try:
        with child("-m", "emulator", "run", image("obedient"), cache=cache) as process:
            assert process.stdout is not None
            process.stdout.readline()
            living = {each["Id"] for each in marked()}
            with session(settings):
                pass
            still_living = {each["Id"] for each in marked() if each["State"] == "running"}
            process.terminate()
            process.wait(timeout=30)
        stranger.reload()
        network.reload()
    finally:
        stranger.remove(force=True)
        network.remove()

    assert 1 == len(living)
    assert living == still_living


def test_stop_does_not_wait_longer_than_it_must(hosted: Hosted, told: Told) -> None:
    """A container that ends on SIGTERM is not waited for until the 30 s are over."""
    with hosted(told(), told()):
        began = monotonic()
    seconds = monotonic() - began

    assert seconds < 5
