"""Sessions behind an address: the whole of AWS as far as it is here, or one endpoint."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from emulator.adapters.aws import LocalAws, connect
from emulator.adapters.clock import MonotonicClock
from emulator.adapters.cloudwatch import CloudWatchRuntime
from emulator.adapters.ecr import EcrRuntime
from emulator.adapters.loop_http import LoopSender
from emulator.adapters.moto import moto_application
from emulator.assemble import session
from emulator.errors import UsageError
from emulator.hosting.endpoint import Endpoint
from emulator.hosting.relay import Relay
from emulator.hosting.session import Session
from emulator.model.event import Emit, ignore
from emulator.ports import ContainerRuntime, ImageMissing
from emulator.server.app import EndpointApp
from emulator.server.control_api import ControlApi
from emulator.server.control_plane import ControlPlane
from emulator.server.gateway import Gateway
from emulator.server.mount import Mounted
from emulator.server.runtime import Runtime
from emulator.server.serve import Listener, address_of, listening, serving
from emulator.settings import Settings

LONG_POLL_SECONDS = 50.0
"""A Python program's DescribeEndpoint waits so long for news; its client gives up after 60 s."""


@contextmanager
def local_aws(
    settings: Settings | None = None,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    long_poll_seconds: float = LONG_POLL_SECONDS,
    emit: Emit = ignore,
) -> Iterator[LocalAws]:
    """AWS on this machine, in a thread of this process: SageMaker hosting on real containers, the rest by moto.

    >>> with local_aws() as aws:  # doctest: +SKIP
    ...     aws.client("sagemaker").create_model(...)

    Args:
        settings: default is :meth:`Settings.load`; model data comes from here, whatever ``endpoint_url`` it names.
        host: interface to listen on.
        port: 0 lets the system choose.
        long_poll_seconds: so long DescribeEndpoint waits for an endpoint that is being created, updated
            or deleted, so that boto3's waiters return at once; 0 is as on AWS.
        emit: hears every :class:`~emulator.model.event.Event`.

    Raises:
        EngineUnavailable: no engine answers.
        UsageError: the port is taken.
    """
    settings = Settings.load() if settings is None else settings
    with listening(host=host, port=port) as listener:
        here = replace(settings, endpoint_url=address_of(listener))
        with (
            session(here, emit=emit, around=_aws_around) as opened,
            serve_aws(opened, listener=listener, long_poll_seconds=long_poll_seconds) as url,
        ):
            yield LocalAws(url=url, region=here.account.region)


@contextmanager
def serve_aws(
    opened: Session, *, listener: Listener | None = None, long_poll_seconds: float = LONG_POLL_SECONDS
) -> Iterator[str]:
    """An empty account in a session, behind an address; all that was created in it is gone on exit."""
    relay = Relay(sender=LoopSender(MonotonicClock()), clock=opened.world.clock, emit=opened.emit)
    with opened.registry() as registry:
        gateway = Gateway(
            ControlApi(ControlPlane(registry), long_poll_seconds=long_poll_seconds),
            Runtime(registry, relay, payload_bytes=opened.rules.payload_bytes),
            Mounted(moto_application(), account_id=opened.account.account_id),
        )
        with serving(gateway, listener=listener) as url:
            try:
                yield url
            finally:
                registry.close()  # while the logs of what ends can still be written and read


@contextmanager
def serve_endpoint(opened: Session, endpoint: Endpoint, *, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """One endpoint of a session behind an address of its own, for InvokeEndpoint and for curl.

    Raises:
        UsageError: the port is taken, or the interface is not this machine's.
    """
    relay = Relay(sender=LoopSender(MonotonicClock()), clock=opened.world.clock, emit=opened.emit)
    with serving(EndpointApp(endpoint, relay), host=host, port=port) as url:
        yield url


def push(image: str, address: str, *, settings: Settings | None = None) -> str:
    """Register a local image under an ECR address in the stubbed registry at ``settings.endpoint_url``.

    Returns:
        The digest of its manifest.

    Raises:
        UsageError: no registry's address is known, the engine has no such image, or the address is not one of ECR.
    """
    settings = Settings.load() if settings is None else settings
    if settings.endpoint_url is None:
        raise UsageError(
            "There is no stubbed registry to push to.",
            why="neither --endpoint-url nor AWS_ENDPOINT_URL names one, and the real one needs docker push",
            fix="start one: byoc serve",
        )
    with session(settings) as opened:
        registry = EcrRuntime(opened.world.runtime, lambda: _client("ecr", settings))
        try:
            return registry.push(image, address)
        except ImageMissing as missing:
            raise UsageError(
                f"{image} cannot be pushed to {address}.", why=str(missing), fix="see docker images"
            ) from missing


def _client(service: str, settings: Settings) -> Any:
    credentials, region = settings.s3_credentials, settings.account.region
    return connect(service, endpoint_url=settings.endpoint_url, region=region, credentials=credentials)


@contextmanager
def _aws_around(runtime: ContainerRuntime, settings: Settings) -> Iterator[ContainerRuntime]:
    """A runtime that finds images by ECR address, and whose containers write to CloudWatch Logs."""
    logged = CloudWatchRuntime(runtime, lambda: _client("logs", settings))
    try:
        yield EcrRuntime(logged, lambda: _client("ecr", settings))
    finally:
        logged.close()
