"""From a model to the exact containers that are started for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from emulator import limits
from emulator.model.hosting import Account, ContainerDefinition, Model
from emulator.model.launch import ContainerLaunch, LogStream, Mount
from emulator.model.rules import HostingRules


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedContainer:
    """A launch, and the port on which this container is to listen."""

    launch: ContainerLaunch
    port: int


def plan(
    model: Model,
    folders: Sequence[Path | None],
    *,
    rules: HostingRules,
    account: Account,
    streams: Sequence[LogStream] | None = None,
) -> tuple[PlannedContainer, ...]:
    """How each container of ``model`` is started, in the order of the chain.

    Args:
        model: what is hosted.
        folders: model data of each container on this machine, None for none.
        rules: what AWS leaves open.
        account: whose region the containers are told.
        streams: where the output of each container belongs; None for nowhere.

    Containers of a chain share one network as on one instance, so each has a port of
    its own and its own range of safe ports (hosting contract 4.9, 4.10).
    """
    names = model.hostnames(single=rules.single_name)
    ports = [limits.FIRST_BIND_PORT + n for n in range(len(names))] if model.several else [limits.PORT]
    planned = []
    for position, (name, container, folder, port) in enumerate(
        zip(names, model.containers, folders, ports, strict=True)
    ):
        launch = ContainerLaunch(
            name=name,
            image=container.image,
            command=(limits.SERVE,),
            environment={
                **container.environment,
                **platform_environment(position, port, model=model, rules=rules, account=account),
            },
            mounts=() if folder is None else (Mount(source=str(folder), target=limits.MODEL_DIR),),
            ports=tuple(ports) if position == 0 else (port,),
            shared_memory_bytes=rules.shared_memory_bytes,
            isolated=model.enable_network_isolation,
            log_stream=None if streams is None else streams[position],
        )
        planned.append(PlannedContainer(launch=launch, port=port))
    return tuple(planned)


def platform_environment(
    position: int, port: int, *, model: Model, rules: HostingRules, account: Account
) -> Mapping[str, str]:
    """What the platform adds to a container's environment and the user cannot override.

    No credentials, here or elsewhere: on AWS they come from the task role's own
    address, never from variables (hosting contract 1.30, 1.32).
    """
    variables = {"AWS_REGION": account.region, "AWS_DEFAULT_REGION": account.region}
    if model.several:
        first = limits.FIRST_SAFE_PORT + position * limits.SAFE_PORTS
        variables[limits.BIND_TO_PORT] = str(port)
        variables[limits.SAFE_PORT_RANGE] = f"{first}-{first + limits.SAFE_PORTS - 1}"
    elif rules.bind_single_container:
        variables[limits.BIND_TO_PORT] = str(port)
    return variables


def lacks_bind_label(container: ContainerDefinition, labels: Mapping[str, str]) -> str | None:
    """AWS's refusal of an image that does not promise to honour the port (hosting contract 4.9), None if it does."""
    if labels.get(limits.BIND_TO_PORT_LABEL) == "true":
        return None
    return (
        f"Your Ecr Image {container.image} does not contain required {limits.BIND_TO_PORT_LABEL}=true Docker label(s)."
    )
