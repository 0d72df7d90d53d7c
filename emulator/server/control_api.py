"""The control plane as AWS speaks to it: AWS JSON 1.1, one target header, one JSON object each way."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any, Final, Protocol

from emulator.errors import ServiceFault, UnknownOperation
from emulator.server.refusal import BadRequest

PREFIX: Final = b"SageMaker."

CONTENT_TYPE: Final = (b"Content-Type", b"application/x-amz-json-1.1")

TRANSIENT: Final = frozenset({"Creating", "Updating", "SystemUpdating", "RollingBack", "Deleting"})
"""What a waiter waits out."""

THREADS: Final = 16
"""For operations: they ask the engine and the store, which takes its time."""

WAITING: Final = 64
"""Long polls at once; each holds a thread. Whoever comes on top is answered at once, as on AWS."""


class Control(Protocol):
    """What answers operations."""

    def call(self, operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
        """The result, times as datetimes; or a ServiceFault."""

    def wait_for_change(self, endpoint_name: str, seconds: float) -> bool:
        """Wait until a busy endpoint is another, at most so long."""


class ControlApi:
    """Parses, calls, and puts into words; no operation holds up the event loop.

    Args:
        control: what answers.
        long_poll_seconds: so long DescribeEndpoint waits for a status that is no more
            transient; 0 answers at once, as AWS does.
    """

    def __init__(self, control: Control, *, long_poll_seconds: float = 0.0) -> None:
        self._control, self._long_poll_seconds = control, long_poll_seconds
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="byoc-control")
        self._waiters = ThreadPoolExecutor(WAITING, thread_name_prefix="byoc-long-poll")
        self._waiting = 0

    async def answer(self, target: bytes, body: bytes) -> bytes:
        """The JSON of a result.

        Raises:
            ServiceFault: the answer is an error.
        """
        operation = _operation(target)
        result = await self._result(operation, _request(body))
        return json.dumps(result, default=_epoch).encode()

    def close(self) -> None:
        """Take no more; what is under way ends on its own."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._waiters.shutdown(wait=False, cancel_futures=True)

    async def _result(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        loop = asyncio.get_running_loop()
        result = await loop.run_in_executor(self._threads, self._control.call, operation, request)
        polls = operation == "DescribeEndpoint" and self._long_poll_seconds > 0 and self._waiting < WAITING
        if not polls or result.get("EndpointStatus") not in TRANSIENT:
            return result
        self._waiting += 1
        try:
            await loop.run_in_executor(
                self._waiters, self._control.wait_for_change, request["EndpointName"], self._long_poll_seconds
            )
        finally:
            self._waiting -= 1
        return await loop.run_in_executor(self._threads, self._control.call, operation, request)


def fault_body(fault: ServiceFault) -> bytes:
    """The JSON of a fault; its type stands in the body, where this protocol's clients look for it."""
    return json.dumps({"__type": fault.code, "message": fault.message}).encode()


def _operation(target: bytes) -> str:
    if not target.startswith(PREFIX):
        raise UnknownOperation(f"The target {target.decode('latin-1')!r} is not one of Amazon SageMaker.")
    return target[len(PREFIX) :].decode("latin-1")


def _request(body: bytes) -> dict[str, Any]:
    try:
        request = json.loads(body, parse_constant=_no_number) if body else {}
    except (ValueError, RecursionError) as broken:
        raise BadRequest("SerializationException", "The request body is not valid JSON.") from broken
    if not isinstance(request, dict):
        raise BadRequest("SerializationException", "The request body is not a JSON object.")
    return request


def _no_number(word: str) -> None:
    """Python's JSON has NaN and Infinity, JSON has not."""
    raise ValueError(word)


def _epoch(value: object) -> float:
    """Seconds since 1970, as this protocol writes times; the milliseconds are all that AWS gives."""
    if not isinstance(value, datetime):
        raise TypeError(f"{value!r} has no form in AWS JSON")
    return round(value.timestamp(), 3)
