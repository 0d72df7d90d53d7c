"""The door to endpoints that run elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from emulator.model.message import Invocation, Reply
from emulator.model.recording import Stage


class EndpointClient(Protocol):
    """Endpoints that run elsewhere, as one sees them who may invoke them: on AWS, or behind an emulator's address."""

    def invoke(self, endpoint: str, invocation: Invocation) -> Reply:
        """InvokeEndpoint; the reply has no trace.

        Raises:
            ModelError: a container failed.
            UsageError: no such endpoint, no usable credentials, or nothing answers at that address.
            ServiceFault: AWS refuses the request otherwise.
        """

    def log(self, endpoint: str) -> Mapping[str, Sequence[str]]:
        """The first lines that each of its containers wrote, by name; a lone one has none. Empty where not readable."""

    def stages(self, endpoint: str) -> tuple[Stage, ...]:
        """The containers behind its first variant, as far as the caller may read of them; empty where they may not."""
