"""The production variants of one endpoint configuration, side by side in service."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from random import Random

from emulator.hosting.pipeline import Chain
from emulator.hosting.platform import Platform
from emulator.hosting.variant import HostedVariant
from emulator.model.control import DeployedImage, Deployment, ProductionVariant
from emulator.wire import control_refusal


class Fleet:
    """Shares invocations among its variants; safe to use from many threads.

    Args:
        deployment: the variants with their models.
        endpoint: EndpointName.
        platform: where, and under which rules.
        random: draws the variant of each invocation that names none.
    """

    def __init__(self, deployment: Deployment, *, endpoint: str, platform: Platform, random: Random) -> None:
        self._endpoint, self._random = endpoint, random
        self._hosted = {
            each.name: HostedVariant(platform, endpoint=endpoint, variant=each, model=deployment.models[each.name])
            for each in deployment.variants
        }
        self._shares: tuple[tuple[str, ...], tuple[float, ...]] = ((), ())
        self.share(deployment.variants)

    def open(self) -> None:
        """Launch all variants side by side; on the first failure the others are given up.

        Raises:
            EndpointFailed: a variant did not become healthy; of several, the first to fail.
            LaunchAborted: the fleet was closed meanwhile.
        """
        with ThreadPoolExecutor(len(self._hosted)) as pool:
            opening = [pool.submit(each.open) for each in self._hosted.values()]
            try:
                for each in as_completed(opening):
                    each.result()
            except BaseException:
                self.close()
                raise

    def share(self, variants: Sequence[ProductionVariant]) -> None:
        """Take over the weights of ``variants``; those of others stay as they are."""
        weights = {**dict(zip(*self._shares, strict=True)), **{each.name: each.weight for each in variants}}
        # One assignment, so that no invocation draws from half of it.
        self._shares = (tuple(weights), tuple(weights.values()))

    def images(self, variant: str) -> tuple[DeployedImage, ...]:
        """The images of a variant, in the order of its containers; empty before it is in service."""
        return self._hosted[variant].images

    def chain_for(self, target_variant: str | None = None, target_container: str | None = None) -> Chain:
        """The containers for one invocation: of the variant it names, or of one drawn by weight.

        Raises:
            ValidationError: a target is missing, unknown or not allowed.
            ModelError: the variant's containers are being replaced.
        """
        if target_variant is not None and target_variant not in self._hosted:
            raise control_refusal.target_variant_unknown(target_variant, self._endpoint, known=tuple(self._hosted))
        return self._hosted[target_variant or self._drawn()].chain(target_container)

    def drain(self) -> None:
        """Let the invocations that are under way end, before the fleet is closed for another one."""
        for each in self._hosted.values():
            each.drain()

    def close(self) -> None:
        """End all variants side by side, in service or still being launched; nothing is left when it returns."""
        with ThreadPoolExecutor(len(self._hosted)) as pool:
            list(pool.map(HostedVariant.close, self._hosted.values()))

    def _drawn(self) -> str:
        names, weights = self._shares
        if len(names) == 1 and weights[0] > 0:
            return names[0]
        if not any(weights):
            raise control_refusal.no_weight(self._endpoint)
        return self._random.choices(names, weights)[0]
