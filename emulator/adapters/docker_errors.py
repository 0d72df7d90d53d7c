"""What docker-py raises, in our words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import docker.errors
import requests.exceptions

from emulator.errors import EngineUnavailable


@contextmanager
def engine_errors() -> Iterator[None]:
    """Turn docker-py's own exceptions into ours; findings about the image pass through."""
    try:
        yield
    except (docker.errors.DockerException, requests.exceptions.RequestException) as broke:
        explanation = getattr(broke, "explanation", None) or str(broke)
        raise EngineUnavailable(
            "The container engine did not do what it was asked.",
            why=str(explanation),
            fix="see whether it still runs: byoc engine",
        ) from broke


@contextmanager
def already_gone() -> Iterator[None]:
    """Let pass that what is to be removed is gone, or on its way."""
    try:
        yield
    except docker.errors.APIError as refused:
        if refused.status_code not in (404, 409):
            raise
