"""The clients of the soak, and the judgement on every request."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from threading import Event
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from emulator.adapters.aws import LocalAws
from emulator.model.launch import Address
from tests.benchmarks.clients import SIGNED, RawClient, boto3_runtime

MEMBERS = {"ErrorCode", "LogStreamArn", "Message", "OriginalMessage", "OriginalStatusCode"}
"""Of AWS's ModelError (API InvokeEndpoint, Errors)."""

MODELLED = {"LogStreamArn", "OriginalMessage", "OriginalStatusCode"}
"""Those that boto3 puts beside its own ``Error``."""

TOLD = 300
"""Characters of what was odd that are kept."""

STREAM = "X-Amzn-SageMaker-Custom-Attributes: chunks=5;pause=0.01\r\n"


class Tally:
    """What became of every request; appending is safe from many threads.

    Attributes:
        answered, failed: moments of an answer and of a proper ModelError, in seconds since the begin.
        odd_at: moments and texts of all else.
    """

    def __init__(self, began: float) -> None:
        self._began = began
        self.answered: list[float] = []
        self.failed: list[float] = []
        self.odd_at: list[tuple[float, str]] = []

    @property
    def odd(self) -> list[str]:
        """What was neither an answer nor a ModelError."""
        return [text for _, text in self.odd_at]

    def note(self, oddity: str | None) -> None:
        """Count one request: empty is an answer, None a ModelError, all else is odd."""
        at = monotonic() - self._began
        if oddity is None:
            self.failed.append(at)
        elif oddity:
            self.odd_at.append((at, oddity[:TOLD]))
        else:
            self.answered.append(at)

    def __str__(self) -> str:
        return f"{len(self.answered):,} answered, {len(self.failed):,} ModelErrors, {len(self.odd_at):,} others"


def judged(status: int, headers: Mapping[str, str], body: bytes) -> str | None:
    """Empty for an answer, None for a ModelError as AWS's, else what it is."""
    if status == 200:
        return ""
    try:
        members = set(json.loads(body))
    except ValueError:
        members = set()
    if status == 424 and headers.get("x-amzn-errortype") == "ModelError" and members == MEMBERS:
        return None
    return f"{status} {body[:200]!r}"


class Traffic(ABC):
    """One client that asks one endpoint, again and again."""

    def __init__(self, aws: LocalAws, endpoint: str, body: bytes, kind: str, *, pause: float) -> None:
        parts = urlsplit(aws.url)
        self.address = Address(host=str(parts.hostname), port=int(parts.port or 0))
        self.endpoint, self.body, self.kind, self._pause = endpoint, body, kind, pause

    @abstractmethod
    def ask(self) -> str | None:
        """One request, judged."""

    def ask_until(self, over: Event, tally: Tally) -> None:
        """Ask, until told to stop; whatever goes wrong is a request with another end."""
        while not over.wait(self._pause):
            try:
                told = self.ask()
            except Exception as broken:  # noqa: BLE001 - the request's end, whatever it is
                told = repr(broken)
            tally.note(told)


class Plain(Traffic):
    """By plain HTTP over one connection."""

    def __init__(self, *told: Any, **more: Any) -> None:
        super().__init__(*told, **more)
        self._client = self.connected()

    def connected(self) -> RawClient:
        """A client of InvokeEndpoint."""
        return RawClient(self.address, f"/endpoints/{self.endpoint}/invocations", SIGNED)

    def ask(self) -> str | None:
        """InvokeEndpoint."""
        try:
            return judged(*self._client.exchange(self.body, self.kind))
        except Exception:
            self._client = self.connected()
            raise


class Stream(Plain):
    """By response stream; a stream that breaks must say so with a ModelStreamError."""

    def connected(self) -> RawClient:
        path = f"/endpoints/{self.endpoint}/invocations-response-stream"
        return RawClient(self.address, path, SIGNED + STREAM)

    def ask(self) -> str | None:
        try:
            _, status, data = self._client.stream(self.body, self.kind)
        except Exception:
            self._client = self.connected()
            raise
        if status == 200:
            return None if b"ModelStreamError" in data else ""
        head, _, body = data.partition(b"\r\n\r\n")
        lines = (line.partition(": ") for line in head.decode("latin-1").split("\r\n")[1:])
        return judged(status, {name.lower(): value for name, _, value in lines}, body)


class Boto3(Traffic):
    """By boto3."""

    def __init__(self, *told: Any, **more: Any) -> None:
        super().__init__(*told, **more)
        self._client = boto3_runtime(self.address)

    def ask(self) -> str | None:
        try:
            reply = self._client.invoke_endpoint(EndpointName=self.endpoint, ContentType=self.kind, Body=self.body)
            reply["Body"].read()
        except self._client.exceptions.ModelError as failed:
            return None if failed.response.keys() >= MODELLED else repr(failed.response)
        return ""
