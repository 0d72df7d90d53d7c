"""An opt-in for the SageMaker Python SDK, which waits blindly where a local endpoint needs no waiting."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from typing import Any

POLL_SECONDS = 0.2


@contextmanager
def no_blind_wait() -> Iterator[None]:
    """Within it, ``deploy()`` of the SDK looks at a new endpoint at once instead of after 30 s.

    The SDK sleeps for its poll interval before its first look: ``sagemaker<3`` in
    ``sagemaker.session.Session.wait_for_endpoint``, ``sagemaker>=3`` in its
    ``ModelBuilder``; the core resources of the latter look first. Nothing else of the
    SDK is changed, and all is as before on exit. Does nothing where it is not installed.
    """
    with ExitStack() as stack:
        for holder, name, quick in (*_of_version_2(), *_of_version_3()):
            stack.callback(setattr, holder, name, getattr(holder, name))
            setattr(holder, name, quick)
        yield


def _of_version_2() -> Iterator[tuple[Any, str, Any]]:
    session = _found("sagemaker.session", "Session")
    original: Callable[..., Any] | None = getattr(session, "wait_for_endpoint", None)
    if original is None:
        return

    def wait_for_endpoint(self: Any, endpoint: str, poll: float = POLL_SECONDS, live_logging: bool = False) -> Any:
        return original(self, endpoint, poll=min(poll, POLL_SECONDS), live_logging=live_logging)

    yield session, "wait_for_endpoint", wait_for_endpoint


def _of_version_3() -> Iterator[tuple[Any, str, Any]]:
    original: Callable[..., Any] | None = _found("sagemaker.serve.model_builder", "_wait_until")
    if original is None:
        return

    def wait_until(look: Any, poll: float = POLL_SECONDS) -> Any:
        return original(look, min(poll, POLL_SECONDS))

    yield import_module("sagemaker.serve.model_builder"), "_wait_until", wait_until


def _found(module: str, name: str) -> Any:
    try:
        return getattr(import_module(module), name, None)
    except ImportError:
        return None
