"""One run of the emulator: whatever was opened in it is closed with it, newest first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING

from emulator import limits
from emulator.hosting.endpoint import Endpoint, open_endpoint
from emulator.hosting.platform import Platform
from emulator.hosting.training import TrainingJob, train
from emulator.model.build import ImageBuild
from emulator.model.event import Emit, InService, ignore
from emulator.model.hosting import Account, Model, require_endpoint_name
from emulator.model.rules import HostingRules
from emulator.ports import World

if TYPE_CHECKING:
    from random import Random

    from emulator.hosting.registry import Registry


class Session:
    """Opens endpoints in one world under one set of rules."""

    def __init__(self, world: World, *, account: Account, rules: HostingRules, emit: Emit = ignore) -> None:
        self.world, self.account, self.rules, self.emit = world, account, rules, emit

    @property
    def platform(self) -> Platform:
        """What its endpoints share."""
        return Platform(world=self.world, account=self.account, rules=self.rules, emit=self.emit)

    @contextmanager
    def registry(self, *, random: Random | None = None) -> Iterator[Registry]:
        """An account without models and endpoints; whatever is created in it is gone on exit.

        Args:
            random: shares traffic among production variants; give a seeded one to repeat a run.
        """
        from emulator.hosting.registry import Registry  # the control plane's values: 7 ms that most sessions never need

        opened = Registry(self.platform, random=random)
        try:
            yield opened
        finally:
            opened.close()

    @contextmanager
    def endpoint(
        self, model: Model, *, name: str | None = None, variant: str = limits.PRODUCTION_VARIANT
    ) -> Iterator[Endpoint]:
        """CreateEndpoint, InService on entry, DeleteEndpoint on exit.

        Args:
            model: one container or a chain.
            name: EndpointName; default is one that no other run has.
            variant: the production variant's name.

        Raises:
            EndpointFailed: AWS would end with status Failed; says why.
            ValidationException: AWS would refuse the request.
        """
        name = f"byoc-{token_hex(6)}" if name is None else name
        require_endpoint_name(name)
        began = self.world.clock.now()
        opened = open_endpoint(self.platform, model, name=name, variant=variant)
        try:
            self.emit(InService(subject=name, seconds=self.world.clock.now() - began))
            yield opened
        finally:
            opened.close()

    def build(
        self,
        context: Path,
        *,
        tag: str,
        dockerfile: str = "Dockerfile",
        arguments: Mapping[str, str] | None = None,
        on_progress: Callable[[str], None] = lambda step: None,
    ) -> str:
        """Build an image from a folder, using layers of earlier builds; returns ``tag``.

        Raises:
            UsageError: the folder or its Dockerfile is missing.
            BuildFailed: a step failed; quotes its output.
        """
        build = ImageBuild(context=context, tag=tag, dockerfile=dockerfile, arguments=arguments or {})
        self.world.runtime.build(build, on_progress=on_progress)
        return tag

    def train(
        self,
        image: str,
        channels: Mapping[str, Path],
        output: Path,
        *,
        hyperparameters: Mapping[str, str] | None = None,
    ) -> TrainingJob:
        """CreateTrainingJob on this machine: train inside ``image`` and write ``output``, a ``model.tar.gz``.

        Args:
            image: with a ``train`` program.
            channels: folders with training data by channel name.
            output: replaced when training ends well, untouched otherwise.
            hyperparameters: text, as SageMaker passes them; default none.

        Raises:
            TrainingFailed: it did not end well; quotes the log.
            UsageError: a channel is no folder, or ``output`` cannot be written.
        """
        return train(
            image, channels, output, hyperparameters=hyperparameters or {}, world=self.world, account=self.account
        )
