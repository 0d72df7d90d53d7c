"""What a check may see and do: one container of what is examined, or all of them in a row."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from threading import Event, Lock
from typing import Any, Final

from emulator import limits
from emulator.contract.sample import Sample
from emulator.contract.start import LOADING, started
from emulator.contract.survival import noted
from emulator.contract.trial import Trial
from emulator.errors import EndpointFailed
from emulator.hosting.endpoint import Endpoint
from emulator.hosting.plan import plan
from emulator.model.event import Emit
from emulator.model.finding import Profile
from emulator.model.hosting import Account, ContainerDefinition, Model
from emulator.model.launch import ContainerLaunch, ImageConfig, ImageFile, Mount
from emulator.model.rules import HostingRules
from emulator.ports import World
from emulator.ports.raw import RawHttp

AS_GIVEN: Final = Path("as given")
"""The model that was given with the image."""

INSTANCE_TYPE: Final = "ml.m5.large"
"""Where the image is to run, if nobody says otherwise: an instance with an x86 processor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What all subjects of a run share.

    Attributes:
        world: the doors.
        raw: the same for bytes.
        rules: what AWS leaves open.
        account: whose AWS it pretends to be.
        emit: hears what happens.
        settle_seconds: a start that has not changed for so long will not.
    """

    world: World
    raw: RawHttp
    rules: HostingRules
    account: Account
    emit: Emit
    settle_seconds: float = 5.0


@dataclass(kw_only=True)
class Subject:
    """One container.

    Attributes:
        name: in the report.
        definition: image, model data and environment as given.
        image: what the engine knows of it.
        profile: where it is to be hosted.
        instance_type: on which kind of instance.
        in_chain: whether it is one of several.
        position: in the chain, from 0.
        hands_on: whether another container gets its answers.
        bench: see there.
        sample: a request that it is known to answer; None where none was given, or where what the container before
            it answers is not for it.
        folder: its model data on this machine, extracted; None where it has none, or they cannot be used.
        refused_data: why they cannot be used; empty where they can.
        latencies: seconds of each answered sample, in the order they were sent.
        deaths: what was under way each time a container of it ended by itself in service.
        ended: the containers that did.
        sickened: what was under way each time its shared container was not healthy any more after it.
        remembered: what several checks need and one has found out.
    """

    name: str
    definition: ContainerDefinition
    image: ImageConfig
    profile: Profile
    instance_type: str = INSTANCE_TYPE
    in_chain: bool = False
    position: int = 0
    hands_on: bool = False
    bench: Bench
    sample: Sample | None = None
    folder: Path | None = None
    refused_data: str = ""
    latencies: list[float] = field(default_factory=list)
    deaths: list[str] = field(default_factory=list)
    ended: list[Trial] = field(default_factory=list)
    sickened: list[str] = field(default_factory=list)
    remembered: dict[str, Any] = field(default_factory=dict)
    _shared: Trial | None = None
    _files: dict[str, ImageFile | None] = field(default_factory=dict)
    _reading: Lock = field(default_factory=Lock)

    @property
    def shared(self) -> Trial:
        """The start that all checks share, however it went."""
        if self._shared is None:
            raise RuntimeError(f"{self.name} was not started")
        return self._shared

    @shared.setter
    def shared(self, trial: Trial) -> None:
        self._shared = trial

    @property
    def was_started(self) -> bool:
        """Whether the shared start was tried at all: without usable model data it is not."""
        return self._shared is not None

    @property
    def model_data(self) -> str:
        """Where its model comes from, as given; empty for an image that brings it."""
        return "" if self.definition.model_data is None else self.definition.model_data.uri

    @property
    def startup_seconds(self) -> float:
        """The platform's window for the first 200 from /ping."""
        window = self.bench.rules.startup_seconds
        return min(window, limits.SERVERLESS_STARTUP_SECONDS) if self.profile == "serverless" else window

    @property
    def patience(self) -> float:
        """How long to wait for a container with one thing changed, where the shared one is healthy."""
        return min(self.startup_seconds, max(30.0, 10 * (self.shared.healthy_after or 0.0)))

    @cached_property
    def archive(self) -> Path | None:
        """The model archive on this machine, unopened; None where the model data are a folder or none.

        Raises:
            ModelDataMissing: there is nothing at its address.
        """
        data = self.definition.model_data
        return None if data is None else self.bench.world.store.archive(data)

    def files(self, paths: Iterable[str]) -> Mapping[str, ImageFile]:
        """Those of these files that the image has, by path; each is read once a run."""
        wanted = list(paths)
        with self._reading:
            unread = [path for path in wanted if path not in self._files]
            if unread:
                found = self.bench.world.runtime.files(self.definition.image, unread)
                self._files.update({path: found.get(path) for path in unread})
            return {path: each for path in wanted if (each := self._files[path]) is not None}

    def trial(
        self,
        *,
        environment: Mapping[str, str] | None = None,
        model: Path | None = AS_GIVEN,
        read_only: bool = True,
        isolated: bool = False,
        user: str = "",
        port: int = limits.PORT,
        seconds: float | None = None,
        settle_seconds: float | None = None,
        loading: Collection[str] = LOADING,
    ) -> AbstractContextManager[Trial]:
        """A container of this check's own, started and pinged until it is healthy, has ended or will not be.

        Args:
            environment: more variables, or others.
            model: another model folder; None mounts none.
            read_only: as on SageMaker.
            isolated: without a way out.
            user: instead of the image's.
            port: other than 8080 if it is also told it by SAGEMAKER_BIND_TO_PORT.
            seconds: for the first 200; default is the platform's window.
            settle_seconds, loading: see :func:`emulator.contract.start.started`.
        """
        launch = self.launch(
            environment=environment, model=model, read_only=read_only, isolated=isolated, user=user, port=port
        )
        bench = self.bench
        return noted(
            started(
                launch,
                port=port,
                seconds=self.startup_seconds if seconds is None else seconds,
                settle_seconds=bench.settle_seconds if settle_seconds is None else settle_seconds,
                loading=loading,
                world=bench.world,
                raw=bench.raw,
            )
        )

    def launch(
        self,
        *,
        environment: Mapping[str, str] | None = None,
        model: Path | None = AS_GIVEN,
        read_only: bool = True,
        isolated: bool = False,
        user: str = "",
        port: int = limits.PORT,
    ) -> ContainerLaunch:
        """How :meth:`trial` starts it."""
        lone = Model(containers=(replace(self.definition, container_hostname=None),))
        (planned,) = plan(lone, [None], rules=self.bench.rules, account=self.bench.account)
        folder = self.folder if model == AS_GIVEN else model
        return replace(
            planned.launch,
            name=self.name,
            environment={**planned.launch.environment, **(environment or {})},
            mounts=() if folder is None else (Mount(source=str(folder), target=limits.MODEL_DIR, read_only=read_only),),
            ports=(port,),
            isolated=isolated,
            user=user,
        )

    def pause(self, seconds: float) -> None:
        """Let time pass."""
        Event().wait(seconds)


@dataclass(kw_only=True)
class Chained:
    """All containers in a row, each of them healthy alone, for checks of stage ``chain``.

    Attributes:
        subjects: in order; each has its own healthy shared container besides.
        endpoint: the pipeline in service, as SageMaker would run it; None where it did not come into service.
        failed: why it did not.
        sample: for the first container, with the Accept for the last.
        remembered: what several checks need and one has found out.
    """

    subjects: Sequence[Subject]
    endpoint: Endpoint | None
    failed: EndpointFailed | None = None
    sample: Sample | None
    name: str = "pipeline"
    remembered: dict[str, Any] = field(default_factory=dict)

    @property
    def pairs(self) -> tuple[tuple[Subject, Subject], ...]:
        """Each container with the one that gets its answers."""
        return tuple(zip(self.subjects, self.subjects[1:], strict=False))
