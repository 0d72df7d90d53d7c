"""Whoever answers: images started for it, an endpoint that runs elsewhere, or a recording."""

from __future__ import annotations

from typing import Protocol

from emulator.model.recording import Exchange, Origin, Request, Stage


class Side(Protocol):
    """One of the two that are compared, ready to answer."""

    @property
    def name(self) -> str:
        """As a person would call it."""

    @property
    def origin(self) -> Origin:
        """What answers."""

    @property
    def live(self) -> bool:
        """Whether it can be asked what it was not asked before; a recording cannot."""

    @property
    def startup_seconds(self) -> float | None:
        """From the start of its first container to all being healthy; None if it ran already."""

    def ask(self, request: Request) -> Exchange:
        """The answer, whatever it is; a container's failure is one as well.

        Raises:
            UsageError: a recording has no answer to that.
            ServiceFault: AWS refuses the request itself.
            EngineUnavailable: the engine went away.
        """

    def stages(self) -> tuple[Stage, ...]:
        """Its containers as they are known by now, with what their logs warn of; empty where they are not known."""
