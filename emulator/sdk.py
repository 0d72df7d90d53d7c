"""An opt-in for the SageMaker Python SDK, which waits blindly where a local endpoint needs no waiting."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

POLL_SECONDS = 0.2


@contextmanager
def no_blind_wait() -> Iterator[None]:
    """Within it, ``deploy()`` of ``sagemaker<3`` looks at the endpoint at once instead of after 30 s.

    The SDK sleeps for its poll interval before its first look at a new endpoint
    (``sagemaker.session.Session.wait_for_endpoint``, poll=30). Nothing else of the SDK
    is changed, and all is as before on exit. Does nothing where another version is
    installed; ``sagemaker>=3`` looks first and sleeps then.
    """
    session: Any = _session_class()
    if session is None:
        yield
        return
    original = session.wait_for_endpoint

    def wait_for_endpoint(self: Any, endpoint: str, poll: float = POLL_SECONDS, live_logging: bool = False) -> Any:
        return original(self, endpoint, poll=min(poll, POLL_SECONDS), live_logging=live_logging)

    session.wait_for_endpoint = wait_for_endpoint
    try:
        yield
    finally:
        session.wait_for_endpoint = original


def _session_class() -> Any:
    try:
        found = import_module("sagemaker.session").Session
    except (ImportError, AttributeError):
        return None
    return found if hasattr(found, "wait_for_endpoint") else None
