"""What the control plane and the runtime say to a request that cannot be done, in AWS's words where they are known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

from emulator.errors import ValidationError, ValidationException
from emulator.model.hosting import Account

Kind: TypeAlias = Literal["model", "endpoint configuration", "endpoint"]


def could_not_find(kind: Kind, arn: str) -> ValidationException:
    """There is nothing of that name (6.10)."""
    return ValidationException(f'Could not find {kind} "{arn}".')


def already_existing(kind: Kind, arn: str) -> ValidationException:
    """The name is taken (6.10)."""
    return ValidationException(f'Cannot create already existing {kind} "{arn}".')


def in_progress(arn: str) -> ValidationException:
    """The endpoint is being created, updated or deleted (6.4)."""
    return ValidationException(f'Cannot update in-progress endpoint "{arn}".')


def failed(arn: str) -> ValidationException:
    """A Failed endpoint can only be deleted (6.3; the words are ours)."""
    return ValidationException(
        f'Cannot update failed endpoint "{arn}".', why="an endpoint with status Failed can only be deleted"
    )


def image_not_found(image: str) -> ValidationException:
    """CreateModel names an image that is not there (1.26)."""
    return ValidationException(
        f"Requested image {image} not found.", fix="build or pull it first; docker images lists what is there"
    )


def model_data_not_found(uri: str) -> ValidationException:
    """CreateModel names model data that is not there (6.10)."""
    return ValidationException(f"Could not find model data at {uri}.", fix="upload it, or correct the address")


def resource_not_found(arn: str) -> ValidationException:
    """Tags are asked of what does not exist (the words are ours)."""
    return ValidationException(f'Could not find resource "{arn}".')


def unknown_variant(name: str, arn: str, *, known: Sequence[str]) -> ValidationException:
    """The endpoint has no such production variant (the words are ours)."""
    return ValidationException(
        f'Could not find variant "{name}" of endpoint "{arn}".', fix=f"it has: {', '.join(known)}"
    )


def not_invocable(name: str, account: Account, *, status: str = "") -> ValidationError:
    """No endpoint of that name, or none that can be invoked (3.10, 3.11; the same words for both are inferred)."""
    return ValidationError(
        f"Endpoint {name} of account {account.account_id} not found.", why=f"its status is {status}" if status else ""
    )


def target_variant_unknown(target: str, endpoint: str, *, known: Sequence[str]) -> ValidationError:
    """TargetVariant names no production variant of the endpoint (the words are ours)."""
    return ValidationError(
        f"Endpoint {endpoint} has no production variant {target}.", fix=f"it has: {', '.join(known)}"
    )


def no_weight(endpoint: str) -> ValidationError:
    """All weights are 0, and the request names no variant (the words are ours)."""
    return ValidationError(
        f"Endpoint {endpoint} has no production variant with a weight greater than 0.", fix="send a TargetVariant"
    )


def target_container_not_supported(endpoint: str) -> ValidationError:
    """TargetContainerHostname on an endpoint that is not in mode Direct (4.12; worded like 3.10 has it for models)."""
    return ValidationError(
        f"Endpoint {endpoint} is not a direct invocation multi-container endpoint and does not support target "
        "container hostname header."
    )


def target_container_missing(endpoint: str, *, known: Sequence[str]) -> ValidationError:
    """No TargetContainerHostname on an endpoint in mode Direct (4.12; the words are ours)."""
    return ValidationError(
        f"Target Container Hostname header is required for direct invocation multi-container endpoint {endpoint}.",
        fix=f"name one of: {', '.join(known)}",
    )


def target_container_unknown(target: str, endpoint: str, *, known: Sequence[str]) -> ValidationError:
    """TargetContainerHostname names no container (4.12; the words are ours)."""
    return ValidationError(f"Endpoint {endpoint} has no container {target}.", fix=f"name one of: {', '.join(known)}")
