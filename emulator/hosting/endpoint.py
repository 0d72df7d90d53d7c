"""An endpoint: healthy containers that answer invocations until it is closed."""

from __future__ import annotations

from dataclasses import replace
from threading import Event, Lock

from emulator import limits
from emulator.errors import ModelError, UsageError, ValidationError
from emulator.hosting.health import exited
from emulator.hosting.instance import HostedContainer, stop
from emulator.hosting.launch import launch
from emulator.hosting.pipeline import Chain, send_through
from emulator.hosting.platform import Platform
from emulator.hosting.traces import Traces
from emulator.model.event import Emit
from emulator.model.hosting import Account, Model
from emulator.model.message import Invocation, Reply, Trace
from emulator.ports import World


class Endpoint:
    """One production variant in service. Made by a session; safe to use from many threads.

    Attributes:
        name: the EndpointName, used in messages.
        traces: the latest 100 traces, newest last, of answered and failed invocations; fewer where their bodies
            have more than 64 MB besides the newest one's.
    """

    def __init__(self, chain: Chain, *, world: World, emit: Emit) -> None:
        self._chain, self._world, self._emit = chain, world, emit
        self._closing = Lock()
        self._open = True
        self.traces = Traces()

    @property
    def chain(self) -> Chain:
        """Its containers, as an invocation passes through them."""
        return self._chain

    @property
    def name(self) -> str:
        """The EndpointName."""
        return self._chain.endpoint

    @property
    def account(self) -> Account:
        """Whose AWS it pretends to be in."""
        return self._chain.account

    @property
    def containers(self) -> tuple[HostedContainer, ...]:
        """The running containers, in the order of the chain."""
        return tuple(self._chain.containers)

    @property
    def trace(self) -> Trace:
        """The hops of the latest invocation; empty before the first one."""
        return self.traces[-1] if self.traces else Trace()

    def invoke(
        self,
        body: bytes | str,
        *,
        content_type: str | None = None,
        accept: str | None = None,
        custom_attributes: str | None = None,
        inference_id: str | None = None,
        session_id: str | None = None,
    ) -> Reply:
        """InvokeEndpoint: send ``body`` (text as UTF-8) through the chain.

        Raises:
            ModelError: a container failed; ``error.trace`` has the hops.
            ValidationError: the request is too large, or the endpoint is closed.
        """
        return self.send(
            Invocation(
                body=_as_bytes(body),
                content_type=content_type,
                accept=accept,
                custom_attributes=custom_attributes,
                inference_id=inference_id,
                session_id=session_id,
            )
        )

    def send(self, invocation: Invocation) -> Reply:
        """The same for a ready-made :class:`~emulator.model.message.Invocation`."""
        if not self._open:
            account = self._chain.account.account_id
            raise ValidationError(
                f"Endpoint {self.name} of account {account} not found.",
                why="it is closed",
                fix="invoke it inside its with",
            )
        try:
            reply = send_through(self._chain, invocation, world=self._world, emit=self._emit)
        except ModelError as error:
            if isinstance(error.trace, Trace):
                self.traces.append(error.trace)
            raise
        self.traces.append(reply.trace)
        return reply

    def logs(self, container: str | None = None, *, lines: int = 1000) -> str:
        """The last lines that a container (default: the first) wrote to stdout and stderr.

        Raises:
            UsageError: no container of that name.
        """
        for hosted in self._chain.containers:
            if container in (None, hosted.name):
                return "\n".join(hosted.running.log_tail(lines))
        names = ", ".join(each.name for each in self._chain.containers)
        raise UsageError(f"Endpoint {self.name} has no container {container}.", fix=f"its containers are: {names}")

    def wait_for_failure(self) -> None:
        """Return when the endpoint is closed elsewhere; raise when a container ends.

        Raises:
            ContainerExited: one did; says which, with its exit code and last log lines.
        """
        while self._open:
            for hosted in self._chain.containers:
                exit_code = hosted.running.wait(1 / len(self._chain.containers))
                if exit_code is not None and self._open:
                    raise exited(hosted, exit_code, variant=self._chain.variant)

    def close(self, *, seconds: float | None = None) -> None:
        """DeleteEndpoint: SIGTERM to all containers, SIGKILL after ``seconds`` (default: the rules' 30); once only."""
        with self._closing:
            if self._open:
                self._open = False
                grace = self._chain.rules.stop_seconds if seconds is None else seconds
                stop(self._chain.containers, seconds=grace, world=self._world, emit=self._emit)

    def __repr__(self) -> str:
        return f"Endpoint({self.name!r}, {len(self._chain.containers)} on {limits.INVOCATIONS})"


def open_endpoint(
    platform: Platform,
    model: Model,
    *,
    name: str,
    variant: str,
    startup_seconds: float | None = None,
    abort: Event | None = None,
) -> Endpoint:
    """Launch ``model`` and wait until it is healthy; the caller closes what is returned.

    Args:
        platform: where, and under which rules.
        model: one container or several.
        name: EndpointName.
        variant: the production variant's name.
        startup_seconds: window for the first 200; default is the rules'.
        abort: ends the launch when it is set.

    Raises:
        EndpointFailed: AWS would end with status Failed; says why.
        ValidationException: AWS would refuse the model.
        LaunchAborted: ``abort`` was set.
    """
    world, account, emit = platform.world, platform.account, platform.emit
    rules = platform.rules if startup_seconds is None else replace(platform.rules, startup_seconds=startup_seconds)
    containers = launch(
        model, endpoint=name, variant=variant, world=world, rules=rules, account=account, emit=emit, abort=abort
    )
    chain = Chain(containers=containers, endpoint=name, variant=variant, account=account, rules=rules)
    return Endpoint(chain, world=world, emit=emit)


def _as_bytes(body: bytes | str) -> bytes:
    if isinstance(body, str):
        return body.encode()
    if isinstance(body, bytes | bytearray | memoryview):
        return bytes(body)
    raise UsageError(
        f"A body must be bytes or text, not {type(body).__name__}.", fix="encode it: CSV text, or json.dumps(...)"
    )
