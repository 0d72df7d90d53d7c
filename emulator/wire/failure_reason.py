"""FailureReason texts of DescribeEndpoint, in AWS's words (hosting contract 6.13)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from emulator import limits

UNKNOWN: Final = "Request to service failed. If failure persists after retry, contact customer support."
"""Whatever has no reason of its own (6.13g)."""


def cut(reason: str) -> str:
    """As much of a reason as DescribeEndpoint carries."""
    return reason[: limits.FAILURE_REASON_LENGTH]


def ping_failed(containers: Sequence[str], *, variant: str) -> str:
    """No container of ``containers`` answered its ping in time (6.13a, 2.10)."""
    names = ", ".join(containers)
    lone = "primary container" if tuple(containers) in {("primary",), ("model",)} else names
    return (
        f"The {lone} for production variant {variant} did not pass the ping health check. "
        "Please check CloudWatch logs for this endpoint."
    )


def cannot_start(*, variant: str) -> str:
    """The engine cannot run the image's program (6.13b)."""
    return (
        f"CannotStartContainerError. Please ensure the model container for variant {variant} starts correctly "
        "when invoked with 'docker run <image> serve'"
    )


def download_failed(url: str, *, position: int) -> str:
    """There is no such object, or it may not be read (6.13c); ``position`` counts from 1."""
    return (
        f'Failed to download model data for container "container_{position}" from URL: "{url}". Please ensure that '
        "there is an object located at the URL and that the role passed to CreateModel has permissions to download "
        "the object."
    )


def extraction_failed(url: str, *, position: int) -> str:
    """The object is no archive that may be extracted (6.13d); ``position`` counts from 1."""
    return (
        f'Failed to extract model data archive for container "container_{position}" from URL "{url}". Please ensure '
        "that the object located at the URL is a valid tar.gz archive."
    )


def image_missing(*, variant: str) -> str:
    """The image does not exist or may not be pulled (6.13e)."""
    return (
        f"Please make sure all images included in the model for the production variant {variant} exist, and that the "
        "execution role used to create the model has permissions to access them."
    )
