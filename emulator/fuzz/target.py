"""What is asked: an endpoint in service, a lone container or a pipeline."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from math import inf
from threading import Lock
from typing import Final

from emulator.contract.trial import invocation, probed
from emulator.errors import UsageError
from emulator.fuzz.answer import Closed, answer, lost
from emulator.fuzz.case import Question
from emulator.fuzz.reading import same
from emulator.hosting.endpoint import Endpoint
from emulator.hosting.health import PING_REPLY_BYTES
from emulator.limits import PING_SECONDS
from emulator.model.finding import Probe
from emulator.model.message import Invocation
from emulator.ports import World
from emulator.ports.raw import RawConnection, RawHttp
from emulator.wire import container_api

AT_ONCE: Final = 4
"""Requests in flight where a property does not say how many: enough to keep a server of two workers busy."""

MOST_AT_ONCE: Final = 16

SETTLE_SECONDS: Final = 0.25
"""After a broken connection a container gets so long to end, so that the next question finds a new one."""


class TimeIsUp(BaseException):
    """Ends a search from within; no Exception, as Hypothesis would take that for a failure."""


class Target:
    """Answers questions; never raises for what a container does, and replaces one that has ended.

    Safe to ask from many threads.

    Args:
        opened: makes the endpoint, and closes the one before.
        world: for what is no invocation.
        raw: the same for bytes.

    Attributes:
        asked: how many questions so far.
        restarts: how often the endpoint was made anew.
        until: when asking becomes :class:`TimeIsUp`, by the world's clock.
    """

    def __init__(self, opened: Callable[[], Endpoint], *, world: World, raw: RawHttp) -> None:
        self._opened, self._world, self._raw = opened, world, raw
        self._endpoint: Endpoint | None = None
        self._known: tuple[Question, Probe] | None = None
        self._fickle = self._closed = False
        self._lock, self._workers = Lock(), ThreadPoolExecutor(MOST_AT_ONCE, "byoc-fuzz")
        self.asked = self.restarts = 0
        self.until = inf

    @property
    def endpoint(self) -> Endpoint:
        """The endpoint, in service; made anew if a container of it has ended."""
        with self._lock:
            if self._closed:
                raise UsageError("This target is closed.", fix="ask it inside its with")
            if self._endpoint is not None and _ended(self._endpoint, 0.0):
                self._endpoint, self.restarts = None, self.restarts + 1
            if self._endpoint is None:
                self._endpoint = self._opened()
            return self._endpoint

    @property
    def patience(self) -> float:
        """Seconds: an answer that takes longer is a hang, not an answer."""
        return self.endpoint.chain.rules.invocation_seconds

    @property
    def ended(self) -> bool:
        """Whether a container of the endpoint has ended, and nobody has asked since."""
        return self._endpoint is not None and _ended(self._endpoint, 0.0)

    def restart(self) -> None:
        """Make the endpoint anew when it is next asked."""
        with self._lock:
            if self._endpoint is not None:
                self._endpoint, self.restarts = None, self.restarts + 1

    def ask(self, question: Question) -> Probe:
        """What came of one question."""
        return self.ask_all((question,))[0]

    def ask_all(self, questions: Sequence[Question], *, at_once: int = AT_ONCE) -> list[Probe]:
        """What came of each, in order, several at a time.

        Raises:
            TimeIsUp: it is after ``until``; nothing was asked.
            EndpointFailed: a container had ended, and does not come into service again.
        """
        self._in_time()
        endpoint = self.endpoint
        with self._lock:
            self.asked += len(questions)
        probes = self._crowd(endpoint, questions, min(at_once, len(questions), MOST_AT_ONCE))
        if any(map(lost, probes)):
            _ended(endpoint, SETTLE_SECONDS)
        return probes

    def ping(self) -> Probe:
        """What came of ``GET /ping``: of the first container that does not answer 200, else of the last one.

        One that has ended is not replaced for it.
        """
        self._in_time()
        endpoint = self._endpoint or self.endpoint
        for each in endpoint.containers:
            probe = probed(
                each.address,
                container_api.ping(),
                world=self._world,
                seconds=PING_SECONDS,
                connect_seconds=PING_SECONDS,
                limit=PING_REPLY_BYTES,
            )
            if probe.status != 200:
                break
        return probe

    def remember(self, question: Question) -> None:
        """Learn how a sound container answers a question, for :meth:`refresh`; once only."""
        if self._known is None and not self._fickle:
            first, second = self.ask(question), self.ask(question)
            if first.ok:
                self._known, self._fickle = (question, first), not same(first, second)

    def refresh(self) -> None:
        """Make the endpoint anew if it pings or answers no longer as it did: what one case broke is not the next's."""
        if self.ping().status != 200:
            self.restart()
        elif self._known is not None and not self._fickle:
            question, before = self._known
            if not same(before, self.ask(question)):
                self.restart()

    def connection(self) -> RawConnection:
        """A connection of one's own to the first container.

        Raises:
            NoReply: it is not accepted.
        """
        return self._raw.connect(self.endpoint.containers[0].address, PING_SECONDS)

    def log(self) -> tuple[str, ...]:
        """The last lines of its containers, of those that have ended too."""
        endpoint = self._endpoint or self.endpoint
        return tuple(line for each in endpoint.containers for line in each.running.log_tail(10))

    def close(self) -> None:
        """Ask nothing more, and make no endpoint anew; the one there is is its owner's to close."""
        self._closed = True
        self._workers.shutdown(wait=False, cancel_futures=True)

    def join(self) -> None:
        """Wait for what is under way; short once its containers are gone."""
        self._workers.shutdown()

    def _in_time(self) -> None:
        if self._world.clock.now() > self.until:
            raise TimeIsUp

    def _crowd(self, endpoint: Endpoint, questions: Sequence[Question], at_once: int) -> list[Probe]:
        if at_once == 1:
            return [self._one(endpoint, each) for each in questions]
        left, probes = deque(enumerate(questions)), dict[int, Probe]()

        def work() -> None:
            while True:
                try:
                    place, question = left.popleft()
                except IndexError:
                    return
                probes[place] = self._one(endpoint, question)

        others = [self._workers.submit(work) for _ in range(at_once - 1)]
        try:
            work()  # this thread is one of them: one fewer to wake
            for each in others:
                each.result()
        finally:
            left.clear()
        return [probes[place] for place in range(len(questions))]

    def _one(self, endpoint: Endpoint, question: Question) -> Probe:
        given = Invocation(body=question.body, content_type=question.content_type, accept=question.accept)
        began = self._world.clock.now()
        try:
            reply, failure = answer(endpoint, given)
        except Closed:  # another thread has made it anew meanwhile
            return self._one(self.endpoint, question)
        took = self._world.clock.now() - began
        request = invocation(question.body, question.content_type, accept=question.accept)
        return Probe(request=request, reply=reply, failure=failure, seconds=took)


def _ended(endpoint: Endpoint, seconds: float) -> bool:
    """Whether a container of it has ended, or does within so many seconds."""
    each_seconds = seconds / len(endpoint.containers)
    return any(each.running.wait(each_seconds) is not None for each in endpoint.containers)
