"""The SageMaker SDK's local mode, driven line by line: runs in a Python of its own, where ``sagemaker<3`` is.

A script, not a module, as packages beside the SDK install one called ``tests``. Reads one JSON object a line from
stdin, and writes one a line to stdout: ``{"do": "deploy", …}``, ``{"do": "load", …}``, ``{"do": "delete"}``.
"""

from __future__ import annotations

import json
import logging
import os
import runpy
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

ROLE = "arn:aws:iam::123456789012:role/hosting"


class LocalMode:
    """One model in local mode; all of it is the SDK's own code."""

    def __init__(self) -> None:
        from sagemaker.local import LocalSession
        from sagemaker.model import Model
        from sagemaker.predictor import Predictor
        from sagemaker.serializers import IdentitySerializer

        self._session, self._model, self._predictor = LocalSession, Model, Predictor
        self._serializer = IdentitySerializer
        self._deployed: Any = None
        self._asks: Any = None

    def versions(self) -> dict[str, str]:
        """Of the SDK and of Python."""
        from importlib.metadata import version

        return {"sagemaker": version("sagemaker"), "Python": sys.version.split()[0]}

    def deploy(self, *, image: str, data: str, port: int, body: str, content_type: str) -> dict[str, Any]:
        """``Model.deploy`` and one ``Predictor.predict``: seconds from the one's call to the other's answer."""
        began = perf_counter()
        session = self._session()
        session.config = {"local": {"local_code": True, "serving_port": port}}
        model = self._model(
            image_uri=image, model_data=data, role=ROLE, sagemaker_session=session, predictor_cls=self._predictor
        )
        self._deployed = model.deploy(1, "local", serializer=self._serializer(content_type))
        deployed = perf_counter() - began
        answer = self._deployed.predict(body)
        return {"seconds": perf_counter() - began, "deployed": deployed, "answer": answer.decode()}

    def load(self, *, clients: int, seconds: float, body: str) -> dict[str, Any]:
        """The latencies of ``Predictor.predict``."""
        run = runpy.run_path(str(Path(__file__).with_name("load.py")))["load"]
        latencies, took = run(lambda: lambda: self._deployed.predict(body), clients=clients, seconds=seconds)
        return {"latencies": latencies, "seconds": took}

    def delete(self) -> dict[str, Any]:
        """``Predictor.delete_endpoint``, which also removes the containers."""
        if self._deployed is not None:
            self._deployed.delete_endpoint()
            self._deployed = None
        return {}


def main() -> None:
    """Answer until stdin ends."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # the SDK and what the container logs are not answers
    logging.disable(logging.CRITICAL)
    mode = LocalMode()
    try:
        for line in sys.stdin:
            asked = json.loads(line)
            work: Callable[..., dict[str, Any]] = getattr(mode, asked.pop("do"))
            try:
                told: dict[str, Any] = work(**asked)
            except Exception as broken:  # noqa: BLE001 - told to the other side
                told = {"error": repr(broken)}
            print(json.dumps(told), file=answers, flush=True)
    finally:
        mode.delete()


if __name__ == "__main__":
    main()
