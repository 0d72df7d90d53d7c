"""The ModelError a client gets when a container of the chain fails, in AWS's words."""

from __future__ import annotations

from dataclasses import dataclass

from emulator import limits
from emulator.errors import ModelError
from emulator.model.hosting import Account
from emulator.model.message import HttpReply, Trace
from emulator.wire.log_stream import log_group

DIGITS = 20
"""A Content-Length of so many is a joke."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where an invocation failed: the container, its endpoint, and the hops until then."""

    container: str
    endpoint: str
    account: Account
    trace: Trace


def from_status(reply: HttpReply, origin: Origin) -> ModelError:
    """The container answered with a status other than 2xx (hosting contract 3.6, 3.8, 4.7)."""
    client = 400 <= reply.status < 500
    body = reply.body.decode(errors="replace")[: limits.ORIGINAL_MESSAGE_LENGTH]
    said = f'with message "{body}"' if reply.complete else "and could not load the entire response body"
    return _model_error(
        f"Received {'client' if client else 'server'} error ({reply.status}) from {origin.container} {said}.",
        origin,
        status=reply.status,
        body=body,
        client=client,
    )


def from_timeout(origin: Origin) -> ModelError:
    """The chain's time ran out in this container (hosting contract 3.3)."""
    return _unanswered(
        f"Your invocation timed out while waiting for a response from container {origin.container}. "
        "Review the latency metrics for each container in Amazon CloudWatch, resolve the issue, and try again.",
        origin,
    )


def from_silence(detail: str, origin: Origin) -> ModelError:
    """The container refused or broke the connection, or did not speak HTTP (hosting contract 3.4)."""
    return _unanswered(
        f"Amazon SageMaker could not get a response from the {origin.endpoint} endpoint. This can occur when CPU or "
        "memory utilization is high. To check your utilization, see Amazon CloudWatch. To fix this problem, use an "
        "instance type with more CPU capacity or memory.",
        origin,
        why=detail,
    )


def from_incomplete_reply(origin: Origin, *, why: str) -> ModelError:
    """A 2xx reply is larger than a client may receive, or ended early (hosting contract 3.7, 3.12; text inferred)."""
    return _model_error(
        f"Received server error (500) from {origin.container} and could not load the entire response body.",
        origin,
        status=500,
        body="",
        why=why,
    )


def from_large_hop(reply: HttpReply, origin: Origin, *, receiver: str, most: int) -> ModelError:
    """A reply is too large to go on to the next container (hosting contract 4.6; the statuses are inferred)."""
    text = (
        f"Received response from {origin.container} with status code {reply.status}. However, the request payload from "
        f"{origin.container} to {receiver} is {_size(reply)} bytes, which has exceeded the maximum limit of "
        f"{most // limits.MEBIBYTE} MB."
    )
    return _model_error(text, origin, status=reply.status, body=text)


def _size(reply: HttpReply) -> int:
    """Of its whole body: a reply that was not read to its end may have announced it."""
    announced = reply.headers.get("content-length", "")
    known = not reply.complete and announced.isdecimal() and len(announced) < DIGITS
    return int(announced) if known else len(reply.body)


def _unanswered(text: str, origin: Origin, *, why: str = "") -> ModelError:
    what = f'Received server error (0) from {origin.container} with message "{text}".'
    return _model_error(what, origin, status=0, body=text, why=why)


def _model_error(
    what: str, origin: Origin, *, status: int, body: str, why: str = "", client: bool = False
) -> ModelError:
    region, account, group = origin.account.region, origin.account.account_id, log_group(origin.endpoint)
    console = f"https://{region}.console.aws.amazon.com/cloudwatch/home?region={region}#logEventViewer:group={group}"
    return ModelError(
        f"{what} See {console} in account {account} for more information.",
        error_code="CLIENT_ERROR_FROM_MODEL" if client else "INTERNAL_FAILURE_FROM_MODEL",
        original_status_code=status,
        original_message=body,
        log_stream_arn=f"arn:aws:logs:{region}:{account}:log-group:{group}",
        container=origin.container,
        trace=origin.trace,
        why=why,
        fix=f"print the error's .trace and read the log of {origin.container}",
    )
