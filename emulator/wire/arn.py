"""Amazon resource names of the control plane; names are lower-cased in them (hosting contract 6.1)."""

from __future__ import annotations

from emulator.model.hosting import Account


def model_arn(name: str, account: Account) -> str:
    """The ARN of a model."""
    return _arn("model", name, account)


def endpoint_config_arn(name: str, account: Account) -> str:
    """The ARN of an endpoint configuration."""
    return _arn("endpoint-config", name, account)


def endpoint_arn(name: str, account: Account) -> str:
    """The ARN of an endpoint."""
    return _arn("endpoint", name, account)


def _arn(kind: str, name: str, account: Account) -> str:
    return f"arn:aws:sagemaker:{account.region}:{account.account_id}:{kind}/{name.lower()}"
