"""Where the output of an endpoint's containers belongs in CloudWatch Logs (hosting contract 5.1, 5.3)."""

from __future__ import annotations

from collections.abc import Sequence

from emulator.model.launch import LogStream


def log_group(endpoint: str) -> str:
    """The log group of an endpoint."""
    return f"/aws/sagemaker/Endpoints/{endpoint}"


def log_streams(names: Sequence[str], *, endpoint: str, variant: str, instance_id: str) -> tuple[LogStream, ...]:
    """The stream of each container of one instance: a lone one has the instance's own, several have one each."""
    instance = f"{variant}/{instance_id}"
    group = log_group(endpoint)
    if len(names) == 1:
        return (LogStream(group=group, name=instance),)
    return tuple(LogStream(group=group, name=f"{instance}/{name}") for name in names)
