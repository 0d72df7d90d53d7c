"""One production variant in service, and its return when a container ends or stays unhealthy."""

from __future__ import annotations

from dataclasses import replace
from threading import Event, Lock, Thread

from emulator.errors import EmulatorError, Problem
from emulator.hosting.endpoint import Endpoint, open_endpoint
from emulator.hosting.health import LaunchAborted, exited, ping
from emulator.hosting.instance import HostedContainer
from emulator.hosting.pipeline import Chain
from emulator.hosting.platform import Platform
from emulator.model.control import DeployedImage, ProductionVariant
from emulator.model.event import Notice, Restarting
from emulator.model.hosting import Model
from emulator.model.message import Trace
from emulator.ports import ImageMissing, ImageUnsupported
from emulator.wire import control_refusal
from emulator.wire.model_error import Origin, from_silence


class HostedVariant:
    """The containers of a variant's model, replaced all together when one of them fails; for many threads.

    What AWS does not say: containers get SIGTERM before they are replaced, the new ones
    have the same start-up window, and a launch that fails is repeated after
    ``rules.ping_interval_seconds``, for as long as the variant is open.
    """

    def __init__(self, platform: Platform, *, endpoint: str, variant: ProductionVariant, model: Model) -> None:
        self._platform, self._endpoint, self._variant, self._model = platform, endpoint, variant, model
        self._current: Endpoint | None = None
        self._lock, self._over = Lock(), Event()
        self._restart: Thread | None = None
        self.images: tuple[DeployedImage, ...] = ()

    @property
    def name(self) -> str:
        """The VariantName."""
        return self._variant.name

    def open(self) -> None:
        """Launch the containers and watch them from then on.

        Raises:
            EndpointFailed: they did not become healthy.
            LaunchAborted: the variant was closed meanwhile.
        """
        if self._variant.instance_count > 1:
            text = f"InitialInstanceCount {self._variant.instance_count} is run as one instance"
            self._platform.emit(Notice(subject=self.name, text=text))
        self._take_over(self._launched())
        self.images = tuple(self._deployed(each.image) for each in self._model.containers)

    def chain(self, target_container: str | None = None) -> Chain:
        """What an invocation passes through: all containers, or in mode Direct the one it names.

        Raises:
            ValidationError: the target is missing, unknown, or not allowed.
            ModelError: the containers are being replaced.
        """
        names = self._model.hostnames(single=self._platform.rules.single_name)
        if self._model.mode == "Serial" and target_container is not None:
            raise control_refusal.target_container_not_supported(self._endpoint)
        if self._model.mode == "Direct" and target_container is None:
            raise control_refusal.target_container_missing(self._endpoint, known=names)
        if target_container is not None and target_container not in names:
            raise control_refusal.target_container_unknown(target_container, self._endpoint, known=names)
        current = self._current
        if current is None:
            asked = names[0] if target_container is None else target_container
            account = self._platform.account
            origin = Origin(container=asked, endpoint=self._endpoint, account=account, trace=Trace())
            raise from_silence(f"the containers of {self.name} are being replaced", origin)
        if target_container is None:
            return current.chain
        return replace(current.chain, containers=(current.containers[names.index(target_container)],))

    def drain(self) -> None:
        """Let the invocations that are under way end, in the time that each of them has."""
        current = self._current
        if current is not None:
            current.chain.traffic.drain(self._platform.rules.invocation_seconds)

    def close(self) -> None:
        """End the containers, or the launch that is under way; nothing is left when it returns."""
        self._over.set()
        with self._lock:
            current, self._current = self._current, None
            restart = self._restart
        if current is not None:
            current.close()
        if restart is not None:
            restart.join()

    def _launched(self) -> Endpoint:
        return open_endpoint(
            self._platform,
            self._model,
            name=self._endpoint,
            variant=self.name,
            startup_seconds=self._variant.startup_seconds,
            abort=self._over,
        )

    def _take_over(self, opened: Endpoint) -> None:
        with self._lock:
            if not self._over.is_set():
                self._current = opened
        if self._current is not opened:
            opened.close()
            raise LaunchAborted
        for hosted in opened.containers:
            Thread(target=self._watch, args=(opened, hosted), name=f"watch-{hosted.name}", daemon=True).start()

    def _watch(self, opened: Endpoint, hosted: HostedContainer) -> None:
        missed, cause = 0, ""
        rules = self._platform.rules
        try:
            while missed < rules.unhealthy_pings:
                exit_code = hosted.running.wait(rules.ping_interval_seconds)
                if self._current is not opened:
                    return
                if exit_code is not None:
                    cause = str(exited(hosted, exit_code, variant=self.name).what)
                    break
                outcome = ping(hosted, world=self._platform.world)
                missed = 0 if outcome == "200" else missed + 1
                cause = f"{hosted.name} missed {missed} pings in a row, last: {outcome}"
        except EmulatorError as lost:
            cause = lost.what
        with self._lock:
            if self._current is not opened:
                return
            self._current = None
            self._restart = Thread(target=self._replace, args=(opened, cause), name=f"restart-{self.name}", daemon=True)
            self._restart.start()

    def _replace(self, opened: Endpoint, cause: str) -> None:
        self._platform.emit(Restarting(subject=self.name, endpoint=self._endpoint, cause=cause))
        opened.close()
        while not self._over.is_set():
            try:
                return self._take_over(self._launched())
            except LaunchAborted:
                return None
            except Problem as problem:
                again = Restarting(subject=self.name, endpoint=self._endpoint, cause=str(problem))
                self._platform.emit(again)
                self._over.wait(self._platform.rules.ping_interval_seconds)
        return None

    def _deployed(self, image: str) -> DeployedImage:
        world = self._platform.world
        try:
            digest = world.runtime.image(image).image_id
        except (ImageMissing, ImageUnsupported):  # somebody removed or replaced it after the start
            digest = ""
        repository = image.partition("@")[0]
        if ":" in repository.rpartition("/")[2]:
            repository = repository.rpartition(":")[0]
        resolved = f"{repository}@{digest}" if digest else image
        return DeployedImage(specified_image=image, resolved_image=resolved, resolution_time=world.clock.utc())
