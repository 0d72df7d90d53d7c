"""What is asked: an endpoint in service, a lone container or a pipeline."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Any, Final

from emulator.contract.trial import invocation
from emulator.errors import ModelError, ValidationError
from emulator.fuzz.case import Question
from emulator.hosting.endpoint import Endpoint
from emulator.hosting.health import PING_REPLY_BYTES
from emulator.limits import PING_SECONDS
from emulator.model.finding import Probe
from emulator.model.message import Hop, HttpReply, Invocation
from emulator.ports import NoReply, World
from emulator.ports.raw import RawConnection, RawHttp
from emulator.wire import container_api

AT_ONCE: Final = 4
"""Requests in flight where a property does not say how many: enough to keep a server of two workers busy."""

PATIENCE: Final = 10.0
"""Seconds: an answer that takes longer is a hang, not an answer."""


class Target:
    """Answers questions; never raises for what a container does, and replaces one that has ended.

    Args:
        opened: makes the endpoint, and closes the one before.
        world: for what is no invocation.
        raw: the same for bytes.

    Attributes:
        asked: how many questions so far.
        restarts: how often a container had ended and the endpoint was made anew.
    """

    def __init__(self, opened: Callable[[], Endpoint], *, world: World, raw: RawHttp) -> None:
        self._opened, self._world, self._raw = opened, world, raw
        self._endpoint: Endpoint | None = None
        self._lock, self._workers = Lock(), ThreadPoolExecutor(16)
        self.asked = self.restarts = 0

    @property
    def endpoint(self) -> Endpoint:
        """The endpoint, in service."""
        with self._lock:
            if self._endpoint is not None and any(
                each.running.wait(0) is not None for each in self._endpoint.containers
            ):
                self._endpoint, self.restarts = None, self.restarts + 1
            if self._endpoint is None:
                self._endpoint = self._opened()
            return self._endpoint

    def restart(self) -> None:
        """Make the endpoint anew."""
        with self._lock:
            self._endpoint = None

    def ask(self, question: Question) -> Probe:
        """What came of one question."""
        endpoint = self.endpoint
        with self._lock:
            self.asked += 1
        given = Invocation(body=question.body, content_type=question.content_type, accept=question.accept)
        began = self._world.clock.now()
        reply, failure = _answer(endpoint, given)
        took = self._world.clock.now() - began
        request = invocation(question.body, question.content_type, accept=question.accept)
        return Probe(request=request, reply=reply, failure=failure, seconds=took)

    def ask_all(self, questions: Sequence[Question], *, at_once: int = AT_ONCE) -> list[Probe]:
        """What came of each, in order, several at a time."""
        probes: list[Probe] = []
        for start in range(0, len(questions), at_once):
            probes += self._workers.map(self.ask, questions[start : start + at_once])
        return probes

    def ping(self) -> Probe:
        """What came of ``GET /ping``: of the first container that does not answer 200, else of the last one."""
        for each in self.endpoint.containers:
            began, reply, failure = self._world.clock.now(), None, ""
            try:
                reply = self._world.sender.send(
                    each.address,
                    container_api.ping(),
                    seconds=PING_SECONDS,
                    connect_seconds=PING_SECONDS,
                    limit=PING_REPLY_BYTES,
                )
            except NoReply as silence:
                failure = f"{silence.kind}: {silence}"
            took = self._world.clock.now() - began
            probe = Probe(request=container_api.ping(), reply=reply, failure=failure, seconds=took)
            if probe.status != 200:
                break
        return probe

    def connection(self) -> RawConnection:
        """A connection of one's own to the first container.

        Raises:
            NoReply: it is not accepted.
        """
        return self._raw.connect(self.endpoint.containers[0].address, PING_SECONDS)

    def log(self) -> tuple[str, ...]:
        """The last lines of its containers."""
        return tuple(line for each in self.endpoint.containers for line in each.running.log_tail(10))

    def close(self) -> None:
        """Stop asking; the endpoint is its owner's to close."""
        self._workers.shutdown(wait=False, cancel_futures=True)


def _answer(endpoint: Endpoint, given: Invocation) -> tuple[HttpReply | None, str]:
    """As the container answered that answered last."""
    try:
        reply = endpoint.send(given)
    except ModelError as failed:
        trace: Any = failed.trace
        last: Hop = list(trace)[-1]
        late = "timed out" in failed.what
        return last.reply, "" if last.reply else f"{'timeout' if late else 'closed'}: {last.failure}"
    except ValidationError as refused:
        return HttpReply(status=413, headers={"content-type": "text/plain"}, body=refused.what.encode()), ""
    return list(reply.trace)[-1].reply, ""
