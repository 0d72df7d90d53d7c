"""``byoc check`` as people run it: exit codes, reports, baselines, and an engine that goes away."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random
from socket import AF_UNIX, SHUT_RDWR, SOCK_STREAM, socket
from threading import Thread
from typing import Any
from xml.etree import ElementTree as ET

import pytest

pytestmark = pytest.mark.engine

GOOD = Path(__file__).parents[2] / "fixtures" / "mutants" / "good"

Byoc = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def byoc(tmp_path: Path) -> Byoc:
    """The command in an empty folder; ends with its output."""

    def run(*words: str, **environ: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "emulator", *words],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **environ},
        )

    return run


@pytest.fixture
def given(mutant_image: Callable[[str], str]) -> Callable[[str], list[str]]:
    """The words that check a mutant, or the good image."""
    return lambda name: [
        *("check", mutant_image(name), "-m", str(GOOD / "model"), "--sample", str(GOOD / "sample.csv")),
        *("--select", "PNG"),
    ]


def test_clean_image_exits_with_0(byoc: Byoc, given: Callable[[str], list[str]]) -> None:
    """A good image is a PASS."""
    ended = byoc(*given("good"))

    assert (0, "PASS") == (ended.returncode, ended.stdout[:4]), ended.stderr


def test_finding_exits_with_1_in_every_format(byoc: Byoc, given: Callable[[str], list[str]], tmp_path: Path) -> None:
    """One run writes all reports, and each has the finding."""
    forms = {"json": "a.json", "junit": "a.xml", "sarif": "a.sarif", "html": "a.html", "text": "a.txt"}
    words = [word for form, name in forms.items() for word in ("--format", f"{form}={name}")]
    summary = tmp_path / "summary.md"
    ended = byoc(*given("ping-redirects"), *words, "--format", "github", GITHUB_STEP_SUMMARY=str(summary))
    texts = {form: (tmp_path / name).read_text() for form, name in forms.items()}

    assert 1 == ended.returncode, ended.stderr
    assert "::error " in ended.stdout
    assert all("PNG002" in text for text in (*texts.values(), summary.read_text()))
    assert "PNG002" in json.loads(texts["sarif"])["runs"][0]["results"][0]["ruleId"]
    assert ET.fromstring(texts["junit"]).findall(".//failure")


def test_baseline_forgives_what_it_knows(byoc: Byoc, given: Callable[[str], list[str]], tmp_path: Path) -> None:
    """A baseline is written once; from then on only new findings fail."""
    known = ["--baseline", "known.json"]
    missing = byoc(*given("ping-redirects"), *known)
    written = byoc(*given("ping-redirects"), *known, "--update-baseline")
    again = byoc(*given("ping-redirects"), *known)

    assert [2, 0, 0] == [missing.returncode, written.returncode, again.returncode]
    assert ["PNG002:primary"] == json.loads((tmp_path / "known.json").read_text())["findings"]


def test_project_file_is_read(byoc: Byoc, given: Callable[[str], list[str]], tmp_path: Path) -> None:
    """What `[tool.byoc.check]` says holds, and a slip in it is a usage error."""
    (tmp_path / "pyproject.toml").write_text('[tool.byoc.check]\nignore = ["ping-redirects"]\n')
    ignored = byoc(*given("ping-redirects"), "--format", "json")
    (tmp_path / "pyproject.toml").write_text("[tool.byoc.check]\nignored = []\n")
    wrong = byoc(*given("ping-redirects"))

    assert "PNG002" not in ignored.stdout
    assert (2, True) == (wrong.returncode, "did you mean ignore?" in wrong.stderr)


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("check", "no-such-image:anywhere"), "There is no image no-such-image:anywhere to check."),
        (("check", "x", "--format", "pdf"), "--format pdf cannot be understood."),
        (("check", "x", "--format", "html=no/folder/a.html"), "no/folder/a.html cannot be written."),
        (("check", "x", "--set", "PNG004"), "--set PNG004 cannot be understood."),
        (("check", "x", "--update-baseline"), "There is no baseline to update."),
        (("check", "x", "--sample", "none.csv"), "none.csv cannot be read."),
        (("explain", "ping-redirect"), "did you mean ping-redirects?"),
    ],
)
def test_slip_exits_with_2(words: tuple[str, ...], text: str, byoc: Byoc) -> None:
    """What cannot be understood or found is said in a sentence."""
    ended = byoc(*words)

    assert (2, True) == (ended.returncode, text in ended.stderr), ended.stderr


def test_manual_and_table(byoc: Byoc) -> None:
    """`byoc explain` prints a manual, by code or name; `byoc checks` has a line for it."""
    manual, table = byoc("explain", "ping-redirects"), byoc("checks")

    assert "How to fix" in manual.stdout or "how to fix" in manual.stdout.lower()
    assert "ping-redirects" in table.stdout


@contextmanager
def fragile_engine(path: Path, engine: str) -> Iterator[Callable[[], None]]:
    """A socket that leads to the engine until it is broken, as one sees an engine that is killed."""
    door, open_ = socket(AF_UNIX, SOCK_STREAM), list[socket]()

    def pump(source: socket, target: socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
        with suppress(OSError):
            target.shutdown(SHUT_RDWR)

    def serve() -> None:
        with suppress(OSError):
            while True:
                client, _ = door.accept()
                behind = socket(AF_UNIX, SOCK_STREAM)
                behind.connect(engine)
                open_.extend((client, behind))
                Thread(target=pump, args=(client, behind), daemon=True).start()
                Thread(target=pump, args=(behind, client), daemon=True).start()

    def kill() -> None:
        with suppress(OSError):
            door.shutdown(SHUT_RDWR)
        door.close()
        path.unlink(missing_ok=True)
        for each in open_:
            with suppress(OSError):
                each.shutdown(SHUT_RDWR)

    door.bind(str(path))
    door.listen()
    Thread(target=serve, daemon=True).start()
    try:
        yield kill
    finally:
        kill()
        for each in open_:
            each.close()


@pytest.mark.parametrize("seed", range(4))
def test_engine_that_goes_away_is_not_the_images_fault(
    seed: int, byoc: Byoc, mutant_image: Callable[[str], str], tmp_path: Path
) -> None:
    """Whenever in a run the engine dies, the command ends with 3 and says so, and finds nothing in the image."""
    image, after = mutant_image("good"), Random(seed).uniform(0.6, 3.0)
    with fragile_engine(tmp_path / "engine.sock", "/var/run/docker.sock") as kill:
        words = ["check", image, "-m", str(GOOD / "model"), "--sample", str(GOOD / "sample.csv"), "-q"]
        process = subprocess.Popen(
            [sys.executable, "-m", "emulator", *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=tmp_path,
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join(sys.path),
                "DOCKER_HOST": f"unix://{tmp_path / 'engine.sock'}",
            },
        )
        with suppress(subprocess.TimeoutExpired):
            process.wait(after)
        ended_before = process.poll() is not None
        kill()
        out, err = process.communicate(timeout=90)

    assert ended_before or (3, "") == (process.returncode, out), err
    assert ended_before or "engine" in err.lower(), err


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_stopped_run_leaves_nothing(
    stop: signal.Signals, mutant_image: Callable[[str], str], tmp_path: Path, docker: Any, byoc: Byoc
) -> None:
    """Whatever ends a run, its containers are gone at once, or with the next run after a kill."""
    image, cache = mutant_image("listens-nowhere"), {"BYOC_CACHE": str(tmp_path / "cache")}
    process = subprocess.Popen(
        [sys.executable, "-m", "emulator", "check", image, "-m", str(GOOD / "model"), "-q"],
        cwd=tmp_path,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **cache},
    )
    with suppress(subprocess.TimeoutExpired):
        process.wait(3)
    process.send_signal(stop)
    process.wait(20)
    if stop is signal.SIGKILL:
        byoc("check", image, "--select", "IMG011", **cache)
    root = (tmp_path / "cache" / "root-id").read_text()
    left = docker.containers.list(all=True, filters={"label": f"io.byoc-emulator.root={root}"})

    assert [] == left
    assert process.returncode in (130, 143, -signal.SIGKILL)
