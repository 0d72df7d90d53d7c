"""The SageMaker SDK's local mode (``sagemaker<3``), as a child process in turns with ours.

It is the SDK's own code from ``Model.deploy`` to ``Predictor.predict``, on docker-compose, in a virtual environment
of its own, which ``make bench`` makes. What one should know of its figures: ``deploy`` looks whether the container
answers every 5 s, and after that sleeps 30 s before it believes that its own endpoint, in this same process, is in
service; and each ``predict`` runs ``docker info`` to find out where the engine is.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from containers import abalone
from tests.benchmarks.ground import CSV, FEATURES, Ground, free_port
from tests.benchmarks.measure import Load

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".venv" / "local-mode" / "bin" / "python"
CHILD = Path(__file__).with_name("local_mode_child.py")
NETWORK = "sagemaker-local"
"""What docker-compose leaves behind."""


def lacking() -> str:
    """Why local mode cannot be measured here; empty when it can."""
    if not python().exists():
        return "it has no virtual environment; `make bench` makes it"
    if shutil.which("docker-compose"):
        return ""
    second = subprocess.run(["docker", "compose", "version"], capture_output=True, check=False)
    return "" if second.returncode == 0 else "docker-compose is missing: apt-get install docker-compose"


def python() -> Path:
    """Where its Python is; the variable LOCAL_MODE_PYTHON names another one."""
    return Path(os.environ.get("LOCAL_MODE_PYTHON", PYTHON))


class LocalMode:
    """The predictor in local mode."""

    def __init__(self, child: subprocess.Popen[str], data: Path) -> None:
        self._child, self._data = child, data

    def versions(self) -> dict[str, str]:
        """Of the SDK and its Python."""
        told = self._ask(do="versions")
        return {"SageMaker SDK": told["sagemaker"], "docker-compose": _compose_version()}

    def deploy(self) -> float:
        """Seconds from ``deploy`` to the first answer."""
        asked = {"image": abalone.PREDICTOR, "data": f"file://{self._data}", "port": free_port()}
        told = self._ask(do="deploy", **asked, body=FEATURES.decode(), content_type=CSV)
        return float(told["seconds"])

    def load(self, *, clients: int, seconds: float) -> Load:
        """``predict`` by so many threads."""
        told = self._ask(do="load", clients=clients, seconds=seconds, body=FEATURES.decode())
        latencies = told["latencies"]
        return Load(latencies=tuple(each * 1000 for each in latencies), rate=len(latencies) / told["seconds"])

    def delete(self) -> None:
        """Remove the endpoint."""
        self._ask(do="delete")

    def _ask(self, **asked: Any) -> dict[str, Any]:
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        self._child.stdin.write(json.dumps(asked) + "\n")
        self._child.stdin.flush()
        told: dict[str, Any] = json.loads(self._child.stdout.readline() or '{"error": "it ended; see local-mode.log"}')
        if "error" in told:
            raise RuntimeError(f"local mode failed: {told['error']}")
        return told


@contextmanager
def local_mode(ground: Ground) -> Iterator[LocalMode]:
    """The SDK's process; nothing of it is left on exit."""
    place = ground.folder / "local-mode"
    place.mkdir(exist_ok=True)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "BYOC_", "COMPOSE_"))},
        "AWS_ACCESS_KEY_ID": "byoc",
        "AWS_SECRET_ACCESS_KEY": "byoc",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "SAGEMAKER_TELEMETRY_OPT_OUT": "true",
        "TMPDIR": str(place),
    }
    had_network = bool(ground.engine.networks.list(names=[NETWORK]))
    with (place / "local-mode.log").open("w") as log:
        child = subprocess.Popen(
            [python(), CHILD],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env=environment,
            cwd=place,
        )
        assert child.stdin is not None
        try:
            yield LocalMode(child, ground.trained.predictor)
        finally:
            child.stdin.close()
            child.wait()
    if not had_network:
        for each in ground.engine.networks.list(names=[NETWORK]):
            each.remove()


def _compose_version() -> str:
    both = (["docker", "compose", "version", "--short"], ["docker-compose", "version", "--short"])
    for command in both:
        if shutil.which(command[0]):
            told = subprocess.run(command, capture_output=True, text=True, check=False)
            if told.returncode == 0:
                return told.stdout.strip()
    return "none"
