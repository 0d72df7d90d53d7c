"""What hosting rules may say."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.errors import Problem, UsageError, ValidationException
from emulator.model.rules import HostingRules

MEMBER = "productionVariants.1.member.containerStartupHealthCheckTimeoutInSeconds"


@pytest.mark.parametrize("seconds", [60, 3600])
def test_startup_window_may_be(seconds: float) -> None:
    """Both ends of AWS's range are inside of it."""
    assert seconds == HostingRules(startup_seconds=seconds).startup_seconds


@pytest.mark.parametrize(
    ("given", "kind", "text"),
    [
        (
            {"startup_seconds": 59},
            ValidationException,
            (
                f"1 validation error detected: Value '59' at '{MEMBER}' failed to satisfy constraint: "
                "Member must have value greater than or equal to 60"
            ),
        ),
        (
            {"startup_seconds": 3601},
            ValidationException,
            (
                f"1 validation error detected: Value '3601' at '{MEMBER}' failed to satisfy constraint: "
                "Member must have value less than or equal to 3600"
            ),
        ),
        ({"invocation_seconds": 0}, UsageError, "invocation_seconds must be greater than 0, not 0"),
        ({"payload_bytes": -1}, UsageError, "payload_bytes must be greater than 0, not -1"),
        ({"payload_between_bytes": 0}, UsageError, "payload_between_bytes must be greater than 0, not 0"),
        ({"ping_interval_seconds": 0}, UsageError, "ping_interval_seconds must be greater than 0, not 0"),
        ({"unhealthy_pings": 0}, UsageError, "unhealthy_pings must be greater than 0, not 0"),
        ({"stop_seconds": -0.5}, UsageError, "stop_seconds must be 0 or more, not -0.5"),
    ],
    ids=["startup low", "startup high", "invocation", "payload", "between", "interval", "pings", "stop"],
)
def test_rule_is_refused(given: dict[str, Any], kind: type[Problem], text: str) -> None:
    """A number that makes no sense is refused; in AWS's words where it is AWS's number."""
    with pytest.raises(kind) as caught:
        HostingRules(**given)

    assert text == str(caught.value)
