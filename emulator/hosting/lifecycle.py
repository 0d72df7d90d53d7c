"""One endpoint from CreateEndpoint until it is gone: its status, and the fleet behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from random import Random
from threading import Condition, Thread
from typing import Any, Final

from emulator.errors import EndpointFailed, Problem
from emulator.hosting.fleet import Fleet
from emulator.hosting.health import LaunchAborted
from emulator.hosting.platform import Platform
from emulator.model.control import Deployment, EndpointDescription, EndpointStatus, Scale
from emulator.model.event import StatusChanged
from emulator.wire import control_refusal, failure_reason
from emulator.wire.endpoint_description import described

BUSY: Final = frozenset({"Creating", "Updating", "Deleting"})
"""In these states an endpoint can be neither updated nor deleted (hosting contract 6.4)."""


class Lifecycle:
    """An endpoint's state machine; every change that takes time is made by a thread of its own.

    Args:
        name: EndpointName, in the case it was created with.
        arn: with the name in lower case.
        deployment: what it is created with.
        platform: where, and under which rules.
        random: shares traffic among variants.
        when_gone: called once, when it is deleted.
        deployment_config: DeploymentConfig of CreateEndpoint, for DescribeEndpoint to repeat.
    """

    def __init__(
        self,
        name: str,
        *,
        arn: str,
        deployment: Deployment,
        platform: Platform,
        random: Random,
        when_gone: Callable[[], None],
        deployment_config: Mapping[str, Any] | None = None,
    ) -> None:
        self.name, self.arn = name, arn
        self._platform, self._random, self._when_gone = platform, random, when_gone
        self._changed = Condition()
        self._status: EndpointStatus = "Creating"
        self._failure_reason = ""
        self._deployment, self._desired = deployment, deployment
        self._deployment_config = dict(deployment_config or {})
        self._fleet: Fleet | None = None
        self._coming: Fleet | None = None
        self._leaving: Fleet | None = None
        self._worker: Thread | None = None
        self._gone = False  # deleted or closed
        self.creation_time = self.last_modified_time = self._now()

    @property
    def status(self) -> EndpointStatus:
        """The EndpointStatus."""
        return self._status

    def create(self) -> None:
        """Bring the first fleet into service, in the background: Creating, then InService or Failed."""
        with self._changed:
            self._bring_up(self._deployment)

    def update(self, deployment: Deployment, *, deployment_config: Mapping[str, Any] | None = None) -> None:
        """Replace the fleet, in the background: Updating, then InService with the new one, or with the old one.

        The old fleet serves until the new one is healthy, and ends what it has begun;
        when the new one fails, the status is InService again and FailureReason says why (hosting contract 6.7).

        Raises:
            ValidationException: the endpoint is busy or Failed.
        """
        with self._changed:
            self._begin("Updating")
            self._deployment_config = dict(deployment_config or {})
            self._bring_up(deployment)

    def scale(self, scales: Mapping[str, Scale]) -> None:
        """Give variants other weights and counts, in the background: Updating, then InService.

        Raises:
            ValidationException: the endpoint is busy or Failed, or has no such variant.
        """
        with self._changed:
            known = [each.name for each in self._deployment.variants]
            for name in scales:
                if name not in known:
                    raise control_refusal.unknown_variant(name, self.arn, known=known)
            self._begin("Updating")
            self._desired = self._deployment.scaled(scales)
            self._work(self._rescale)

    def delete(self) -> None:
        """End the fleet, in the background: Deleting, then gone.

        Raises:
            ValidationException: the endpoint is busy.
        """
        with self._changed:
            self._begin("Deleting")
            self._work(self._end)

    def fleet(self) -> Fleet:
        """What serves invocations now.

        Raises:
            ValidationError: nothing does: it is being created or deleted, or Failed.
        """
        fleet = self._fleet
        if fleet is None or self._status not in ("InService", "Updating"):
            raise control_refusal.not_invocable(self.name, self._platform.account, status=self._status)
        return fleet

    def describe(self) -> EndpointDescription:
        """The endpoint as it is now."""
        with self._changed:
            return described(
                name=self.name,
                arn=self.arn,
                status=self._status,
                failure_reason=self._failure_reason,
                creation_time=self.creation_time,
                last_modified_time=self.last_modified_time,
                deployment=self._deployment,
                desired=self._desired,
                deployed=None if self._fleet is None else self._fleet.images,
                deployment_config=self._deployment_config,
            )

    def wait_for_change(self, seconds: float) -> bool:
        """Wait until a busy endpoint has another status, or is gone, at most so long; whether it has come to rest."""
        with self._changed:
            before = self._status
            self._changed.wait_for(lambda: self._gone or self._status not in BUSY or self._status != before, seconds)
            return self._gone or self._status not in BUSY

    def close(self) -> None:
        """End whatever runs, in any status, also in mid-creation; nothing is left when it returns."""
        with self._changed:
            fleets = [each for each in (self._coming, self._fleet, self._leaving) if each is not None]
            worker = self._worker
            self._gone = True
            self._changed.notify_all()
        for each in fleets:
            each.close()
        if worker is not None:
            worker.join()

    def _begin(self, status: EndpointStatus) -> None:
        if self._status in BUSY or self._gone:
            raise control_refusal.in_progress(self.arn)
        if self._status == "Failed" and status != "Deleting":
            raise control_refusal.failed(self.arn)
        self._failure_reason = self._failure_reason if status == "Deleting" else ""
        self._set(status)

    def _bring_up(self, deployment: Deployment) -> None:
        self._desired = deployment
        coming = Fleet(deployment, endpoint=self.name, platform=self._platform, random=self._random)
        self._coming = coming
        self._work(lambda: self._deploy(coming, self._fleet))

    def _work(self, task: Callable[[], None]) -> None:
        self._worker = Thread(target=task, name=f"endpoint-{self.name}", daemon=True)
        self._worker.start()

    def _deploy(self, coming: Fleet, before: Fleet | None) -> None:
        try:
            coming.open()
        except LaunchAborted:
            return  # the session ends
        except Problem as problem:
            self._give_up(_reason(problem), str(problem))
            return
        except BaseException as bug:
            self._give_up(failure_reason.UNKNOWN, repr(bug))
            raise
        with self._changed:
            self._fleet, self._coming, self._deployment = coming, None, self._desired
            self._leaving = before
        if before is not None:
            before.drain()
            before.close()
        with self._changed:
            self._leaving = None
            self._set("InService")

    def _give_up(self, reason: str, problem: str) -> None:
        with self._changed:
            self._coming, self._desired = None, self._deployment
            self._failure_reason = failure_reason.cut(reason)
            self._set("Failed" if self._fleet is None else "InService", problem)

    def _rescale(self) -> None:
        fleet = self.fleet()
        fleet.share(self._desired.variants)
        with self._changed:
            self._deployment = self._desired
            self._set("InService")

    def _end(self) -> None:
        if self._fleet is not None:
            self._fleet.close()
        self._when_gone()
        with self._changed:
            self._gone = True
            self._changed.notify_all()

    def _set(self, status: EndpointStatus, problem: str = "") -> None:
        self._status, self.last_modified_time = status, self._now()
        self._changed.notify_all()
        self._platform.emit(StatusChanged(subject=self.name, status=status, problem=problem))

    def _now(self) -> datetime:
        return self._platform.world.clock.utc()


def _reason(problem: Problem) -> str:
    """AWS's reason; where AWS has no say, our own words, as those of AWS would lead astray."""
    if isinstance(problem, EndpointFailed):
        return problem.failure_reason
    return f"{problem.what} {problem.why}".rstrip()
