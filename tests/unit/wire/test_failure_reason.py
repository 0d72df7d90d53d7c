"""FailureReason, letter by letter (hosting contract 6.13)."""

from __future__ import annotations

import pytest

from emulator.wire import failure_reason

PING_TAIL = "did not pass the ping health check. Please check CloudWatch logs for this endpoint."

GOLDEN = {
    "6.13a": (
        failure_reason.ping_failed(("primary",), variant="v"),
        f"The primary container for production variant v {PING_TAIL}",
    ),
    "6.13a, old name": (
        failure_reason.ping_failed(("model",), variant="v"),
        f"The primary container for production variant v {PING_TAIL}",
    ),
    "6.13a, chain": (
        failure_reason.ping_failed(("container-2",), variant="v"),
        f"The container-2 for production variant v {PING_TAIL}",
    ),
    "2.10": (
        failure_reason.ping_failed(("container-1", "container-3"), variant="v"),
        f"The container-1, container-3 for production variant v {PING_TAIL}",
    ),
    "6.13b": (
        failure_reason.cannot_start(variant="v"),
        (
            "CannotStartContainerError. Please ensure the model container for variant v starts correctly when invoked "
            "with 'docker run <image> serve'"
        ),
    ),
    "6.13c": (
        failure_reason.download_failed("s3://b/m.tar.gz", position=2),
        (
            'Failed to download model data for container "container_2" from URL: "s3://b/m.tar.gz". Please ensure that '
            "there is an object located at the URL and that the role passed to CreateModel has permissions to download "
            "the object."
        ),
    ),
    "6.13d": (
        failure_reason.extraction_failed("s3://b/m.tar.gz", position=1),
        (
            'Failed to extract model data archive for container "container_1" from URL "s3://b/m.tar.gz". Please '
            "ensure that the object located at the URL is a valid tar.gz archive."
        ),
    ),
    "6.13e": (
        failure_reason.image_missing(variant="v"),
        (
            "Please make sure all images included in the model for the production variant v exist, and that the "
            "execution role used to create the model has permissions to access them."
        ),
    ),
}


@pytest.mark.parametrize(("said", "text"), GOLDEN.values(), ids=GOLDEN)
def test_failure_reason(said: str, text: str) -> None:
    """Each reason reads as DescribeEndpoint prints it."""
    assert text == said
