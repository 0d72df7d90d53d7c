"""An account in memory: its models, endpoint configurations, endpoints and tags."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from random import Random
from threading import RLock
from typing import Any

from emulator.errors import ServiceFault
from emulator.hosting.acceptance import require_acceptable
from emulator.hosting.lifecycle import Lifecycle
from emulator.hosting.pipeline import Chain, send_through
from emulator.hosting.platform import Platform
from emulator.hosting.shelf import Shelf
from emulator.model.control import Deployment, EndpointConfigRecord, ModelRecord, Scale
from emulator.model.message import Invocation, Reply
from emulator.wire import arn, control_refusal
from emulator.wire.tag import require_tags


class Registry:
    """What one account has; safe to use from many threads.

    Args:
        platform: where its endpoints run, and under which rules.
        random: shares traffic among production variants; default is a new one.

    Attributes:
        models: by name.
        endpoint_configs: by name.
        endpoints: by name, until they are gone.
    """

    def __init__(self, platform: Platform, *, random: Random | None = None) -> None:
        self.platform = platform
        self._random = random or Random()  # noqa: S311 - it shares traffic and guards nothing
        account = platform.account
        self.models = Shelf[ModelRecord]("model", lambda name: arn.model_arn(name, account))
        self.endpoint_configs = Shelf[EndpointConfigRecord](
            "endpoint configuration", lambda name: arn.endpoint_config_arn(name, account)
        )
        self.endpoints = Shelf[Lifecycle]("endpoint", lambda name: arn.endpoint_arn(name, account))
        self._tags: dict[str, dict[str, str]] = {}
        self._lock = RLock()
        self._closed = False

    def create_model(self, record: ModelRecord, *, tags: Mapping[str, str]) -> None:
        """Keep a model that could be hosted as things are now.

        Raises:
            ValidationException: the name is taken, or an image or model data is not
                there or not acceptable (hosting contract 1.23).
        """
        self.models.require_free(record.name)
        require_acceptable(record.model, platform=self.platform)
        self._keep(self.models, record, tags)

    def create_endpoint_config(self, record: EndpointConfigRecord, *, tags: Mapping[str, str]) -> None:
        """Keep an endpoint configuration.

        Raises:
            ValidationException: the name is taken, or a model does not exist (6.12).
        """
        self.endpoint_configs.require_free(record.name)
        for each in record.variants:
            self.models.get(each.model_name)
        self._keep(self.endpoint_configs, record, tags)

    def create_endpoint(
        self,
        name: str,
        config_name: str,
        *,
        tags: Mapping[str, str],
        deployment_config: Mapping[str, Any] | None = None,
    ) -> Lifecycle:
        """Begin to bring an endpoint into service.

        Raises:
            ValidationException: the name is taken, in whatever case, or the
                configuration or one of its models does not exist.
        """
        with self._lock:
            if self._closed:
                raise ServiceFault("The service is shutting down.")
            self.endpoints.require_free(name)
            created = Lifecycle(
                name,
                arn=arn.endpoint_arn(name, self.platform.account),
                deployment=self.deployment(config_name),
                platform=self.platform,
                random=self._random,
                when_gone=lambda: self._forget(self.endpoints, name),
                deployment_config=deployment_config,
            )
            self._keep(self.endpoints, created, tags)
            created.create()
        return created

    def deployment(self, config_name: str, *, retained: Mapping[str, Scale] | None = None) -> Deployment:
        """An endpoint configuration with its models, looked up now.

        Args:
            config_name: EndpointConfigName.
            retained: weights and counts that win over the configuration's, by variant.

        Raises:
            ValidationException: it does not exist, or a model does not any more.
        """
        config = self.endpoint_configs.get(config_name)
        models = {each.name: self.models.get(each.model_name).model for each in config.variants}
        if config.enable_network_isolation:
            models = {name: replace(model, enable_network_isolation=True) for name, model in models.items()}
        deployment = Deployment(config_name=config.name, variants=config.variants, models=models)
        return deployment.scaled(retained or {})

    def delete_model(self, name: str) -> None:
        """Forget a model, also one in service, which runs on (6.9)."""
        self._forget(self.models, name)

    def delete_endpoint_config(self, name: str) -> None:
        """Forget an endpoint configuration, also one in service."""
        self._forget(self.endpoint_configs, name)

    def chain_for(
        self, endpoint_name: str, target_variant: str | None = None, target_container_hostname: str | None = None
    ) -> Chain:
        """The containers that one invocation passes through; draws a variant by weight where none is named.

        Raises:
            ValidationError: no such endpoint, in this very case of letters, or it is
                not in service, or a target is missing, unknown or not allowed.
            ModelError: the variant's containers are being replaced.
        """
        endpoint = self.endpoints.find(endpoint_name)
        if endpoint is None:
            raise control_refusal.not_invocable(endpoint_name, self.platform.account)
        return endpoint.fleet().chain_for(target_variant, target_container_hostname)

    def invoke(
        self,
        endpoint_name: str,
        invocation: Invocation,
        *,
        target_variant: str | None = None,
        target_container_hostname: str | None = None,
    ) -> Reply:
        """InvokeEndpoint.

        Raises:
            ValidationError: see :meth:`chain_for`; or the request is too large.
            ModelError: a container failed, or the containers are being replaced.
        """
        chain = self.chain_for(endpoint_name, target_variant, target_container_hostname)
        return send_through(chain, invocation, world=self.platform.world, emit=self.platform.emit)

    def tags(self, resource_arn: str) -> Mapping[str, str]:
        """The tags of a resource.

        Raises:
            ValidationException: there is no such resource.
        """
        with self._lock:
            self._require_resource(resource_arn)
            return dict(self._tags.get(resource_arn, {}))

    def tag(self, resource_arn: str, tags: Mapping[str, str]) -> Mapping[str, str]:
        """Add tags to a resource, over those of the same key; all it has then.

        Raises:
            ValidationException: there is no such resource, or it would have more than 50.
        """
        with self._lock:
            merged = {**self.tags(resource_arn), **tags}
            require_tags(merged)
            self._tags[resource_arn] = merged
            return dict(merged)

    def untag(self, resource_arn: str, keys: Iterable[str]) -> None:
        """Take tags from a resource; keys that it does not have are passed over.

        Raises:
            ValidationException: there is no such resource.
        """
        with self._lock:
            left = {key: value for key, value in self.tags(resource_arn).items() if key not in set(keys)}
            self._tags[resource_arn] = left

    def close(self) -> None:
        """End all endpoints side by side, whatever they are doing; nothing is left when it returns."""
        with self._lock:
            self._closed = True
        endpoints = self.endpoints.all()
        if endpoints:
            with ThreadPoolExecutor(len(endpoints)) as pool:
                list(pool.map(Lifecycle.close, endpoints))

    def _keep(self, shelf: Shelf[Any], thing: Any, tags: Mapping[str, str]) -> None:
        require_tags(tags)
        with self._lock:
            shelf.add(thing)
            self._tags[thing.arn] = dict(tags)

    def _forget(self, shelf: Shelf[Any], name: str) -> None:
        with self._lock:
            found = shelf.get(name)
            shelf.remove(name)
            self._tags.pop(found.arn, None)

    def _require_resource(self, resource_arn: str) -> None:
        shelves: tuple[Shelf[Any], ...] = (self.models, self.endpoint_configs, self.endpoints)
        if not any(each.has_arn(resource_arn) for each in shelves):
            raise control_refusal.resource_not_found(resource_arn)
