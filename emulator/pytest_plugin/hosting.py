"""Endpoints that live as long as a test session, by what was asked for."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Lock
from typing import TypeAlias

from emulator.assemble import session
from emulator.hosting.endpoint import Endpoint
from emulator.hosting.session import Session
from emulator.model.hosting import ContainerDefinition, Model
from emulator.settings import Settings

Opened: TypeAlias = Callable[..., Endpoint]

PathLike: TypeAlias = "str | os.PathLike[str] | None"

LINES = 40
"""Log lines of each container below a test that failed."""

ALL_LINES = 100_000


class Hosting:
    """The endpoints of one session; safe to use from many threads."""

    def __init__(self, opened: Session) -> None:
        self._session, self._stack = opened, ExitStack()
        self._endpoints: dict[object, Endpoint] = {}
        self._written: dict[str, int] = {}
        self._lock = Lock()

    @classmethod
    @contextmanager
    def opened(cls, project: Path) -> Iterator[Hosting]:
        """A hosting under the settings of a project; whatever it started is gone on exit."""
        with session(Settings.load(project=project)) as opened:
            hosting = cls(opened)
            with hosting._stack:
                yield hosting

    def endpoint(
        self,
        image: str,
        *,
        model: PathLike = None,
        environment: Mapping[str, str] | None = None,
        isolated: bool = False,
    ) -> Endpoint:
        """An image in service."""
        return self.pipeline(image, models=[model], environments=[environment or {}], isolated=isolated)

    def pipeline(
        self,
        *images: str,
        models: Sequence[PathLike] | None = None,
        environments: Sequence[Mapping[str, str]] | None = None,
        isolated: bool = False,
    ) -> Endpoint:
        """Images in service in a row, each with its model data and environment.

        Raises:
            ValueError: there are not as many models or environments as images.
            EndpointFailed: it does not come into service; says why.
        """
        told = zip(images, models or [None] * len(images), environments or [{}] * len(images), strict=True)
        containers = tuple(
            ContainerDefinition(image, model_data_url=data, environment=variables) for image, data, variables in told
        )
        wanted = Model(containers=containers, enable_network_isolation=isolated)
        with self._lock:
            endpoint = self._endpoints.get(repr(wanted))
            if endpoint is None or any(each.running.wait(0) is not None for each in endpoint.containers):
                endpoint = self._stack.enter_context(self._session.endpoint(wanted))
                self._endpoints[repr(wanted)] = endpoint
            return endpoint

    def begin(self) -> None:
        """What is in the logs by now belongs to tests that have been."""
        for endpoint in self._endpoints.values():
            for each in endpoint.containers:
                self._written[each.running.container_id] = len(each.running.log_tail(ALL_LINES))

    def logs(self) -> list[tuple[str, str]]:
        """What each container has written since :meth:`begin`, with a title; nothing of those that wrote nothing."""
        sections = []
        for endpoint in self._endpoints.values():
            for each in endpoint.containers:
                lines = each.running.log_tail(ALL_LINES)[self._written.get(each.running.container_id, 0) :]
                if lines:
                    sections.append((f"log of {each.name} in {endpoint.name}", "\n".join(lines[-LINES:])))
        return sections
