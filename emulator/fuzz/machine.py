"""Sequences of steps that no single request would make: a Hypothesis state machine, each run of it kept as a case."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from emulator import limits
from emulator.fuzz.case import Case, Question
from emulator.fuzz.drawing import malformed, valid_batches
from emulator.fuzz.reading import same, shown
from emulator.fuzz.target import Target
from emulator.model.finding import Probe, Violation
from emulator.model.record import RecordSchema
from emulator.ports import NoReply

BURST: Final = 8
"""Requests at once."""

STEPS: Final = ("ping", "invoke", "bad", "slow", "burst", "restart")
"""What a step may be; of a case, one for each of its questions."""


def taken(target: Target, case: Case) -> Iterator[Violation]:
    """Take the steps of a case, one after the other, and yield the first thing that goes wrong."""
    known: dict[bytes, Probe] = {}
    for position, (step, question) in enumerate(zip(case.told["steps"], case.questions, strict=True), start=1):
        before = ", ".join(case.told["steps"][:position])
        for violation in _step(target, step, question, known, f"after the steps {before}"):
            yield violation
            return


def machine(  # noqa: C901 - a rule is a method
    schema: RecordSchema, judged: Callable[[Case], None]
) -> type[RuleBasedStateMachine]:
    """A machine whose rules add a step each, and whose every run ends in ``judged``."""
    valid = valid_batches(schema).map(lambda case: case.questions[0])
    bad = malformed(schema).map(lambda case: case.questions[0])

    class Sequences(RuleBasedStateMachine):
        """Collects steps; they are taken together at the end, so that what is saved is what was done."""

        @initialize(question=valid)
        def first(self, question: Question) -> None:
            """One answer to compare with."""
            self.steps: list[tuple[str, Question]] = [("invoke", question)]

        @rule()
        def ping(self) -> None:
            """Pings."""
            self.steps.append(("ping", self.steps[0][1]))

        @rule(question=valid)
        def invoke(self, question: Question) -> None:
            """Invokes with valid rows."""
            self.steps.append(("invoke", question))

        @rule()
        def invoke_again(self) -> None:
            """Asks the first question again."""
            self.steps.append(("invoke", self.steps[0][1]))

        @rule(question=bad)
        def bad_invoke(self, question: Question) -> None:
            """Invokes with what is malformed."""
            self.steps.append(("bad", question))

        @rule(question=valid)
        def slow_client(self, question: Question) -> None:
            """Sends half of a request and hangs up."""
            self.steps.append(("slow", question))

        @rule(question=valid)
        def burst(self, question: Question) -> None:
            """Asks the same many times at once."""
            self.steps.append(("burst", question))

        @rule(often=st.integers(0, 9))
        def restart(self, often: int) -> None:
            """Starts the container again; rarely, as it takes its time."""
            if often == 9:
                self.steps.append(("restart", self.steps[0][1]))

        def teardown(self) -> None:
            """Take the steps."""
            steps: Any = getattr(self, "steps", [])
            if steps:
                judged(Case(questions=tuple(each for _, each in steps), told={"steps": [step for step, _ in steps]}))

    return Sequences


def _step(target: Target, step: str, question: Question, known: dict[bytes, Probe], when: str) -> Iterator[Violation]:
    if step == "restart":
        target.restart()
    elif step == "slow":
        _half_sent(target, question)
    elif step == "bad":
        target.ask(question)
    elif step == "ping":
        healthy = target.ping()
        if healthy.status != 200:
            yield Violation(what=f"GET /ping is answered with {shown(healthy)} {when}.", probes=(healthy,))
    else:
        answers = target.ask_all([question] * (BURST if step == "burst" else 1), at_once=BURST)
        yield from _odd(answers, known.setdefault(question.body, answers[0]), target, when)


def _odd(answers: Sequence[Probe], before: Probe, target: Target, when: str) -> Iterator[Violation]:
    for answered in answers:
        if not answered.ok:
            what = f"A valid request is answered with {shown(answered)} {when}."
            yield Violation(what=what, probes=(answered,), log=target.log())
        elif not same(before, answered):
            what = f"{shown(before)} has become {shown(answered)} {when}."
            yield Violation(what=what, probes=(before, answered))


def _half_sent(target: Target, question: Question) -> None:
    body = question.body
    head = (
        f"POST {limits.INVOCATIONS} HTTP/1.1\r\nHost: {limits.HOST_HEADER}\r\nContent-Length: {len(body) + 1}\r\n\r\n"
    )
    with suppress(NoReply):
        connection = target.connection()
        connection.send(head.encode() + body)
        connection.close()
