"""ModelError, letter by letter as clients have seen it."""

from __future__ import annotations

import pytest

from emulator.errors import ModelError
from emulator.model.hosting import Account
from emulator.model.message import HttpReply, Trace
from emulator.wire import model_error
from emulator.wire.model_error import Origin

ORIGIN = Origin(
    container="primary",
    endpoint="iris",
    account=Account(region="eu-west-1", account_id="111122223333"),
    trace=Trace(),
)
SEE = (
    " See https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1"
    "#logEventViewer:group=/aws/sagemaker/Endpoints/iris in account 111122223333 for more information."
)
TIMED_OUT = (
    "Your invocation timed out while waiting for a response from container primary. Review the latency metrics for "
    "each container in Amazon CloudWatch, resolve the issue, and try again."
)
NO_RESPONSE = (
    "Amazon SageMaker could not get a response from the iris endpoint. This can occur when CPU or memory utilization "
    "is high. To check your utilization, see Amazon CloudWatch. To fix this problem, use an instance type with more "
    "CPU capacity or memory."
)
TOO_LARGE = (
    "Received response from primary with status code 200. However, the request payload from primary to container-2 "
    "is 6000000 bytes, which has exceeded the maximum limit of 5 MB."
)

GOLDEN = {
    "client error": (
        model_error.from_status(HttpReply(status=415, body=b"not csv"), ORIGIN),
        'Received client error (415) from primary with message "not csv".',
        ("CLIENT_ERROR_FROM_MODEL", 415, "not csv"),
    ),
    "server error": (
        model_error.from_status(HttpReply(status=500, body="k\u00e9o".encode()), ORIGIN),
        'Received server error (500) from primary with message "k\u00e9o".',
        ("INTERNAL_FAILURE_FROM_MODEL", 500, "k\u00e9o"),
    ),
    "redirect": (
        model_error.from_status(HttpReply(status=302), ORIGIN),
        'Received server error (302) from primary with message "".',
        ("INTERNAL_FAILURE_FROM_MODEL", 302, ""),
    ),
    "cut error": (
        model_error.from_status(HttpReply(status=503, body=b"<html", complete=False), ORIGIN),
        "Received server error (503) from primary and could not load the entire response body.",
        ("INTERNAL_FAILURE_FROM_MODEL", 503, "<html"),
    ),
    "undecodable error": (
        model_error.from_status(HttpReply(status=500, body=b"\xff"), ORIGIN),
        'Received server error (500) from primary with message "\ufffd".',
        ("INTERNAL_FAILURE_FROM_MODEL", 500, "\ufffd"),
    ),
    "timeout": (
        model_error.from_timeout(ORIGIN),
        f'Received server error (0) from primary with message "{TIMED_OUT}".',
        ("INTERNAL_FAILURE_FROM_MODEL", 0, TIMED_OUT),
    ),
    "silence": (
        model_error.from_silence("nothing listens", ORIGIN),
        f'Received server error (0) from primary with message "{NO_RESPONSE}".',
        ("INTERNAL_FAILURE_FROM_MODEL", 0, NO_RESPONSE),
    ),
    "incomplete": (
        model_error.from_incomplete_reply(ORIGIN, why="it is too large"),
        "Received server error (500) from primary and could not load the entire response body.",
        ("INTERNAL_FAILURE_FROM_MODEL", 500, ""),
    ),
    "large hop": (
        model_error.from_large_hop(
            HttpReply(status=200, body=b"x" * 6_000_000), ORIGIN, receiver="container-2", most=5 * 1024 * 1024
        ),
        TOO_LARGE,
        ("INTERNAL_FAILURE_FROM_MODEL", 200, TOO_LARGE),
    ),
    "large hop that was not read to its end": (
        model_error.from_large_hop(
            HttpReply(status=200, headers={"content-length": "6000000"}, body=b"x" * 5_500_000, complete=False),
            ORIGIN,
            receiver="container-2",
            most=5 * 1024 * 1024,
        ),
        TOO_LARGE,
        ("INTERNAL_FAILURE_FROM_MODEL", 200, TOO_LARGE),
    ),
}


@pytest.mark.parametrize(("error", "text", "facts"), GOLDEN.values(), ids=GOLDEN)
def test_client_reads(error: ModelError, text: str, facts: tuple[str, int, str]) -> None:
    """Message, ErrorCode, OriginalStatusCode and OriginalMessage are those of AWS (3.3, 3.4, 3.6 to 3.8, 4.6)."""
    assert text + SEE == error.message
    assert facts == (error.error_code, error.original_status_code, error.original_message)


def test_error_prints_cause_and_cure() -> None:
    """What a person sees adds what AWS does not say: the cause, and where to look."""
    error = model_error.from_silence("nothing listens on 127.0.0.1:8080", ORIGIN)

    assert (
        f"{error.message}\n"
        "why: nothing listens on 127.0.0.1:8080\n"
        "fix: print the error's .trace and read the log of primary"
    ) == str(error)


def test_error_names_its_log_group() -> None:
    """LogStreamArn is the endpoint's log group (3.8, 5.1)."""
    error = model_error.from_timeout(ORIGIN)

    assert "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/sagemaker/Endpoints/iris" == error.log_stream_arn
    assert ("primary", ORIGIN.trace) == (error.container, error.trace)


def test_original_message_is_cut() -> None:
    """A long error body is cut at the 2048 characters of the API."""
    error = model_error.from_status(HttpReply(status=500, body=b"x" * 3000), ORIGIN)

    assert "x" * 2048 == error.original_message
